//! A statement drops, renames or validates a constraint that its table does not have.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement drops, renames or validates a constraint that its table does not have.
    ///
    /// # What it does
    /// Looks constraints up by the name that the server has given them, including implicit ones (`users_pkey`, `users_email_key`) and names cut
    /// at 63 bytes.
    ///
    /// # Why is this bad
    /// The statement fails on every database that was made from these migrations.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ALTER TABLE users DROP CONSTRAINT users_email_key;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text UNIQUE);
    /// ALTER TABLE users DROP CONSTRAINT users_email_key;
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42704 `undefined_object`; default names: src/backend/commands/indexcmds.c, `ChooseConstraintName`.
    pub(crate) static UNKNOWN_CONSTRAINT = "replay/unknown-constraint", Severity::Error;
}
