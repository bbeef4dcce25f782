//! The journal names a migration whose file is not there.

use super::History;
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::model::{ObjectKind, ObjectRef};
use crate::rules::rule::declare_rule;

declare_rule! {
    /// The journal names a migration whose file is not there.
    ///
    /// # What it does
    /// Reports an entry of Drizzle's `meta/_journal.json` whose `<tag>.sql` does not exist.
    ///
    /// # Why is this bad
    /// The migrator reads all files before it runs any: `No file ./drizzle/<tag>.sql found`, and no migration is applied at all.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 1767000000000, "tag": "0000_init", "breakpoints": true},
    ///   {"idx": 1, "version": "7", "when": 1767000000001, "tag": "0001_add_total", "breakpoints": true}
    /// ]}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "invoices" ("id" integer PRIMARY KEY);
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
    /// About entries that were without a file at the base too, unless all migrations are looked at.
    ///
    /// # Sources
    /// drizzle-orm `src/migrator.ts`, `readMigrationFiles`.
    pub(crate) static MISSING_MIGRATION_FILE = "order/missing-migration-file", Severity::Error;
}

pub(super) fn check(history: &History<'_>) -> Vec<Diagnostic> {
    let was_missing = |tag: &str| history.base_entries().any(|old| old.tag == tag && !old.has_file);
    let missing = history.entries().iter().filter(|entry| !entry.has_file && (history.all || !was_missing(&entry.tag)));
    missing
        .map(|entry| {
            let message =
                format!("{} is in the journal, and {}/{}.sql does not exist", entry.tag, history.set.dir, entry.tag);
            let mut finding = Diagnostic::new(
                MISSING_MIGRATION_FILE.id,
                MISSING_MIGRATION_FILE.severity,
                message,
                Label::new(entry.span, "named here"),
            );
            finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &entry.tag));
            finding.consequence = Some(format!(
                "{} stops before the first statement: no file for {}",
                history.set.runner.name, entry.tag
            ));
            let command = format!(
                "bring the file back (git log --diff-filter=D -- '*{}.sql'), or take the entry out of the journal",
                entry.tag
            );
            finding.fix = Some(Fix { sql: None, command: Some(command) });
            finding
        })
        .collect()
}
