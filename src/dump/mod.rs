//! A catalog as text: SQL that makes it in an empty PostgreSQL ([`to_sql`]), or the contract's JSON ([`to_json`]).
//!
//! The SQL gives the very catalog that the migrations give: names are written out, views keep the columns of their creation, and where the
//! server's text depends on the way an object came to be, the dump goes the same way.

mod json;
mod order;
mod parts;
mod programs;
mod sql;
mod tables;
mod writer;

pub use json::to_json;
pub use sql::to_sql;

use std::collections::BTreeSet;

use crate::replay::Replayed;
use crate::source::{FileId, Span};

/// What a dump must know beside the catalog.
#[derive(Clone, Debug)]
pub struct DumpContext {
    /// Files whose objects are not printed, only what later statements changed in them.
    pub prelude: BTreeSet<FileId>,
    /// The search path under which statements ran, where it was not `default_path`.
    pub search_paths: Vec<(Span, Vec<String>)>,
    pub default_path: Vec<String>,
}

impl Default for DumpContext {
    fn default() -> Self {
        Self { prelude: BTreeSet::new(), search_paths: Vec::new(), default_path: vec!["$user".into(), "public".into()] }
    }
}

impl DumpContext {
    /// The context of a replay under a session's search path.
    #[must_use]
    pub fn of(replayed: &Replayed, default_path: &[String]) -> Self {
        Self {
            prelude: replayed.prelude.iter().copied().collect(),
            search_paths: replayed.search_paths.clone(),
            default_path: default_path.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests;
