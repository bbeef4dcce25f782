//! A statement names a policy, trigger, extension, enum label or other object that does not exist.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement names a policy, trigger, extension, enum label or other object that does not exist.
    ///
    /// # What it does
    /// Reports drops, renames and changes of objects that no earlier statement has created.
    ///
    /// # Why is this bad
    /// The statement fails on every database that was made from these migrations.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// DROP TRIGGER touch ON users;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// DROP TRIGGER IF EXISTS touch ON users;
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42704 `undefined_object`.
    pub(crate) static UNKNOWN_OBJECT = "replay/unknown-object", Severity::Error;
}
