//! A foreign key refers to something that it cannot refer to.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A foreign key refers to something that it cannot refer to.
    ///
    /// # What it does
    /// Reports foreign keys whose target columns have no primary key, unique constraint or plain unique index, or whose column counts differ.
    ///
    /// # Why is this bad
    /// The server refuses the constraint.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE TABLE posts (email text REFERENCES users (email));
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text UNIQUE);
    /// CREATE TABLE posts (email text REFERENCES users (email));
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42830 `invalid_foreign_key`.
    pub(crate) static INVALID_REFERENCE = "replay/invalid-reference", Severity::Error;
}
