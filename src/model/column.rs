//! Columns of tables and views.

use super::{Expr, Known, Origin, QualifiedName, SequenceOptions, TypeName};

/// One column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    pub name: String,
    pub ty: Known<TypeName>,
    pub not_null: Known<bool>,
    pub default: Known<Option<Default>>,
    /// Boxed, as few columns have one.
    pub identity: Option<Box<Identity>>,
    pub generated: Known<Option<Generated>>,
    /// Only when it differs from the type's own.
    pub collation: Option<String>,
    pub comment: Option<String>,
    /// Came from a parent by INHERITS or PARTITION OF and was not defined here.
    pub inherited: bool,
    pub origin: Origin,
}

/// A column's default.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Default {
    pub expr: Expr,
    /// The column's type when the default was set, where it has changed since: the server then keeps the old cast.
    pub set_for: Option<Box<TypeName>>,
}

impl Default {
    #[must_use]
    pub fn new(expr: Expr) -> Self {
        Self { expr, set_for: None }
    }
}

/// `GENERATED … AS IDENTITY`. Its sequence is also in the catalog's sequences, owned by the column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Identity {
    /// ALWAYS, else BY DEFAULT.
    pub always: bool,
    pub sequence: QualifiedName,
    pub options: SequenceOptions,
}

/// `GENERATED ALWAYS AS (…)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Generated {
    pub expr: Expr,
    /// STORED, else VIRTUAL.
    pub stored: bool,
}
