//! Finds targets in a project without a config: Drizzle configs, Prisma schemas, migration folders with a runner's marks.
//!
//! Each finder adds targets, with a sentence why; equal pairs of schema and migrations are one target. What is found and cannot be
//! checked (another database system, a project that only pushes) is named, never silently left out.

mod drizzle;
mod flyway;
mod layouts;
mod names;
mod package;
mod platform;
mod prisma;
mod sqitch;
mod supabase;
mod systems;
mod walk;

pub use walk::{Gitignored, Listing, walk};

use super::Target;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceMap, Tree};

/// What discovery gives.
#[derive(Debug, Default)]
pub struct Found {
    pub targets: Vec<Target>,
    /// For the last lines: `sqlite`, or a sentence.
    pub not_checked: Vec<String>,
    pub problems: Vec<Diagnostic>,
    /// Folders of migrations that belong to what is not checked, so that no other finder takes them up.
    passed_over: Vec<String>,
}

impl Found {
    fn not_checked(&mut self, words: impl Into<String>, dir: &str) {
        let words = words.into();
        if !self.not_checked.contains(&words) {
            self.not_checked.push(words);
        }
        if !dir.is_empty() {
            self.passed_over.push(dir.to_owned());
        }
    }

    /// Adds a target unless one with the same two sides is there.
    fn add(&mut self, target: Target) {
        let same = |other: &Target| other.declared == target.declared && other.migrations == target.migrations;
        if !self.targets.iter().any(same) {
            self.targets.push(target);
        }
    }
}

/// Everything that can be checked in a tree, in a fixed order.
#[must_use]
pub fn discover(tree: &dyn Tree, sources: &SourceMap, gitignored: Gitignored) -> Found {
    let listing = walk(tree, gitignored);
    let mut found = Found::default();
    if listing.truncated {
        found.not_checked("more folders than are searched: name the targets in undrift.toml", "");
    }

    drizzle::find(tree, sources, &listing, &mut found);
    prisma::find(tree, sources, &listing, &mut found);
    sqitch::find(tree, &listing, &mut found);
    flyway::find(tree, &listing, &mut found);
    layouts::find(tree, &listing, &mut found);
    if found.targets.is_empty() && found.not_checked.is_empty() {
        layouts::find_plain(tree, &listing, &mut found);
    }
    names::make_unique(&mut found.targets);
    found
}
