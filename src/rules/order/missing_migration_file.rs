//! The journal or plan names a migration whose file is not there.

use super::History;
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::migrations::Plan;
use crate::model::{ObjectKind, ObjectRef};
use crate::rules::rule::declare_rule;

declare_rule! {
    /// The journal or plan names a migration whose file is not there.
    ///
    /// # What it does
    /// Reports an entry of Drizzle's `meta/_journal.json` whose `<tag>.sql` does not exist, and a change of `sqitch.plan` without its deploy script.
    ///
    /// # Why is this bad
    /// The migrator reads all files before it runs any: `No file ./drizzle/<tag>.sql found`, and no migration is applied at all.
    /// sqitch deploys up to that change, and then reverts what it has deployed.
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
    /// drizzle-orm `src/migrator.ts`, `readMigrationFiles`; sqitch `lib/App/Sqitch/Engine.pm`, `deploy_change`.
    pub(crate) static MISSING_MIGRATION_FILE = "order/missing-migration-file", Severity::Error;
}

pub(super) fn check(history: &History<'_>) -> Vec<Diagnostic> {
    if let Some(plan) = &history.set.plan {
        return without_scripts(history, plan);
    }
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

/// Changes of a plan whose script is not there.
fn without_scripts(history: &History<'_>, plan: &Plan) -> Vec<Diagnostic> {
    let before = history.base.and_then(|base| base.plan.as_ref()).map_or(&[][..], |plan| &plan.changes);
    let was_missing = |name: &str| before.iter().any(|old| old.name == name && !old.has_script);
    let missing = plan.changes.iter().filter(|c| !c.has_script && (history.all || !was_missing(&c.name)));
    missing
        .map(|change| {
            let message = format!("{} is in the plan, and {} does not exist", change.name, change.script);
            let place = Label::new(change.span, "named here");
            let (id, severity) = (MISSING_MIGRATION_FILE.id, MISSING_MIGRATION_FILE.severity);
            let mut finding = Diagnostic::new(id, severity, message, place);
            finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &change.name));
            let runner = history.set.runner.name;
            finding.consequence = Some(format!("{runner} stops there, and takes back what it had deployed before it"));
            let file = change.script.rsplit('/').next().unwrap_or(&change.script);
            let command = format!(
                "bring the file back (git log --diff-filter=D -- '*{file}'), or take the line out of {}",
                plan.file.path
            );
            finding.fix = Some(Fix { sql: None, command: Some(command) });
            finding
        })
        .collect()
}
