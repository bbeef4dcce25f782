//! A statement that cannot run in the transaction that the runner puts around all pending migrations.

use super::History;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::model::{ObjectKind, ObjectRef};
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A statement that cannot run in the transaction that the runner puts around all pending migrations.
    ///
    /// # What it does
    /// Drizzle runs every pending migration in one transaction. Reports what a server refuses for that reason alone: `CONCURRENTLY`, and a new enum
    /// value that is used in the transaction which added it.
    ///
    /// # Why is this bad
    /// On a fresh database, where all migrations are pending, the migrator stops here and nothing is applied. A database that took the earlier
    /// migrations on another day may pass.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 1767000000000, "tag": "0000_init", "breakpoints": true},
    ///   {"idx": 1, "version": "7", "when": 1767000000001, "tag": "0001_index", "breakpoints": true}
    /// ]}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "invoices" ("id" integer PRIMARY KEY, "total" numeric);
    /// //- /migrations/0001_index.sql
    /// CREATE INDEX CONCURRENTLY "invoices_total_idx" ON "invoices" ("total");
    /// ```
    /// ```fixture,good
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 1767000000000, "tag": "0000_init", "breakpoints": true},
    ///   {"idx": 1, "version": "7", "when": 1767000000001, "tag": "0001_index", "breakpoints": true}
    /// ]}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "invoices" ("id" integer PRIMARY KEY, "total" numeric);
    /// //- /migrations/0001_index.sql
    /// CREATE INDEX "invoices_total_idx" ON "invoices" ("total");
    /// ```
    ///
    /// # When it stays quiet
    /// About migrations that are not new, unless all are looked at; with runners that give each migration its own transaction.
    ///
    /// # Sources
    /// drizzle-orm `src/pg-core/dialect.ts`, `migrate`; PostgreSQL's documentation of CREATE INDEX and ALTER TYPE.
    pub(crate) static ONE_TRANSACTION = "order/one-transaction", Severity::Warning;
}

pub(super) fn check(history: &History<'_>) -> Vec<Diagnostic> {
    let issues: Vec<_> = history.issues.iter().filter(|issue| issue.only_in_one_transaction).collect();
    // A migration stops at the first statement that is refused.
    let is_first = |place: usize| place == 0 || issues[place - 1].migration != issues[place].migration;
    (0..issues.len())
        .filter(|&place| is_first(place))
        .filter_map(|place| {
            let issue = issues[place];
            let more = issues[place..].iter().take_while(|other| other.migration == issue.migration).count() - 1;
            let migration = history.set.migrations.get(issue.migration).filter(|m| history.is_new(m))?;
            let runner = history.set.runner.name;
            let more = match more {
                0 => String::new(),
                1 => " (and one more statement)".to_owned(),
                more => format!(" (and {more} more statements)"),
            };
            let what = &issue.message;
            let message = format!("{} fails where it is pending together with other migrations: {what}{more}", migration.name);
            let mut finding =
                Diagnostic::new(ONE_TRANSACTION.id, ONE_TRANSACTION.severity, message, Label::new(issue.span, issue.message.clone()));
            finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &migration.name));
            finding.consequence = Some(format!("{runner} runs all pending migrations in one transaction: on a fresh database it stops here and applies none"));
            finding.help = Some("run this statement outside the migrations, or write it so that it can run in a transaction".into());
            Some(finding)
        })
        .collect()
}
