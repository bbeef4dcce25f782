//! A statement uses a type where the server cannot.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement uses a type where the server cannot.
    ///
    /// # What it does
    /// Reports foreign keys between types that do not compare, changes of type that need a `USING` clause, defaults that cannot be cast to
    /// the new type, values that a column does not take, operators that there are not (`uuid = text` in a policy), conditions that are no
    /// booleans, and values without a common type in `CASE`, `COALESCE` and `UNION`.
    ///
    /// # Why is this bad
    /// The server refuses the statement: `column "x" cannot be cast automatically to type y`.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, age text);
    /// ALTER TABLE users ALTER COLUMN age TYPE integer;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, age text);
    /// ALTER TABLE users ALTER COLUMN age TYPE integer USING age::integer;
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42804 `datatype_mismatch`.
    pub(crate) static INVALID_TYPE = "replay/invalid-type", Severity::Error;
}
