//! A suppression that suppresses nothing.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A comment silences a rule where that rule has nothing to report.
    ///
    /// # What it does
    /// Reports `undrift-ignore` comments whose rule reports nothing at the statement or line that they stand above.
    ///
    /// # Why is this bad
    /// It says that something is wrong and accepted, when nothing is. When the rule fires there one day, for another reason, nobody hears of it.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// -- undrift-ignore replay/unknown-table: the platform creates it
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// -- undrift-ignore replay/unknown-table: the platform creates it
    /// ALTER TABLE accounts ADD COLUMN user_id integer;
    /// ```
    ///
    /// # When it stays quiet
    /// Order and safety rules judge new migrations only: a comment about them in an older migration is never called unused. Nor is any comment
    /// when only some of the targets are checked (`--target`), or when its rule is off.
    ///
    /// # Sources
    /// squawk's `unused-ignore`; ESLint's `--report-unused-disable-directives`.
    pub(crate) static UNUSED_SUPPRESSION = "config/unused-suppression", Severity::Warning;
}
