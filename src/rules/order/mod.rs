//! The order of migrations, as their runner will take it: what it will never run, run twice, run late or refuse to run.
//!
//! Within the set of migrations itself, and against a base (what is merged already). Only what is new is judged.

mod commands;
pub(super) mod deleted_migration;
pub(super) mod duplicate_version;
pub(super) mod edited_migration;
pub(super) mod future_timestamp;
mod history;
pub(super) mod missing_migration_file;
pub(super) mod missing_snapshot;
pub(super) mod one_transaction;
pub(super) mod out_of_order;
mod renumber;
mod ruby;
pub(super) mod snapshot_chain;
pub mod snapshot_drift;
pub(super) mod unjournaled_migration;

pub use commands::Standpoint;
pub use history::{Given, History};

use crate::diagnostic::Diagnostic;

/// Everything that the order rules have to say of a history.
#[must_use]
pub fn check(history: &History<'_>) -> Vec<Diagnostic> {
    let rules = [
        unjournaled_migration::check,
        missing_migration_file::check,
        // Gives new numbers, which the repairs of the others take up.
        duplicate_version::check,
        out_of_order::check,
        snapshot_chain::check,
        missing_snapshot::check,
        one_transaction::check,
        future_timestamp::check,
        edited_migration::check,
        deleted_migration::check,
    ];
    rules.iter().flat_map(|rule| rule(history)).collect()
}
