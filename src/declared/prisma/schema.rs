//! A schema with its names resolved: what the declarations mean, still in the language's own terms.

use std::collections::BTreeSet;

use super::ast::{Arity, Value};
use super::connector::Connector;
use crate::model::Action;
use crate::source::{Span, Spanned};

/// All files together.
#[derive(Debug, Default)]
pub(super) struct Schema {
    pub(super) config: Config,
    /// Models and views, in the order of files and lines.
    pub(super) models: Vec<Model>,
    pub(super) enums: Vec<Enum>,
    pub(super) relations: Vec<Relation>,
}

/// Datasource and generators.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The datasource's name, which prefixes native types: `db`.
    pub(super) datasource: Option<String>,
    pub(super) provider: Option<Spanned<String>>,
    /// `None` when the provider is missing or none that is lowered.
    pub(super) connector: Option<&'static Connector>,
    pub(super) schemas: Option<Vec<Spanned<String>>>,
    pub(super) emulated_relations: bool,
    pub(super) extensions: Vec<DeclaredExtension>,
    /// In lower case: Prisma does not look at the case either.
    pub(super) preview_features: BTreeSet<String>,
}

impl Config {
    pub(super) fn has_preview(&self, feature: &str) -> bool {
        self.preview_features.contains(&feature.to_ascii_lowercase())
    }
}

/// An entry of `extensions = […]`.
#[derive(Debug)]
pub(super) struct DeclaredExtension {
    pub(super) name: String,
    pub(super) schema: Option<String>,
    pub(super) version: Option<String>,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) struct Model {
    pub(super) name: Spanned<String>,
    /// Its name in the database.
    pub(super) table: String,
    /// The `@@map` that says so.
    pub(super) mapped: Option<Span>,
    pub(super) schema: Option<Spanned<String>>,
    pub(super) is_view: bool,
    pub(super) is_ignored: bool,
    pub(super) fields: Vec<Field>,
    pub(super) primary_key: Option<Key>,
    pub(super) indexes: Vec<Key>,
    /// Lines that could not be read: there may be more fields and indexes.
    pub(super) unread: Vec<Span>,
    pub(super) span: Span,
}

impl Model {
    pub(super) fn word(&self) -> &'static str {
        if self.is_view { "view" } else { "model" }
    }
}

#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: Spanned<String>,
    pub(super) arity: Arity,
    pub(super) kind: FieldKind,
    pub(super) is_ignored: bool,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) enum FieldKind {
    Scalar(Box<Scalar>),
    Relation(Box<RelationField>),
    /// Of a type that is not declared: reported, and there may be a column.
    Unknown,
}

impl Field {
    pub(super) fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            FieldKind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    pub(super) fn relation(&self) -> Option<&RelationField> {
        match &self.kind {
            FieldKind::Relation(relation) => Some(relation),
            _ => None,
        }
    }
}

#[derive(Debug)]
pub(super) struct Scalar {
    /// Its name in the database.
    pub(super) column: String,
    pub(super) ty: ScalarType,
    pub(super) native: Option<Native>,
    pub(super) default: Option<Spanned<DefaultValue>>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum ScalarType {
    BuiltIn(BuiltIn),
    /// Index into [`Schema::enums`].
    Enum(usize),
    /// A `type` block; no relational database has them.
    Composite(String),
    Unsupported(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum BuiltIn {
    Int,
    BigInt,
    Float,
    Decimal,
    Boolean,
    String,
    DateTime,
    Json,
    Bytes,
}

impl BuiltIn {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "Int" => Self::Int,
            "BigInt" => Self::BigInt,
            "Float" => Self::Float,
            "Decimal" => Self::Decimal,
            "Boolean" => Self::Boolean,
            "String" => Self::String,
            "DateTime" => Self::DateTime,
            "Json" => Self::Json,
            "Bytes" => Self::Bytes,
            _ => return None,
        })
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Int => "Int",
            Self::BigInt => "BigInt",
            Self::Float => "Float",
            Self::Decimal => "Decimal",
            Self::Boolean => "Boolean",
            Self::String => "String",
            Self::DateTime => "DateTime",
            Self::Json => "Json",
            Self::Bytes => "Bytes",
        }
    }
}

