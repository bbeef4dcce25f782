//! A statement drops or changes something that other objects still need.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement drops or changes something that other objects still need.
    ///
    /// # What it does
    /// Reports `DROP` without `CASCADE`, and changes of a column's type, where views, foreign keys, defaults, policies or functions depend on
    /// it.
    ///
    /// # Why is this bad
    /// The server refuses the statement until the dependants are dropped first.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE TABLE posts (id integer PRIMARY KEY, user_id integer REFERENCES users);
    /// DROP TABLE users;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE TABLE posts (id integer PRIMARY KEY, user_id integer REFERENCES users);
    /// DROP TABLE posts;
    /// DROP TABLE users;
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 2BP01 `dependent_objects_still_exist`, 0A000 for a column used by a view.
    pub(crate) static DEPENDENT_OBJECTS = "replay/dependent-objects", Severity::Error;
}
