//! A statement names a column that its table does not have when it runs.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement names a column that its table does not have when it runs.
    ///
    /// # What it does
    /// Reports constraints, indexes, renames, changes and drops of a column that no earlier statement has added, or that one has dropped or
    /// renamed; names the later migration that adds it, where one does.
    ///
    /// # Why is this bad
    /// On a fresh database the statement fails, so new environments cannot be made from the migrations.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE INDEX users_email_idx ON users (email);
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE INDEX users_email_idx ON users (email);
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42703 `undefined_column`.
    pub(crate) static UNKNOWN_COLUMN = "replay/unknown-column", Severity::Error;
}
