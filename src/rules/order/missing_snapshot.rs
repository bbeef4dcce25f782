//! A migration has no snapshot, though others have.

use std::collections::HashSet;

use super::History;
use super::duplicate_version::number_of;
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::migrations::{Migration, OrderedBy};
use crate::model::{ObjectKind, ObjectRef};
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A migration has no snapshot, though others have.
    ///
    /// # What it does
    /// Reports a journaled Drizzle migration without a snapshot in a project that keeps snapshots.
    ///
    /// # Why is this bad
    /// `drizzle-kit generate` compares the schema with the last snapshot there is. A migration without one was written by hand, or its snapshot was lost:
    /// the next migration does the same work again.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 1767000000000, "tag": "0000_init", "breakpoints": true},
    ///   {"idx": 1, "version": "7", "when": 1767000000001, "tag": "0001_total", "breakpoints": true}
    /// ]}
    /// //- /migrations/meta/0000_snapshot.json
    /// {"id": "a", "prevId": "00000000-0000-0000-0000-000000000000"}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "invoices" ("id" integer PRIMARY KEY);
    /// //- /migrations/0001_total.sql
    /// ALTER TABLE "invoices" ADD COLUMN "total" numeric;
    /// ```
    /// ```fixture,good
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 1767000000000, "tag": "0000_init", "breakpoints": true}
    /// ]}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "invoices" ("id" integer PRIMARY KEY);
    /// ```
    ///
    /// # When it stays quiet
    /// In projects that keep no snapshots at all; about migrations that are not new, unless all are looked at.
    ///
    /// # Sources
    /// drizzle-kit `src/utils.ts`, `prepareOutFolder`.
    pub(crate) static MISSING_SNAPSHOT = "order/missing-snapshot", Severity::Info;
}

pub(super) fn check(history: &History<'_>) -> Vec<Diagnostic> {
    // What an unreadable journal says of them is not known.
    if history.set.snapshots.is_empty() || history.set.order == OrderedBy::Nothing {
        return Vec::new();
    }
    let having: HashSet<&str> = history.set.snapshots.iter().map(|snapshot| snapshot.migration.as_str()).collect();
    let lacking = history.set.migrations.iter().filter(|m| !having.contains(m.name.as_str()) && history.is_new(m));
    lacking
        .map(|migration| {
            let message = format!("{} has no snapshot", migration.name);
            let mut finding = Diagnostic::new(
                MISSING_SNAPSHOT.id,
                MISSING_SNAPSHOT.severity,
                message,
                Label::new(migration.listed, "no snapshot"),
            );
            finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &migration.name));
            finding.consequence = Some("the next generate does not know what it did, and writes it again".into());
            let generate = history.generate.unwrap_or("drizzle-kit generate");
            let number = number_of(&migration.name);
            let is_twin = |other: &Migration| other.name != migration.name && number_of(&other.name) == number;
            let has_twin = number.is_some() && history.set.migrations.iter().any(is_twin);
            // Two of one number write one file.
            let command = match has_twin {
                true => format!("{generate}, once it has a number of its own"),
                false => format!("write by-hand migrations with: {generate} --custom"),
            };
            finding.fix = Some(Fix { sql: None, command: Some(command) });
            finding
        })
        .collect()
}
