//! The rules. One file per rule: documentation, id, severity, code; a drift rule's file holds the three rules of one kind of object.
//!
//! To add a rule: one file, its `mod` line, one entry in [`ALL`]. `explain`, docs/rules.md, SARIF and the config's schema read that list.

mod config;
pub(crate) mod input;
pub mod order;
pub mod replay;
mod rule;

pub use rule::Rule;

/// Every rule, sorted by id.
pub static ALL: &[&Rule] = &[
    &config::malformed_suppression::MALFORMED_SUPPRESSION,
    &config::stale_baseline::STALE_BASELINE,
    &config::unused_suppression::UNUSED_SUPPRESSION,
    &input::syntax::SYNTAX,
    &input::unresolved::UNRESOLVED,
    &order::deleted_migration::DELETED_MIGRATION,
    &order::duplicate_version::DUPLICATE_VERSION,
    &order::edited_migration::EDITED_MIGRATION,
    &order::future_timestamp::FUTURE_TIMESTAMP,
    &order::missing_migration_file::MISSING_MIGRATION_FILE,
    &order::missing_snapshot::MISSING_SNAPSHOT,
    &order::one_transaction::ONE_TRANSACTION,
    &order::out_of_order::OUT_OF_ORDER,
    &order::snapshot_chain::SNAPSHOT_CHAIN,
    &order::unjournaled_migration::UNJOURNALED_MIGRATION,
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
