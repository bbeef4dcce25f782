//! A new migration stands, in the runner's order, before one that is applied already.

use super::History;
use super::renumber::{corrected_entry, key, renamed_to, version_of};
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::migrations::{JournalEntry, LateMigration, Migration, OrderedBy, Versions};
use crate::model::{ObjectKind, ObjectRef};
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A new migration stands, in the runner's order, before one that is applied already.
    ///
    /// # What it does
    /// Reports an entry of Drizzle's journal whose `when` is not above that of an earlier entry, and, against the base, any new migration that sorts
    /// before one which is merged already. The message says what this runner really does: some skip it for ever (Drizzle
    /// 0.x, golang-migrate), some run it late (Drizzle 1.0), some refuse (Flyway, sqitch, whose order is that of its plan).
    ///
    /// # Why is this bad
    /// A fresh database, such as CI's, runs all migrations and looks fine. A database that is up to date takes only what comes after its last one:
    /// production lacks a table, or gets it in another order than every test.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 1767000000000, "tag": "0000_init", "breakpoints": true},
    ///   {"idx": 1, "version": "7", "when": 1766000000000, "tag": "0001_add_total", "breakpoints": true}
    /// ]}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "invoices" ("id" integer PRIMARY KEY);
    /// //- /migrations/0001_add_total.sql
    /// ALTER TABLE "invoices" ADD COLUMN "total" numeric;
    /// ```
    /// ```fixture,good
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 1767000000000, "tag": "0000_init", "breakpoints": true},
    ///   {"idx": 1, "version": "7", "when": 1768000000000, "tag": "0001_add_total", "breakpoints": true}
    /// ]}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "invoices" ("id" integer PRIMARY KEY);
    /// //- /migrations/0001_add_total.sql
    /// ALTER TABLE "invoices" ADD COLUMN "total" numeric;
    /// ```
    ///
    /// # When it stays quiet
    /// About pairs that were in this order at the base already, unless all migrations are looked at; while Drizzle's journal cannot be read.
    ///
    /// # Sources
    /// drizzle-orm `src/pg-core/dialect.ts`, `migrate`; prisma-engines `diagnose_migration_history.rs`; the documentation of Flyway's `outOfOrder` and of
    /// golang-migrate.
    pub(crate) static OUT_OF_ORDER = "order/out-of-order", Severity::Error;
}

pub(super) fn check(history: &History<'_>) -> Vec<Diagnostic> {
    match history.set.order {
        OrderedBy::Journal => in_journal(history),
        OrderedBy::Names => {
            let mut findings = against_base(history);
            let reported: Vec<_> = findings.iter().map(|finding| finding.object.clone()).collect();
            let incoming = against_incoming(history);
            findings.extend(incoming.into_iter().filter(|finding| !reported.contains(&finding.object)));
            findings
        }
        // In which place of the plan a merge puts a line is decided by whoever merges.
        OrderedBy::Plan => against_base(history),
        OrderedBy::Nothing => Vec::new(),
    }
}

/// Drizzle 0.x applies an entry when its `when` is above that of the last one applied, and goes through the entries in their order.
fn in_journal(history: &History<'_>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut latest: Option<(&JournalEntry, i64)> = None;
    // Each repair must lie above the one before.
    let mut repaired = i64::MIN;
    let is_new = history.new_entries();
    // What is merged is applied before what is new, wherever the new entry stands.
    let merged = history.base_entries().chain(history.incoming_entries());
    let mut merged: Vec<(&JournalEntry, i64)> = merged.filter_map(|old| Some((old, old.when?))).collect();
    merged.sort_by_key(|&(_, when)| when);
    for entry in history.entries() {
        let Some(when) = entry.when else { continue };
        let other = || merged.iter().rev().find(|(old, _)| old.tag != entry.tag).copied();
        let last_merged = if is_new(entry) { other() } else { None };
        let before = [latest, last_merged].into_iter().flatten().max_by_key(|&(_, when)| when);
        if let Some((earlier, highest)) = before.filter(|&(_, highest)| highest >= when)
            && (is_new(entry) || is_new(earlier))
        {
            repaired = repaired.max(highest) + 1;
            findings.push(skipped(history, entry, when, (earlier, highest), repaired));
        }
        if latest.is_none_or(|(_, highest)| when > highest) {
            latest = Some((entry, when));
        }
    }
    findings
}

