//! The rules. One file per rule: documentation, id, severity, code; a drift rule's file holds the three rules of one kind of object.
//!
//! To add a rule: one file, its `mod` line, one entry in [`ALL`]. `explain`, docs/rules.md, SARIF and the config's schema read that list.

mod config;
pub mod replay;
mod rule;

pub use rule::Rule;

/// Every rule, sorted by id.
pub static ALL: &[&Rule] = &[
    &config::malformed_suppression::MALFORMED_SUPPRESSION,
    &config::stale_baseline::STALE_BASELINE,
    &config::unused_suppression::UNUSED_SUPPRESSION,
    &replay::commented_baseline::COMMENTED_BASELINE,
    &replay::dependent_objects::DEPENDENT_OBJECTS,
    &replay::duplicate_column::DUPLICATE_COLUMN,
    &replay::duplicate_constraint::DUPLICATE_CONSTRAINT,
    &replay::duplicate_index::DUPLICATE_INDEX,
    &replay::duplicate_object::DUPLICATE_OBJECT,
    &replay::duplicate_table::DUPLICATE_TABLE,
    &replay::duplicate_type::DUPLICATE_TYPE,
    &replay::in_transaction::IN_TRANSACTION,
    &replay::invalid_definition::INVALID_DEFINITION,
    &replay::invalid_reference::INVALID_REFERENCE,
    &replay::invalid_type::INVALID_TYPE,
    &replay::syntax::SYNTAX,
    &replay::unknown_column::UNKNOWN_COLUMN,
    &replay::unknown_constraint::UNKNOWN_CONSTRAINT,
    &replay::unknown_function::UNKNOWN_FUNCTION,
    &replay::unknown_index::UNKNOWN_INDEX,
    &replay::unknown_object::UNKNOWN_OBJECT,
    &replay::unknown_schema::UNKNOWN_SCHEMA,
    &replay::unknown_table::UNKNOWN_TABLE,
    &replay::unknown_type::UNKNOWN_TYPE,
];
