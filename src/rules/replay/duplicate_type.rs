//! A statement creates a type whose name is taken.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement creates a type whose name is taken.
    ///
    /// # What it does
    /// Reports enums, domains and composite types created twice. Tables are types too: a type cannot bear the name of a table in its schema.
    ///
    /// # Why is this bad
    /// The statement fails on a fresh database.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE role AS ENUM ('admin');
    /// CREATE TYPE role AS ENUM ('admin', 'member');
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE role AS ENUM ('admin');
    /// ALTER TYPE role ADD VALUE 'member';
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42710 `duplicate_object`.
    pub(crate) static DUPLICATE_TYPE = "replay/duplicate-type", Severity::Error;
}
