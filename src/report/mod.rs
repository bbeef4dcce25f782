//! Reports: what a check found, rendered. One file per format, each a total function over the same plain data.
//!
//! Selection (levels, suppressions, baseline, order) happens once, in the sink of [`crate::diagnostic`]; a reporter drops nothing on its
//! own, except that `pretty` folds long runs and says so. Paths, names and SQL come from files that strangers write: every format
//! neutralises what could break out of it.

pub mod concise;
pub mod github;
pub mod gitlab;
mod input;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod pretty;
pub mod sarif;
#[cfg(test)]
mod tests;
mod text;

pub use crate::diagnostic::Counts;
pub use input::{
    DeclaredSummary, MigrationsSummary, ReportInput, Settings, StatementsSummary, TargetSummary, Viewpoint,
};
pub use text::harmless;
