//! How findings and changes name an object.

use std::fmt;

use super::QualifiedName;

/// Kinds of objects; [`ObjectKind::as_str`] gives the word in the JSON contract.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ObjectKind {
    Schema,
    Extension,
    Type,
    Enum,
    Domain,
    Sequence,
    Table,
    Column,
    PrimaryKey,
    Unique,
    ForeignKey,
    Check,
    Index,
    View,
    MaterializedView,
    Policy,
    Function,
    Trigger,
    Migration,
}

impl ObjectKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Extension => "extension",
            Self::Type => "type",
            Self::Enum => "enum",
            Self::Domain => "domain",
            Self::Sequence => "sequence",
            Self::Table => "table",
            Self::Column => "column",
            Self::PrimaryKey => "primary_key",
            Self::Unique => "unique",
            Self::ForeignKey => "foreign_key",
            Self::Check => "check",
            Self::Index => "index",
            Self::View => "view",
            Self::MaterializedView => "materialized_view",
            Self::Policy => "policy",
            Self::Function => "function",
            Self::Trigger => "trigger",
            Self::Migration => "migration",
        }
    }
}

/// Names one object: `table` is that of a column, constraint, index, policy or trigger.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ObjectRef {
    pub kind: ObjectKind,
    /// `None` for what lives in no schema (schemas, extensions, migrations).
    pub schema: Option<String>,
    pub table: Option<String>,
    /// The server's name, at most 63 bytes.
    pub name: String,
}

impl ObjectRef {
    /// A schema, extension or migration.
    pub fn bare(kind: ObjectKind, name: impl Into<String>) -> Self {
        Self { kind, schema: None, table: None, name: name.into() }
    }

    /// An object that stands in a schema by itself.
    #[must_use]
    pub fn top(kind: ObjectKind, name: &QualifiedName) -> Self {
        Self { kind, schema: Some(name.schema.clone()), table: None, name: name.name.clone() }
    }

    /// A part of a table (or view).
    pub fn part(kind: ObjectKind, table: &QualifiedName, name: impl Into<String>) -> Self {
        Self { kind, schema: Some(table.schema.clone()), table: Some(table.name.clone()), name: name.into() }
    }

    /// The same with one kind for all that share its names (`Check` for any constraint, `Type` for an enum or a domain, `Table` for a view), and an
    /// index without its table: what is missing is found by it.
    #[must_use]
    pub fn name_key(&self) -> Self {
        use ObjectKind::{
            Check, Domain, Enum, ForeignKey, Index, MaterializedView, PrimaryKey, Table, Type, Unique, View,
        };
        let kind = match self.kind {
            PrimaryKey | Unique | ForeignKey | Check => Check,
            Enum | Domain | Type => Type,
            View | MaterializedView | Table => Table,
            other => other,
        };
        let table = self.table.clone().filter(|_| kind != Index);
        Self { kind, table, ..self.clone() }
    }
}

/// `invoices.deposit_amount`, `billing.invoices`; the schema is left out when it is `public`.
impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.schema.as_deref() {
            Some(schema) if schema != "public" => write!(f, "{schema}.")?,
            _ => {}
        }
        if let Some(table) = &self.table {
            write!(f, "{table}.")?;
        }
        f.write_str(&self.name)
    }
}
