//! A migration is dated in the future.

use super::History;
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::migrations::LateMigration;
use crate::model::{ObjectKind, ObjectRef};
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A migration is dated in the future.
    ///
    /// # What it does
    /// Reports a journal entry of Drizzle 0.x whose `when` lies more than a day after now.
    ///
    /// # Why is this bad
    /// Drizzle applies only what is newer than the last one applied. Once this one is, every migration that is generated before that date is
    /// skipped without a word.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 9767000000000, "tag": "0000_init", "breakpoints": true}
    /// ]}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "invoices" ("id" integer PRIMARY KEY);
    /// ```
    /// ```fixture,good
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 1700000000000, "tag": "0000_init", "breakpoints": true}
    /// ]}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "invoices" ("id" integer PRIMARY KEY);
    /// ```
    ///
    /// # When it stays quiet
    /// In layouts that do not order by time; about entries that are not new, unless all migrations are looked at.
    ///
    /// # Sources
    /// drizzle-orm `src/pg-core/dialect.ts`, `migrate`.
    pub(crate) static FUTURE_TIMESTAMP = "order/future-timestamp", Severity::Warning;
}

const DAY: i64 = 24 * 60 * 60 * 1000;

pub(super) fn check(history: &History<'_>) -> Vec<Diagnostic> {
    let Some(now) = history.now.filter(|_| history.set.runner.late == LateMigration::SkippedForever) else {
        return Vec::new();
    };
    let is_new = history.new_entries();
    let ahead =
        history.entries().iter().filter(|entry| entry.when.is_some_and(|when| when > now + DAY) && is_new(entry));
    ahead
        .map(|entry| {
            let message = format!("{} is dated in the future: `when` is {}", entry.tag, entry.when.unwrap_or_default());
            let place = entry.when_span.unwrap_or(entry.span);
            let mut finding = Diagnostic::new(
                FUTURE_TIMESTAMP.id,
                FUTURE_TIMESTAMP.severity,
                message,
                Label::new(place, "after today"),
            );
            finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &entry.tag));
            finding.consequence =
                Some("every migration that is generated before that date will be skipped for ever".into());
            finding.fix = Some(Fix {
                sql: None,
                command: Some(format!("set \"when\" of {} in meta/_journal.json to the time it was made", entry.tag)),
            });
            finding
        })
        .collect()
}
