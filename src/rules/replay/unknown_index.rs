//! A statement drops, renames or uses an index that does not exist.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement drops, renames or uses an index that does not exist.
    ///
    /// # What it does
    /// Looks indexes up by the server's names, including those that a constraint made and those that the server named itself.
    ///
    /// # Why is this bad
    /// The statement fails on every database that was made from these migrations.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// DROP INDEX users_email_idx;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE INDEX users_email_idx ON users (email);
    /// DROP INDEX users_email_idx;
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42704 `undefined_object` (42P01 for an index named as a relation).
    pub(crate) static UNKNOWN_INDEX = "replay/unknown-index", Severity::Error;
}
