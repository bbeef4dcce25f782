//! A statement adds a constraint whose name its table already uses.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement adds a constraint whose name its table already uses.
    ///
    /// # What it does
    /// Reports constraints that are added twice under one name.
    ///
    /// # Why is this bad
    /// The statement fails on a fresh database: the same change was written into two migrations.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ALTER TABLE users ADD CONSTRAINT id_is_positive CHECK (id > 0);
    /// ALTER TABLE users ADD CONSTRAINT id_is_positive CHECK (id > 0);
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ALTER TABLE users ADD CONSTRAINT id_is_positive CHECK (id > 0);
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42710 `duplicate_object`.
    pub(crate) static DUPLICATE_CONSTRAINT = "replay/duplicate-constraint", Severity::Error;
}
