//! A migration holds text that PostgreSQL's own parser rejects.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A migration holds text that PostgreSQL's own parser rejects.
    ///
    /// # What it does
    /// Parses every statement with PostgreSQL's grammar and reports the ones that it refuses, with the token at which it stopped.
    ///
    /// # Why is this bad
    /// The runner stops at this statement, and with it every later migration.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY,);
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42601 `syntax_error`; libpg_query.
    pub(crate) static SYNTAX = "replay/syntax", Severity::Error;
}