/// `@db.VarChar(10)`, checked against the connector.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Native {
    pub(super) name: &'static str,
    pub(super) arguments: Vec<u32>,
}

#[derive(Clone, Debug)]
pub(super) enum DefaultValue {
    AutoIncrement,
    Now,
    /// The database's own expression; `None` leaves it open what it is.
    DbGenerated(Option<String>),
    /// Made by the client: nothing in the database.
    Client,
    /// A literal or a list of literals.
    Constant(Value),
}

/// A primary key, unique or index.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) kind: KeyKind,
    /// `map:`, the name in the database.
    pub(super) mapped: Option<String>,
    /// `name:`, the name in the client.
    pub(super) client_name: Option<String>,
    pub(super) parts: Vec<KeyPart>,
    /// `type:`, in lower case as the database has it.
    pub(super) method: Option<&'static str>,
    pub(super) predicate: Option<Spanned<Predicate>>,
    pub(super) span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum KeyKind {
    Primary,
    Unique,
    Index,
    Fulltext,
}

impl KeyKind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Primary => "id",
            Self::Unique => "unique",
            Self::Index => "index",
            Self::Fulltext => "fulltext",
        }
    }
}

#[derive(Debug)]
pub(super) struct KeyPart {
    /// Index into [`Model::fields`]; a scalar.
    pub(super) field: usize,
    pub(super) descending: bool,
    pub(super) opclass: Option<Opclass>,
}

/// An operator class.
#[derive(Debug)]
pub(super) struct Opclass {
    /// The database's name for it.
    pub(super) name: String,
    /// The language's word for it; `None` for `raw("…")`.
    pub(super) word: Option<String>,
}

/// The condition of a partial index.
#[derive(Clone, Debug)]
pub(super) enum Predicate {
    Raw(String),
    /// Field index, and what is asked of it.
    Fields(Vec<(usize, Condition)>),
}

#[derive(Clone, Debug)]
pub(super) enum Condition {
    Is(Value),
    IsNot(Value),
}

#[derive(Debug)]
pub(super) struct Enum {
    pub(super) name: Spanned<String>,
    /// Its name in the database.
    pub(super) db_name: String,
    pub(super) schema: Option<Spanned<String>>,
    pub(super) values: Vec<EnumLabel>,
    pub(super) unread: Vec<Span>,
    pub(super) span: Span,
}

#[derive(Debug)]
pub(super) struct EnumLabel {
    pub(super) name: String,
    /// In the database.
    pub(super) label: String,
    pub(super) span: Span,
}

/// A field whose type is a model.
#[derive(Debug)]
pub(super) struct RelationField {
    /// Index into [`Schema::models`].
    pub(super) to: usize,
    /// The relation's name where one is written.
    pub(super) name: Option<String>,
    /// Indexes of scalar fields of this model. `None` where not written; empty when they could not be resolved.
    pub(super) fields: Option<Vec<usize>>,
    /// Indexes of scalar fields of the other model.
    pub(super) references: Option<Vec<usize>>,
    pub(super) on_delete: Option<Spanned<Action>>,
    pub(super) on_update: Option<Spanned<Action>>,
    pub(super) mapped: Option<String>,
    /// The whole `@relation(…)`.
    pub(super) attribute: Option<Span>,
}

/// Place of a field: model and field index.
pub(super) type FieldId = (usize, usize);

/// Two fields (or one, when the other is missing) that make a relation.
#[derive(Debug)]
pub(super) enum Relation {
    /// One-to-one or one-to-many. `forward` holds the foreign key.
    Inline { forward: FieldId, back: Option<FieldId> },
    /// Implicit many-to-many, in the order of its columns A and B.
    ManyToMany { a: FieldId, b: FieldId },
}
