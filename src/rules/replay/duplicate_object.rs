//! A statement creates a schema, extension, policy, trigger, function or label that exists already.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement creates a schema, extension, policy, trigger, function or label that exists already.
    ///
    /// # What it does
    /// Reports `CREATE` without `OR REPLACE` or `IF NOT EXISTS` where the object is there.
    ///
    /// # Why is this bad
    /// The statement fails on a fresh database: two migrations create the same thing.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE SCHEMA billing;
    /// CREATE SCHEMA billing;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE SCHEMA billing;
    /// CREATE SCHEMA IF NOT EXISTS billing;
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42710 `duplicate_object`, 42P06 `duplicate_schema`, 42723 `duplicate_function`.
    pub(crate) static DUPLICATE_OBJECT = "replay/duplicate-object", Severity::Error;
}
