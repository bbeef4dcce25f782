//! Migrations replayed in memory: a fold of statements over a catalog, with PostgreSQL's own effects and refusals.
//!
//! The result is the catalog that a server would have, the statements that it would refuse, and which statement did what.

mod alter;
mod answer;
mod apply;
mod bounds;
mod builtin;
mod calls;
mod casts;
mod column_rules;
mod columns;
mod comments;
mod constraints;
mod data;
mod dependencies;
mod dependents;
mod drop;
mod erase;
mod follow;
mod foreign_keys;
mod functions;
mod host;
mod index_methods;
mod indexes;
mod inheritance;
mod intent;
mod labels;
mod like;
mod lookup;
mod merging;
mod namespaces;
mod naming;
mod other_types;
mod outcome;
mod partitions;
pub mod plpgsql;
mod privileges;
mod programs;
mod query_types;
mod refusal;
mod rename;
mod rewrite;
mod routines;
mod rows;
mod run;
mod sequences;
mod settings;
mod state;
mod tables;
mod triggers;
mod types;
mod undo;
mod versions;
mod views;
mod volatility;

pub use answer::Answered;
pub(crate) use builtin::extension_may_have_type;
pub use builtin::{extension_has_type, extension_of_type};
pub use data::TableWrite;
pub use host::{Host, Mark, TouchedParts, Touches};
pub(crate) use naming::make_object_name;
pub use outcome::{Issue, IssueKind, Replayed, StatementCounts};
pub use refusal::{Effect, Ran, Refusal};
pub use run::{replay, replay_scripts};
pub use settings::ReplaySettings;

#[cfg(test)]
mod tests;
