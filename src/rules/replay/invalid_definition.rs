//! A statement defines something that the server does not allow.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement defines something that the server does not allow.
    ///
    /// # What it does
    /// Reports definitions that parse and yet cannot be: a column that is an identity and has a default, an identity of a type that is no
    /// integer, a partition of a table that is not partitioned, and the like; constants that are no values of their type (an enum's label that
    /// it has not, a malformed uuid), in defaults, conditions and seeds; rows that a constraint does not let in.
    ///
    /// # Why is this bad
    /// The server refuses the statement.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE TABLE users_2024 PARTITION OF users DEFAULT;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY) PARTITION BY RANGE (id);
    /// CREATE TABLE users_2024 PARTITION OF users DEFAULT;
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42P16 `invalid_table_definition`, 42P17 `invalid_object_definition`.
    pub(crate) static INVALID_DEFINITION = "replay/invalid-definition", Severity::Error;
}
