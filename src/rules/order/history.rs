//! What the order rules look at.

use std::collections::HashSet;

use crate::migrations::{JournalEntry, Migration, MigrationSet};
use crate::replay::Issue;
use crate::source::{FileId, SourceMap};

/// The migrations as they are, as they were at the base, and which of them are new.
pub struct History<'a> {
    pub set: &'a MigrationSet,
    /// The migrations at the base, read by the same layout; `None` when there is nothing to compare with.
    pub base: Option<&'a MigrationSet>,
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
}

impl<'a> History<'a> {
    pub(super) fn is_new(&self, migration: &Migration) -> bool {
        self.all || self.new.contains(&migration.file.id)
    }

    /// Whether an entry of the journal is one that the base's journal has not.
    pub(super) fn is_new_entry(&self, entry: &JournalEntry) -> bool {
        let listed_before = || self.base_entries().any(|old| old.tag == entry.tag);
        self.all || self.base.is_none_or(|_| !listed_before())
    }

    pub(super) fn entries(&self) -> &'a [JournalEntry] {
        self.set.journal.as_ref().map_or(&[], |journal| &journal.entries)
    }

    pub(super) fn base_entries(&self) -> impl Iterator<Item = &'a JournalEntry> {
        self.base.and_then(|base| base.journal.as_ref()).into_iter().flat_map(|journal| &journal.entries)
    }
}
