//! Migrations replayed in memory: a fold of statements over a catalog, with PostgreSQL's own effects and refusals.
//!
//! The result is the catalog that a server would have, the statements that it would refuse, and which statement did what.

mod host;
mod outcome;
pub mod plpgsql;
mod refusal;

pub use host::{Host, Mark, Touches};
pub use outcome::{Issue, IssueKind, Replayed, StatementCounts};
pub use refusal::{Effect, Ran, Refusal};
