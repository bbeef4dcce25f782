//! What differs between databases in the schema language: native types, limits, index methods. Plain data, one file per database.

mod postgres;
mod postgres_indexes;

use super::schema::{BuiltIn, Native, Opclass};
use crate::model::Action;

/// The abilities of one database in the schema language.
#[derive(Debug)]
pub(super) struct Connector {
    /// The dialect's name: `postgresql`.
    pub(super) dialect: &'static str,
    /// Values of a datasource's `provider`.
    providers: &'static [&'static str],
    /// The longest identifier in bytes.
    pub(super) max_identifier: usize,
    pub(super) native_types: &'static [NativeType],
    /// The type of a scalar without a native one, as SQL.
    pub(super) scalar_sql: fn(BuiltIn) -> &'static str,
    /// A native type as SQL.
    pub(super) native_sql: fn(&Native) -> String,
    /// Index methods by the language's word for them.
    pub(super) index_methods: &'static [IndexMethod],
    /// Whether the language has this word for an operator class.
    pub(super) is_opclass: fn(&str) -> bool,
    /// What is wrong with a field of an index.
    pub(super) index_problem: fn(&IndexedField<'_>) -> Option<String>,
    /// Native types that no unique key or index takes.
    pub(super) never_indexed: &'static [&'static str],
    /// Index methods that take one field only.
    pub(super) single_column_methods: &'static [&'static str],
    /// Actions that the client can do where it stands in for foreign keys.
    pub(super) emulated_actions: &'static [Action],
    /// Types that the language has words for, as the model names them.
    pub(super) type_names: &'static [&'static str],
}

/// A field of an index, for [`Connector::index_problem`].
#[derive(Debug)]
pub(super) struct IndexedField<'a> {
    pub(super) name: &'a str,
    /// The database's name of the index method.
    pub(super) method: &'a str,
    /// `None` for an enum.
    pub(super) scalar: Option<BuiltIn>,
    pub(super) native: Option<&'static str>,
    pub(super) is_list: bool,
    pub(super) opclass: Option<&'a Opclass>,
}

/// `@db.Name`.
#[derive(Debug)]
pub(super) struct NativeType {
    pub(super) name: &'static str,
    /// The scalars that can have it.
    pub(super) scalars: &'static [BuiltIn],
    pub(super) arguments: Arguments,
}

/// What a native type takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Arguments {
    None,
    /// At most one number in a range.
    One {
        min: u32,
        max: u32,
    },
    /// None, or a precision and a scale no larger than it.
    PrecisionAndScale {
        max: u32,
    },
}

/// `type: Word`.
#[derive(Debug)]
pub(super) struct IndexMethod {
    pub(super) word: &'static str,
    /// The database's name for it.
    pub(super) name: &'static str,
}

/// Providers of the language that have no connector here yet.
pub(super) const KNOWN_PROVIDERS: &[&str] = &["mysql", "sqlite", "sqlserver", "mongodb", "cockroachdb"];

static CONNECTORS: &[&Connector] = &[&postgres::CONNECTOR];

pub(super) fn by_provider(provider: &str) -> Option<&'static Connector> {
    CONNECTORS.iter().copied().find(|c| c.providers.contains(&provider))
}

pub(super) fn by_dialect(dialect: &str) -> Option<&'static Connector> {
    CONNECTORS.iter().copied().find(|c| c.dialect == dialect)
}

impl Connector {
    pub(super) fn native_type(&self, name: &str) -> Option<&'static NativeType> {
        self.native_types.iter().find(|t| t.name == name)
    }

    pub(super) fn index_method(&self, word: &str) -> Option<&'static IndexMethod> {
        self.index_methods.iter().find(|m| m.word == word)
    }
}
