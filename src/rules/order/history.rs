//! What the order rules look at.

use std::cell::RefCell;
use std::collections::HashSet;

use super::Standpoint;
use super::renumber::{after, highest};
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
    /// The migrations folder, and what it was called there, where that is another name.
    pub moved: Option<(&'a str, &'a str)>,
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
    /// The files of what may no longer be changed.
    pub settled_tree: Option<&'a dyn Tree>,
    pub given: Given,
    pub standpoint: Standpoint<'a>,
}

/// The versions that repairs have given away: two migrations never get one, and the repairs of one migration always name the same.
#[derive(Debug, Default)]
pub struct Given(RefCell<Vec<(String, String)>>);

impl Given {
    /// The version that a migration was given, else the one after the highest of `taken` and of those given.
    pub(super) fn version<'v>(&self, name: &str, taken: impl Iterator<Item = &'v str>) -> Option<String> {
        let mut given = self.0.borrow_mut();
        if let Some((_, version)) = given.iter().find(|(known, _)| known == name) {
            return Some(version.clone());
        }
        let highest_taken = highest(taken)?.to_owned();
        let known = given.iter().map(|(_, version)| version.as_str());
        let version = after(highest(known.chain([highest_taken.as_str()]))?)?;
        given.push((name.to_owned(), version.clone()));
        Some(version)
    }

    /// The version that a migration was given.
    pub(super) fn to(&self, name: &str) -> Option<String> {
        self.0.borrow().iter().find(|(known, _)| known == name).map(|(_, version)| version.clone())
    }
}

impl<'a> History<'a> {
    pub(super) fn is_new(&self, migration: &Migration) -> bool {
        self.all || self.new.contains(&migration.file.id)
    }

    /// What may no longer be changed and bears another name and the same version now, where the runner knows it by that: as it was, and as it is.
    pub(super) fn renamed_since(&self) -> Vec<(&'a Migration, &'a Migration)> {
        self.settled().map(|before| self.set.renamed_since(before)).unwrap_or_default()
    }

    /// Tells the entries of the journal that the base's has not. The base is listed once, so ask for it outside of loops.
    pub(super) fn new_entries(&self) -> impl Fn(&JournalEntry) -> bool + use<'a> {
        let at_tip = self.tip.and_then(|tip| tip.journal.as_ref()).map_or(&[][..], |journal| &journal.entries);
        // What the base's branch has got since with the same time is merged, too (a squash merge, a cherry-pick).
        let same = |old: &&JournalEntry| self.entries().iter().any(|now| now.tag == old.tag && now.when == old.when);
        let listed_before: HashSet<&str> =
            self.base_entries().chain(at_tip.iter().filter(same)).map(|old| old.tag.as_str()).collect();
        // One that is there under another tag is the same to Drizzle, which knows it by its time.
        let here: HashSet<&str> = self.entries().iter().map(|entry| entry.tag.as_str()).collect();
        let renamed = self.base_entries().filter(|old| !here.contains(old.tag.as_str()));
        let renamed: HashSet<i64> = renamed.filter_map(|old| old.when).collect();
        let every = self.all || self.base.is_none();
        move |entry| {
            let is_renamed = || entry.when.is_some_and(|when| renamed.contains(&when));
            every || !(listed_before.contains(entry.tag.as_str()) || is_renamed())
        }
    }

    /// The migrations that may no longer be changed.
    pub(super) fn settled(&self) -> Option<&'a MigrationSet> {
        self.shared.or(self.base)
    }

    /// The entry of a merged migration that stands in the journal under another tag: Drizzle 0.x knows it by its time.
    pub(super) fn renamed(&self, tag: &str) -> Option<&'a JournalEntry> {
        let merged = &self.settled()?.journal.as_ref()?.entries;
        let when = merged.iter().find(|old| old.tag == tag)?.when?;
        let is_merged = |entry: &JournalEntry| merged.iter().any(|old| old.tag == entry.tag);
        self.entries().iter().find(|entry| entry.when == Some(when) && entry.tag != tag && !is_merged(entry))
    }

    /// The command that brings back what is merged.
    pub(super) fn restore(&self, paths: &[&str]) -> String {
        let commit = self.settled_at.unwrap_or("<base>");
        let Some((is, was)) = self.moved else { return self.standpoint.restore(commit, paths) };
        let shown = paths.iter().map(|path| {
            let there = path.strip_prefix(is).map_or_else(|| (*path).to_owned(), |rest| format!("{was}{rest}"));
            self.standpoint.show(commit, &there, path)
        });
        shown.collect::<Vec<_>>().join(" && ")
    }

    /// Whether a file is among what may no longer be changed.
    pub(super) fn was_there(&self, path: &str) -> bool {
        self.settled_tree.is_some_and(|tree| matches!(tree.kind(path), Ok(Some(_))))
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
