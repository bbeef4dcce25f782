//! A suppression without effect, for its form.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A suppression lacks its reason or names no rule, and has no effect.
    ///
    /// # What it does
    /// Reports `undrift-ignore` comments without a reason, without a rule, or with a name that is no rule. They silence nothing.
    ///
    /// # Why is this bad
    /// Whoever wrote it believes that the finding is dealt with. And a suppression without its reason cannot be judged by whoever reads it next.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// -- undrift-ignore safety/drop-column
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// -- undrift-ignore replay/unknown-table: the platform creates it
    /// ALTER TABLE accounts ADD COLUMN user_id integer;
    /// ```
    ///
    /// # When it stays quiet
    /// In files in which a comment can silence nothing, such as JSON, and in text that only mentions the word.
    ///
    /// # Sources
    /// undrift's own form: `-- undrift-ignore RULE[, RULE]: REASON`.
    pub(crate) static MALFORMED_SUPPRESSION = "config/malformed-suppression", Severity::Warning;
}
