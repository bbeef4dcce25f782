//! A statement names a schema that does not exist when it runs.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement names a schema that does not exist when it runs.
    ///
    /// # What it does
    /// Reports statements that create or look something up in a schema that no earlier migration, prelude or platform has created.
    ///
    /// # Why is this bad
    /// On a fresh database the statement fails, so new environments, tests and CI databases cannot be made from the migrations.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE billing.invoices (id integer PRIMARY KEY);
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE SCHEMA billing;
    /// CREATE TABLE billing.invoices (id integer PRIMARY KEY);
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 3F000 `invalid_schema_name`.
    pub(crate) static UNKNOWN_SCHEMA = "replay/unknown-schema", Severity::Error;
}
