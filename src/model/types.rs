//! Types of columns, and types that a schema defines.

use std::fmt;

use super::{Check, Expr, Known, Origin, QualifiedName};
use crate::source::Span;

/// A type as the server knows it: canonical name, modifiers, and whether it is an array of that. PostgreSQL keeps no number of
/// dimensions, so `integer[][]` is `integer[]`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TypeName {
    /// `None` for built-in types and for types that nothing in the model defines (members of extensions).
    pub schema: Option<String>,
    /// As `format_type` prints it without modifiers: `integer`, `character varying`, `timestamp with time zone`, `vector`, `role`.
    pub name: String,
    /// `["10", "2"]` of `numeric(10,2)`; for `interval` the fields come first (`["day to second", "3"]`).
    pub modifiers: Vec<String>,
    pub array: bool,
}

impl TypeName {
    /// A type without schema and modifiers.
    pub fn built_in(name: impl Into<String>) -> Self {
        Self { schema: None, name: name.into(), modifiers: Vec::new(), array: false }
    }

    /// A type that the model defines (enum, domain, composite).
    #[must_use]
    pub fn defined(name: &QualifiedName) -> Self {
        Self { schema: Some(name.schema.clone()), name: name.name.clone(), modifiers: Vec::new(), array: false }
    }

    #[must_use]
    pub fn with_modifiers(mut self, modifiers: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.modifiers = modifiers.into_iter().map(Into::into).collect();
        self
    }

    #[must_use]
    pub fn array_of(mut self) -> Self {
        self.array = true;
        self
    }

    /// The same type without `[]`.
    #[must_use]
    pub fn element(&self) -> Self {
        Self { array: false, ..self.clone() }
    }

    /// Its name in the model, when it has a schema.
    #[must_use]
    pub fn qualified(&self) -> Option<QualifiedName> {
        self.schema.as_ref().map(|schema| QualifiedName::new(schema, &self.name))
    }
}

/// As PostgreSQL's `format_type` prints it, except that a schema is left out when it is `public`, and names are not quoted.
impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.schema.as_deref() {
            Some(schema) if schema != "public" => write!(f, "{schema}.")?,
            _ => {}
        }
        let modifiers = &self.modifiers;
        match self.name.split_once(' ') {
            // timestamp(3) with time zone
            Some((head, tail)) if !modifiers.is_empty() && matches!(head, "timestamp" | "time") => {
                write!(f, "{head}({}) {tail}", modifiers.join(","))?;
            }
            _ if self.name == "interval"
                && modifiers.first().is_some_and(|m| m.starts_with(|c: char| c.is_alphabetic())) =>
            {
                write!(f, "interval {}", modifiers[0])?;
                if let Some(precision) = modifiers.get(1) {
                    write!(f, "({precision})")?;
                }
            }
            _ => {
                f.write_str(&self.name)?;
                if !modifiers.is_empty() {
                    write!(f, "({})", modifiers.join(","))?;
                }
            }
        }
        f.write_str(if self.array { "[]" } else { "" })
    }
}

/// One label of an enum.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnumLabel {
    pub value: String,
    /// Where the label was written.
    pub span: Span,
}

/// An enum type; labels in their sort order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EnumType {
    pub name: QualifiedName,
    pub labels: Known<Vec<EnumLabel>>,
    pub comment: Option<String>,
    pub origin: Origin,
}

/// A domain over another type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Domain {
    pub name: QualifiedName,
    pub base: TypeName,
    pub not_null: bool,
    pub default: Option<Expr>,
    pub checks: Vec<Check>,
    pub collation: Option<String>,
    pub comment: Option<String>,
    pub origin: Origin,
}

/// A composite type: attribute names with their types, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompositeType {
    pub name: QualifiedName,
    pub attributes: Vec<(String, Known<TypeName>)>,
    pub comment: Option<String>,
    pub origin: Origin,
}
