//! A statement cannot run inside the transaction that surrounds it.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement cannot run inside the transaction that surrounds it.
    ///
    /// # What it does
    /// Reports `CREATE INDEX CONCURRENTLY`, `VACUUM`, `ALTER SYSTEM` and the like inside a transaction block, and the use of an enum label in
    /// the transaction that adds it.
    ///
    /// # Why is this bad
    /// The server refuses the statement: `CREATE INDEX CONCURRENTLY cannot run inside a transaction block`.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// BEGIN;
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
    /// COMMIT;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// BEGIN;
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE INDEX users_email_idx ON users (email);
    /// COMMIT;
    /// ```
    ///
    /// # When it stays quiet
    /// About what fails only because drizzle runs all pending migrations in one transaction: that is `order/one-transaction`. About files that
    /// the runner sends statement by statement.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 25001 `active_sql_transaction`, 55P04 `unsafe_new_enum_value_usage`.
    pub(crate) static IN_TRANSACTION = "replay/in-transaction", Severity::Error;
}