fn skipped(
    history: &History<'_>,
    entry: &JournalEntry,
    when: i64,
    (earlier, highest): (&JournalEntry, i64),
    repaired: i64,
) -> Diagnostic {
    let runner = history.set.runner.name;
    let place = entry.when_span.unwrap_or(entry.span);
    let message = format!("{} will be skipped for ever by {runner}", entry.tag);
    let mut finding =
        Diagnostic::new(OUT_OF_ORDER.id, OUT_OF_ORDER.severity, message, Label::new(place, "not above the one before"));
    finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &entry.tag));
    finding.consequence = Some(format!(
        "its `when` {when} is not above {highest} of {}; drizzle applies only what is newer than the last applied",
        earlier.tag
    ));
    // The earlier entry may stand in the base only.
    let here = history.entries().iter().find(|other| other.tag == earlier.tag);
    if let Some(span) = here.and_then(|other| other.when_span.or(Some(other.span))) {
        finding.related.push(Label::new(span, format!("{} is applied before it", earlier.tag)));
    }
    let corrected = corrected_entry(history, entry, repaired);
    let command = format!("set \"when\" above {highest} in meta/_journal.json: {corrected}");
    finding.fix = Some(Fix { sql: None, command: Some(command) });
    finding
}

/// Layouts whose order is that of names or of a plan: a new migration must come after everything that the base has.
fn against_base(history: &History<'_>) -> Vec<Diagnostic> {
    let Some(base) = history.base else { return Vec::new() };
    let is_merged = |migration: &Migration| {
        !history.is_new(migration) || base.migrations.iter().any(|old| old.name == migration.name)
    };
    let migrations = &history.set.migrations;
    let Some(last) = migrations.iter().rposition(|m| is_merged(m) && m.has_place()) else {
        return Vec::new();
    };
    // Which of two with one version comes first is the smaller fault of the two.
    let versions = history.set.runner.versions;
    let is_twin = |m: &Migration| {
        versions != Versions::WholeNames && versions.key(&m.version) == versions.key(&migrations[last].version)
    };
    let late = migrations[..last].iter().filter(|m| !is_merged(m) && m.has_place() && history.is_new(m) && !is_twin(m));
    late.map(|migration| late_migration(history, migration, &migrations[last])).collect()
}

/// What the base's branch has got since will be applied before what is new here.
fn against_incoming(history: &History<'_>) -> Vec<Diagnostic> {
    let incoming = history.incoming().filter(|m| m.has_place());
    let Some(last) = incoming.max_by_key(|m| key(&m.version)) else { return Vec::new() };
    let is_late = |m: &&Migration| {
        m.has_place() && history.base.is_some() && history.is_new(m) && key(&m.version) < key(&last.version)
    };
    let late = history.set.migrations.iter().filter(is_late);
    late.map(|migration| late_migration(history, migration, last)).collect()
}

fn late_migration(history: &History<'_>, migration: &Migration, merged: &Migration) -> Diagnostic {
    let runner = history.set.runner;
    let what = match runner.late {
        LateMigration::SkippedForever => format!("will be skipped by {} where {} is applied", runner.name, merged.name),
        LateMigration::RunsLate => {
            format!("runs after {} where that is applied, and before it on a fresh database", merged.name)
        }
        LateMigration::Refused => format!("will be refused by {} where {} is applied", runner.name, merged.name),
    };
    let then = match runner.late {
        LateMigration::RunsLate => {
            format!("{}: {}; old and new databases see two orders", runner.name, runner.late_words)
        }
        _ => format!("{}: {}", runner.name, runner.late_words),
    };
    let message = format!("{} {what}", migration.name);
    let place = match history.set.order {
        OrderedBy::Plan => migration.listed,
        _ => super::unjournaled_migration::first_line(migration.file.id, &migration.file.text),
    };
    let mut finding = Diagnostic::new(
        OUT_OF_ORDER.id,
        OUT_OF_ORDER.severity,
        message,
        Label::new(place, "new, and sorts before what is merged"),
    );
    finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &migration.name));
    finding.consequence = Some(then);
    // What only the base's branch has is not among this run's sources.
    if history.set.migrations.iter().any(|m| std::ptr::eq(m, merged)) {
        let merged_place = super::unjournaled_migration::first_line(merged.file.id, &merged.file.text);
        finding.related.push(Label::new(merged_place, format!("{} is merged already", merged.name)));
    }
    let command = later(history, migration)
        .unwrap_or_else(|| format!("give {} a version above {}", migration.name, merged.version));
    finding.fix = Some(Fix { sql: None, command: Some(command) });
    finding
}

/// The commands that give a migration the next free version.
fn later(history: &History<'_>, migration: &Migration) -> Option<String> {
    if let Some(plan) = &history.set.plan {
        return Some(format!("move the line of {} to the end of {}", migration.name, plan.file.path));
    }
    let own = version_of(history, migration)?;
    let all = history.set.migrations.iter().chain(history.incoming());
    let version = history.given.version(&migration.name, all.filter_map(|m| version_of(history, m)))?;
    renamed_to(history, migration, own, &version)
}
