//! A statement names a function that does not exist when it runs.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement names a function that does not exist when it runs.
    ///
    /// # What it does
    /// Reports calls, triggers, drops, changes and comments of a function that no earlier statement has created and that is not built in, and
    /// calls with arguments that no function of the name takes: `length(id)` of an integer.
    ///
    /// # Why is this bad
    /// The statement fails on a fresh database.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch_row();
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    /// CREATE TRIGGER touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch_row();
    /// ```
    ///
    /// # When it stays quiet
    /// About what only fails because an earlier statement failed: that is folded into the first finding's related places. Statements under `IF
    /// EXISTS` or `IF NOT EXISTS`, and those in a `DO` block that handles the exception, are refused by nobody.
    ///
    /// # Sources
    /// PostgreSQL, SQLSTATE 42883 `undefined_function`.
    pub(crate) static UNKNOWN_FUNCTION = "replay/unknown-function", Severity::Error;
}
