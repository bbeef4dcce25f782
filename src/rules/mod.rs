//! The rules. One file per rule: documentation, id, severity, code; a drift rule's file holds the three rules of one kind of object.
//!
//! To add a rule: one file, its `mod` line, one entry in [`ALL`]. `explain`, docs/rules.md, SARIF and the config's schema read that list.

mod config;
pub(crate) mod input;
mod rule;

pub use rule::Rule;

/// Every rule, sorted by id.
pub static ALL: &[&Rule] = &[
    &config::malformed_suppression::MALFORMED_SUPPRESSION,
    &config::stale_baseline::STALE_BASELINE,
    &config::unused_suppression::UNUSED_SUPPRESSION,
    &input::missing_schema::MISSING_SCHEMA,
    &input::syntax::SYNTAX,
    &input::unresolved::UNRESOLVED,
];
