//! A statement creates a table, view or sequence whose name is taken.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement creates a table, view or sequence whose name is taken.
    ///
    /// # What it does
    /// Reports `CREATE` and `RENAME` of a relation where another relation of that schema already has the name; tables, views, sequences and
    /// indexes share one space of names.
    ///
    /// # Why is this bad
    /// The statement fails on a fresh database: two migrations create the same thing, often from two branches.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE TABLE users (id bigint PRIMARY KEY);
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42P07 `duplicate_table`.
    pub(crate) static DUPLICATE_TABLE = "replay/duplicate-table", Severity::Error;
}
