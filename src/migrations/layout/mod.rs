//! How a directory of SQL files becomes a [`MigrationSet`]: one file per layout.
//!
//! A [`Layout`] says by which markers its directory is recognised ([`Layout::detect`], with the evidence in words, so that a first run can
//! explain itself) and how its runner reads it: which files, in which order, which part of each runs upward, in which transaction.
//! Several layouts may recognise one directory; the order of [`LAYOUTS`] settles it, the most telling markers first and `plain` last.
//! Loading cannot fail: what could not be read is a problem beside the set.

mod atlas;
mod dbmate;
mod diesel;
mod drizzle;
mod files;
pub(crate) mod flyway;
mod golang_migrate;
mod goose;
mod hasura;
pub(crate) mod json;
mod marks;
mod node_pg_migrate;
mod placeholders;
mod plain;
mod prisma;
mod psql;
mod rails;
mod reader;
mod refinery;
pub(crate) mod sqitch;
mod sql_migrate;
mod sqlx;
mod supabase;
mod tern;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use drizzle::snapshot_id;
pub use reader::Reader;

use super::MigrationSet;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceMap, Tree};

/// What a config may say of a target's migrations, beyond directory and layout.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LayoutSettings {
    /// The migrations in their order, as paths from the project root, instead of a directory's own order. Empty: the directory decides.
    pub files: Vec<String>,
    /// Further directories whose migrations run together with those of the first one (Flyway's locations).
    pub more_dirs: Vec<String>,
    /// Values of a runner's variables (`${schema}` of Flyway), by name.
    pub placeholders: BTreeMap<String, String>,
    /// The target's dialect, where it is known: marks of another one in the directory are a problem.
    pub dialect: Option<String>,
    /// Snapshots are left out. They are most of what a project of Drizzle weighs, and of a state to compare with only a few ids matter: those
    /// are asked for by [`snapshot_id`].
    pub without_snapshots: bool,
}

/// A migration layout as plain data.
pub struct Layout {
    /// Its name in a config: `drizzle`.
    pub name: &'static str,
    /// The evidence when `dir` is a directory of this layout: reads after "because", names the marker (`meta/_journal.json names 12 migrations`).
    /// Reads listings and small marker files only; what cannot be read is no evidence.
    pub detect: fn(tree: &dyn Tree, dir: &str) -> Option<String>,
    read: fn(&mut Reader<'_>) -> MigrationSet,
    /// The tables in which its runner keeps what it has applied, in whatever schema: made by the runner or by hand, declared by nobody.
    pub records: &'static [&'static str],
}

/// Every layout, in the order in which detection prefers them.
pub static LAYOUTS: &[&Layout] = &[
    &drizzle::LAYOUT,
    &prisma::LAYOUT,
    &sqitch::LAYOUT,
    &atlas::LAYOUT,
    &supabase::LAYOUT,
    &goose::LAYOUT,
    &dbmate::LAYOUT,
    &sql_migrate::LAYOUT,
    &node_pg_migrate::LAYOUT,
    &tern::LAYOUT,
    &diesel::LAYOUT,
    &hasura::LAYOUT,
    &refinery::LAYOUT,
    &flyway::LAYOUT,
    &sqlx::LAYOUT,
    &golang_migrate::LAYOUT,
    &rails::LAYOUT,
    &plain::LAYOUT,
];

impl Layout {
    /// Reads the migrations of `dir` (relative to the project root; ignored where `settings.files` lists them). A directory that does not exist
    /// gives an empty set: a project that has no migrations yet is no fault. The problems are `input/*`.
    #[must_use]
    pub fn load(
        &self,
        tree: &dyn Tree,
        sources: &SourceMap,
        dir: &str,
        settings: &LayoutSettings,
    ) -> (MigrationSet, Vec<Diagnostic>) {
        let mut reader = Reader::new(tree, sources, dir, settings);
        let set = (self.read)(&mut reader);
        (set, reader.into_problems())
    }
}

/// The layout of a config's name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Layout> {
    LAYOUTS.iter().copied().find(|layout| layout.name == name)
}

/// The layout that recognises a directory first, and its evidence. `plain` takes any directory with `.sql` files in it, so a walk over a whole
/// project should ask [`detect_marked`].
#[must_use]
pub fn detect(tree: &dyn Tree, dir: &str) -> Option<(&'static Layout, String)> {
    LAYOUTS.iter().find_map(|layout| Some((*layout, (layout.detect)(tree, dir)?)))
}

/// As [`detect`], without `plain`: only what bears the marks of a runner.
#[must_use]
pub fn detect_marked(tree: &dyn Tree, dir: &str) -> Option<(&'static Layout, String)> {
    detect(tree, dir).filter(|(layout, _)| layout.name != plain::LAYOUT.name)
}
