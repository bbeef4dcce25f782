//! Migrations as their runner sees them: which files, in which order, how each is cut into statements and transactions.
//!
//! One file per layout under `layout/`; each turns a directory into a [`MigrationSet`]. What the runner would do with a late, edited or
//! unlisted migration is data here ([`Runner`]), and judged by the order rules.

pub mod layout;
mod set;

pub use set::{
    Envelope, Journal, JournalEntry, LateMigration, Migration, MigrationSet, OrderedBy, Plan, PlannedChange,
    RenamedMigration, Runner, Runs, Snapshot, Splitting, UnlistedFile, Versions,
};
