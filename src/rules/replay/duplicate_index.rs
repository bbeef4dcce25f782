//! A statement creates an index whose name is taken.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement creates an index whose name is taken.
    ///
    /// # What it does
    /// Reports `CREATE INDEX` where any relation of the schema has the name already; indexes of two tables share one space of names.
    ///
    /// # Why is this bad
    /// The statement fails on a fresh database.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE INDEX email_idx ON users (email);
    /// CREATE INDEX email_idx ON users (email, id);
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE INDEX email_idx ON users (email);
    /// CREATE INDEX email_id_idx ON users (email, id);
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42P07 `duplicate_table`.
    pub(crate) static DUPLICATE_INDEX = "replay/duplicate-index", Severity::Error;
}
