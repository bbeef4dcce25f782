//! Relations that are not tables: views and sequences.

use super::{Column, Expr, Index, Known, Origin, QualifiedName, Trigger, TypeName};

/// A view or materialized view.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct View {
    pub name: QualifiedName,
    pub materialized: bool,
    /// The query, as SQL; renames of what it uses are carried into it.
    pub query: Known<Expr>,
    /// Unknown where they cannot be told from the query (`SELECT *` of something unknown).
    pub columns: Known<Vec<Column>>,
    /// Storage parameters and options as written: `("security_invoker", "true")`.
    pub options: Vec<(String, String)>,
    /// `WITH [LOCAL | CASCADED] CHECK OPTION`.
    pub check_option: Option<String>,
    pub with_data: bool,
    /// Declared as existing elsewhere (Drizzle's `.existing()`): never created, never drift.
    pub existing: bool,
    pub indexes: Vec<Index>,
    pub triggers: Vec<Trigger>,
    pub comment: Option<String>,
    pub origin: Origin,
}

/// A sequence, stand-alone or owned by a column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sequence {
    pub name: QualifiedName,
    pub options: SequenceOptions,
    pub owned_by: Option<(QualifiedName, String)>,
    /// Belongs to an identity column.
    pub identity: bool,
    pub comment: Option<String>,
    pub origin: Origin,
}

/// Options of a sequence; `None` is the server's default for the type and direction.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SequenceOptions {
    /// `smallint`, `integer` or `bigint`.
    pub data_type: Option<TypeName>,
    pub start: Option<i64>,
    pub increment: Option<i64>,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub cache: Option<i64>,
    pub cycle: bool,
}
