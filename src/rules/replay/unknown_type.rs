//! A statement names a type that does not exist when it runs.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement names a type that does not exist when it runs.
    ///
    /// # What it does
    /// Reports columns, casts and changes that use an enum, domain, composite or extension type that no earlier statement has created.
    ///
    /// # Why is this bad
    /// On a fresh database the statement fails. An extension that is installed on one server by hand is missing on the next.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, role user_role NOT NULL);
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE user_role AS ENUM ('admin', 'member');
    /// CREATE TABLE users (id integer PRIMARY KEY, role user_role NOT NULL);
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42704 `undefined_object`.
    pub(crate) static UNKNOWN_TYPE = "replay/unknown-type", Severity::Error;
}
