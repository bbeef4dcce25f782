//! `input/unresolved-placeholder`

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A variable of the runner has no value here.
    ///
    /// # What it does
    /// Reports the first `${name}` of a Flyway script for which the config gives no value.
    ///
    /// # Why is this bad
    /// Flyway puts the value in before it sends the script. What the statement then says is not known here, and it is never guessed.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// migrations = { dir = "migrations", layout = "flyway" }
    /// //- /migrations/V1__init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// COMMENT ON TABLE invoices IS '${owner}';
    /// ```
    /// ```fixture,good
    /// //- /undrift.toml
    /// [[target]]
    /// name = "app"
    /// migrations = { dir = "migrations", layout = "flyway" }
    /// placeholders = { owner = "billing" }
    /// //- /migrations/V1__init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// COMMENT ON TABLE invoices IS '${owner}';
    /// ```
    ///
    /// # When it stays quiet
    /// When the config gives the value.
    ///
    /// # Sources
    /// Flyway's documentation, "Placeholders".
    pub(crate) static UNRESOLVED_PLACEHOLDER = "input/unresolved-placeholder", Severity::Warning;
}
