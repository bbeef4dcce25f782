//! The first migration is an introspected baseline, wholly inside a comment.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// The first migration is an introspected baseline, wholly inside a comment.
    ///
    /// # What it does
    /// Notices the `0000_*.sql` that `drizzle-kit pull` writes inside `/* … */`, and takes its content as what existed before the first
    /// migration.
    ///
    /// # Why is this bad
    /// Nothing is wrong, but a fresh database made from these migrations lacks those tables: whoever sets one up must remove the comment first.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// /*
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// */
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ```
    ///
    /// # When it stays quiet
    /// About comments beside statements that run.
    ///
    /// # Sources
    /// drizzle-kit, `src/cli/commands/introspect.ts`: the baseline is written commented out, with a note to uncomment it.
    pub(crate) static COMMENTED_BASELINE = "replay/commented-baseline", Severity::Info;
}
