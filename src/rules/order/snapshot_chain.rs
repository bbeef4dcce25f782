//! The generator's snapshots do not form one chain.

use std::collections::{HashMap, HashSet};

use super::History;
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::migrations::Snapshot;
use crate::migrations::layout::snapshot_id;
use crate::model::{ObjectKind, ObjectRef};
use crate::rules::rule::declare_rule;

declare_rule! {
    /// The generator's snapshots do not form one chain.
    ///
    /// # What it does
    /// Reports two Drizzle snapshots with the same parent, a snapshot whose parent is not there, and a merged one in whose file another stands.
    ///
    /// # Why is this bad
    /// Each snapshot is the schema that the next `generate` compares with. Where two have one parent, two branches were merged and neither snapshot
    /// knows of the other's changes: the next migration drops or creates them again. `drizzle-kit check` refuses as well.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 1767000000000, "tag": "0000_init", "breakpoints": true},
    ///   {"idx": 1, "version": "7", "when": 1767000000001, "tag": "0001_total", "breakpoints": true},
    ///   {"idx": 2, "version": "7", "when": 1767000000002, "tag": "0002_note", "breakpoints": true}
    /// ]}
    /// //- /migrations/meta/0000_snapshot.json
    /// {"id": "a", "prevId": "00000000-0000-0000-0000-000000000000"}
    /// //- /migrations/meta/0001_snapshot.json
    /// {"id": "b", "prevId": "a"}
    /// //- /migrations/meta/0002_snapshot.json
    /// {"id": "c", "prevId": "a"}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "invoices" ("id" integer PRIMARY KEY);
    /// //- /migrations/0001_total.sql
    /// ALTER TABLE "invoices" ADD COLUMN "total" numeric;
    /// //- /migrations/0002_note.sql
    /// ALTER TABLE "invoices" ADD COLUMN "note" text;
    /// ```
    /// ```fixture,good
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 1767000000000, "tag": "0000_init", "breakpoints": true},
    ///   {"idx": 1, "version": "7", "when": 1767000000001, "tag": "0001_total", "breakpoints": true}
    /// ]}
    /// //- /migrations/meta/0000_snapshot.json
    /// {"id": "a", "prevId": "00000000-0000-0000-0000-000000000000"}
    /// //- /migrations/meta/0001_snapshot.json
    /// {"id": "b", "prevId": "a"}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "invoices" ("id" integer PRIMARY KEY);
    /// //- /migrations/0001_total.sql
    /// ALTER TABLE "invoices" ADD COLUMN "total" numeric;
    /// ```
    ///
    /// # When it stays quiet
    /// In projects without snapshots; about snapshots of migrations that are not new, unless all are looked at; about forks in Drizzle 1.0,
    /// whose snapshots may have several parents.
    ///
    /// # Sources
    /// drizzle-kit `src/utils.ts`, `validateWithReport`.
    pub(crate) static SNAPSHOT_CHAIN = "order/snapshot-chain", Severity::Error;
}

/// The parent of the first snapshot.
const ORIGIN: &str = "00000000-0000-0000-0000-000000000000";

pub(super) fn check(history: &History<'_>) -> Vec<Diagnostic> {
    let snapshots = &history.set.snapshots;
    let ids: HashSet<&str> = snapshots.iter().map(|snapshot| snapshot.id.as_str()).collect();
    let mut children: HashMap<&str, &Snapshot> = HashMap::new();
    let mut findings = Vec::new();
    for snapshot in snapshots {
        if is_overwritten(history, snapshot) {
            findings.push(overwritten(history, snapshot));
            continue;
        }
        for parent in snapshot.parents.iter().map(String::as_str) {
            if parent != ORIGIN && !ids.contains(parent) && is_new(history, snapshot) {
                findings.push(orphan(history, snapshot, parent));
            }
            if snapshot.parents.len() > 1 || history.set.journal.is_none() {
                continue;
            }
            match children.insert(parent, snapshot) {
                Some(sibling) if is_new(history, snapshot) || is_new(history, sibling) => {
                    findings.push(fork(history, sibling, snapshot))
                }
                _ => {}
            }
        }
    }
    findings
}

fn is_new(history: &History<'_>, snapshot: &Snapshot) -> bool {
    history.all
        || history.base.is_none()
        || (history.snapshot_at_base)(&snapshot.file.path).is_none_or(|id| id != snapshot.id)
}

/// Whether a merged migration has lost its snapshot to another of the same number, since both write one file.
fn is_overwritten(history: &History<'_>, snapshot: &Snapshot) -> bool {
    let merged = history.settled().and_then(|base| base.journal.as_ref());
    let is_merged = merged.is_some_and(|journal| journal.entries.iter().any(|old| old.tag == snapshot.migration));
    let id = || snapshot_id(history.settled_tree?, &snapshot.file.path);
    is_merged && id().is_some_and(|id| id != snapshot.id)
}

fn overwritten(history: &History<'_>, snapshot: &Snapshot) -> Diagnostic {
    let message = format!("the snapshot of {} is merged already, and another stands in its file", snapshot.migration);
    let mut finding = Diagnostic::new(
        SNAPSHOT_CHAIN.id,
        SNAPSHOT_CHAIN.severity,
        message,
        Label::new(snapshot.id_span, "another id at the base"),
    );
    finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &snapshot.migration));
    finding.consequence =
        Some("the chain of snapshots is cut, and the next generate compares with a state that is not there".into());
    let generate = history.generate.unwrap_or("drizzle-kit generate");
    let restored = history.restore(&[&snapshot.file.path]);
    let command = format!("{restored}, and make the other migration anew: {generate}");
    finding.fix = Some(Fix { sql: None, command: Some(command) });
    finding
}

fn fork(history: &History<'_>, first: &Snapshot, second: &Snapshot) -> Diagnostic {
    let message = format!("the snapshots of {} and {} have the same parent", first.migration, second.migration);
    let mut finding = Diagnostic::new(
        SNAPSHOT_CHAIN.id,
        SNAPSHOT_CHAIN.severity,
        message,
        Label::new(second.parents_span, format!("the parent of {} too", first.migration)),
    );
    finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &second.migration));
    finding.consequence = Some(format!(
        "the next generate compares with {} alone, and writes again or drops what {} did",
        second.migration, first.migration
    ));
    finding.related.push(Label::new(first.parents_span, format!("{} was made from it first", first.migration)));
    finding.fix = Some(Fix { sql: None, command: Some(remake(history, second)) });
    finding
}

fn orphan(history: &History<'_>, snapshot: &Snapshot, parent: &str) -> Diagnostic {
    let message = format!("the snapshot of {} names a parent that is not there: {parent}", snapshot.migration);
    let mut finding = Diagnostic::new(
        SNAPSHOT_CHAIN.id,
        SNAPSHOT_CHAIN.severity,
        message,
        Label::new(snapshot.parents_span, "no snapshot has this id"),
    );
    finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &snapshot.migration));
    finding.consequence =
        Some("the chain of snapshots is cut: a branch was lost in a merge, or a snapshot was deleted".into());
    finding.fix = Some(Fix { sql: None, command: Some(remake(history, snapshot)) });
    finding
}

fn remake(history: &History<'_>, snapshot: &Snapshot) -> String {
    let generate = history.generate.unwrap_or("drizzle-kit generate");
    format!(
        "take {} and its snapshot and journal entry out, merge the other branch, then: {generate}",
        snapshot.migration
    )
}
