//! A statement adds a column that its table already has.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement adds a column that its table already has.
    ///
    /// # What it does
    /// Reports `ADD COLUMN` and `RENAME COLUMN` to a name that is taken, and a column that one `CREATE TABLE` names twice.
    ///
    /// # Why is this bad
    /// The statement fails: the same change was written into two migrations, often from two branches.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ALTER TABLE users ADD COLUMN id bigint;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ALTER TABLE users ADD COLUMN IF NOT EXISTS id integer;
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42701 `duplicate_column`.
    pub(crate) static DUPLICATE_COLUMN = "replay/duplicate-column", Severity::Error;
}
