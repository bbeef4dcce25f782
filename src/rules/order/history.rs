//! What the order rules look at.

use std::collections::HashSet;

use super::Standpoint;
use crate::migrations::{JournalEntry, Migration, MigrationSet};
use crate::replay::Issue;
use crate::source::{FileId, SourceMap, Tree};

/// The migrations as they are, as they were at the base, and which of them are new.
pub struct History<'a> {
    pub set: &'a MigrationSet,
    /// The migrations at the base, read by the same layout; `None` when there is nothing to compare with.
    pub base: Option<&'a MigrationSet>,
    /// The id of the snapshot at a path at the base, for the few that are asked about.
    pub snapshot_at_base: &'a dyn Fn(&str) -> Option<String>,
    /// The migrations where the base's branch stands by now, when it has moved on: what a merge will meet.
    pub tip: Option<&'a MigrationSet>,
    /// The migrations that others can have applied, when those are fewer than the base's: the rest may still be changed.
    pub shared: Option<&'a MigrationSet>,
    /// The commit of what may no longer be changed, as git takes it.
    pub settled_at: Option<&'a str>,
    /// Files that count as new.
    pub new: &'a HashSet<FileId>,
    /// Every migration counts as new.
    pub all: bool,
    pub issues: &'a [Issue],
    /// Milliseconds since 1970; `None` when the time must not matter.
    pub now: Option<i64>,
    /// The command that writes a migration: `pnpm exec drizzle-kit generate`.
    pub generate: Option<&'a str>,
    pub sources: &'a SourceMap,
    pub tree: &'a dyn Tree,
    pub standpoint: Standpoint<'a>,
}

impl<'a> History<'a> {
    pub(super) fn is_new(&self, migration: &Migration) -> bool {
        self.all || self.new.contains(&migration.file.id)
    }

    /// Tells the entries of the journal that the base's has not. The base is listed once, so ask for it outside of loops.
    pub(super) fn new_entries(&self) -> impl Fn(&JournalEntry) -> bool + use<'a> {
        let at_tip = self.tip.and_then(|tip| tip.journal.as_ref()).map_or(&[][..], |journal| &journal.entries);
        // What the base's branch has got since with the same time is merged, too (a squash merge, a cherry-pick).
        let same = |old: &&JournalEntry| self.entries().iter().any(|now| now.tag == old.tag && now.when == old.when);
        let listed_before: HashSet<&str> =
            self.base_entries().chain(at_tip.iter().filter(same)).map(|old| old.tag.as_str()).collect();
        let every = self.all || self.base.is_none();
        move |entry| every || !listed_before.contains(entry.tag.as_str())
    }

    /// The migrations that may no longer be changed.
    pub(super) fn settled(&self) -> Option<&'a MigrationSet> {
        self.shared.or(self.base)
    }

    /// The command that brings back what is merged.
    pub(super) fn restore(&self, path: &str) -> String {
        self.standpoint.restore(self.settled_at.unwrap_or("<base>"), path)
    }

    /// Migrations that a merge will bring, and that are not here yet.
    pub(super) fn incoming(&self) -> impl Iterator<Item = &'a Migration> {
        let here: HashSet<&str> = self.set.migrations.iter().map(|m| m.name.as_str()).collect();
        let before: HashSet<&str> =
            self.base.into_iter().flat_map(|base| &base.migrations).map(|m| m.name.as_str()).collect();
        let tip = self.tip.into_iter().flat_map(|tip| &tip.migrations);
        tip.filter(move |m| !here.contains(m.name.as_str()) && !before.contains(m.name.as_str()))
    }

    /// Entries of the journal that a merge will bring.
    pub(super) fn incoming_entries(&self) -> impl Iterator<Item = &'a JournalEntry> {
        let here: HashSet<&str> =
            self.entries().iter().chain(self.base_entries()).map(|entry| entry.tag.as_str()).collect();
        let journal = self.tip.and_then(|tip| tip.journal.as_ref());
        journal.into_iter().flat_map(|journal| &journal.entries).filter(move |e| !here.contains(e.tag.as_str()))
    }

    pub(super) fn entries(&self) -> &'a [JournalEntry] {
        self.set.journal.as_ref().map_or(&[], |journal| &journal.entries)
    }

    pub(super) fn base_entries(&self) -> impl Iterator<Item = &'a JournalEntry> {
        self.base.and_then(|base| base.journal.as_ref()).into_iter().flat_map(|journal| &journal.entries)
    }
}
