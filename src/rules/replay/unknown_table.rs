//! A statement names a table, view or sequence that does not exist when it runs.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement names a table, view or sequence that does not exist when it runs.
    ///
    /// # What it does
    /// Reports statements on a relation that no earlier migration has created, or that one has dropped or renamed; names the later migration
    /// that creates it, where one does.
    ///
    /// # Why is this bad
    /// On a fresh database the statement fails. Where it once ran, it ran because somebody had made the relation by hand.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// ALTER TABLE sessions ADD COLUMN project_id integer;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE sessions (id integer PRIMARY KEY);
    /// ALTER TABLE sessions ADD COLUMN project_id integer;
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42P01 `undefined_table`.
    pub(crate) static UNKNOWN_TABLE = "replay/unknown-table", Severity::Error;
}
