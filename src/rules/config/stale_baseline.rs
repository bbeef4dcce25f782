//! Entries of the baseline that match nothing.

use crate::diagnostic::Severity;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// The baseline accepts findings that are no longer found.
    ///
    /// # What it does
    /// Reports entries of `undrift-baseline.json` whose finding did not come up in this run: it was repaired, or its object is gone.
    ///
    /// # Why is this bad
    /// An entry that stays behind accepts the same finding again when it comes back, and nobody is told. `undrift baseline` writes the file anew.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /undrift-baseline.json
    /// { "version": 1, "accepted": [{"target": "", "rule": "replay/unknown-table", "object": "accounts", "fingerprint": "0123456789abcdef"}] }
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ```
    /// ```fixture,good
    /// //- /undrift-baseline.json
    /// { "version": 1, "accepted": [] }
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// ```
    ///
    /// # When it stays quiet
    /// About targets that were not checked, and about order and safety rules unless every migration is judged (`--all`).
    ///
    /// # Sources
    /// undrift's own file; fingerprints are those of the JSON report.
    pub(crate) static STALE_BASELINE = "config/stale-baseline", Severity::Warning;
}
