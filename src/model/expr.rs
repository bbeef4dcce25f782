//! Expressions: defaults, checks, predicates, index keys, generated columns.

use crate::source::Span;

/// A SQL expression. `sql` is complete, valid text in the dialect, faithful to what was written (the dialect's own
/// printer may have normalised white space and letter case, nothing that has a meaning); comparison by meaning is the dialect's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expr {
    pub sql: String,
    /// Where it was written.
    pub span: Span,
}

impl Expr {
    pub fn new(sql: impl Into<String>, span: Span) -> Self {
        Self { sql: sql.into(), span }
    }
}
