//! A SQL file stands among the migrations, and the runner's journal does not name it.

use super::History;
use super::commands::quoted;
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::migrations::{Plan, UnlistedFile};
use crate::model::{ObjectKind, ObjectRef};
use crate::rules::rule::declare_rule;
use crate::source::Span;

declare_rule! {
    /// A SQL file stands among the migrations, and the runner's journal does not name it.
    ///
    /// # What it does
    /// Reports a `.sql` file in a Drizzle 0.x migrations folder that `meta/_journal.json` has no entry for, and a deploy script of sqitch that no
    /// line of `sqitch.plan` names.
    ///
    /// # Why is this bad
    /// `drizzle-kit migrate` reads the journal and nothing else, `sqitch deploy` the plan: the file never runs, nowhere, and nobody is told. What
    /// it was to create is missing, and Drizzle's next `generate` writes it again.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 1767000000000, "tag": "0000_init", "breakpoints": true}
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
    ///   {"idx": 1, "version": "7", "when": 1767000000001, "tag": "0001_add_total", "breakpoints": true}
    /// ]}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "invoices" ("id" integer PRIMARY KEY);
    /// //- /migrations/0001_add_total.sql
    /// ALTER TABLE "invoices" ADD COLUMN "total" numeric;
    /// ```
    ///
    /// # When it stays quiet
    /// About files that the base has already, unless all migrations are looked at; in layouts without a journal or a plan; about scripts of sqitch that another one includes.
    ///
    /// # Sources
    /// drizzle-orm `src/migrator.ts`, `readMigrationFiles`; sqitch `lib/App/Sqitch/Engine.pm`, `deploy`.
    pub(crate) static UNJOURNALED_MIGRATION = "order/unjournaled-migration", Severity::Error;
}

pub(super) fn check(history: &History<'_>) -> Vec<Diagnostic> {
    let unlisted = history.set.unlisted.iter().filter(|file| history.all || history.new.contains(&file.file.id));
    if let Some(plan) = &history.set.plan {
        return unlisted.map(|unlisted| unplanned(history, plan, unlisted)).collect();
    }
    let Some(journal) = &history.set.journal else { return Vec::new() };
    unlisted
        .enumerate()
        .map(|(at, unlisted)| {
            let message = format!("{} will never run: meta/_journal.json does not name it", unlisted.name);
            let place = first_line(unlisted.file.id, &unlisted.file.text);
            let mut finding = Diagnostic::new(
                UNJOURNALED_MIGRATION.id,
                UNJOURNALED_MIGRATION.severity,
                message,
                Label::new(place, "no entry in the journal"),
            );
            finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &unlisted.name));
            finding.consequence = Some(format!(
                "{} runs what the journal names and skips this file without a word",
                history.set.runner.name
            ));
            let end = journal.entries.last().map_or_else(|| Span::file_start(journal.file.id), |entry| entry.span);
            finding.related.push(Label::new(end, "the journal ends here"));
            finding.help = Some(format!(
                "move its SQL into the file which that makes, or add {} to the journal",
                entry(history, &unlisted.name, at as i64)
            ));
            let generate = history.generate.unwrap_or("drizzle-kit generate");
            // drizzle-kit writes over a file of the name that it chooses.
            let (name, next) = (bare_name(&unlisted.name), next_idx(history) + at as i64);
            let name =
                if format!("{next:04}_{name}") == unlisted.name { format!("{name}_custom") } else { name.to_owned() };
            let command = format!("{generate} --custom --name={}", quoted(&name));
            finding.fix = Some(Fix { sql: None, command: Some(command) });
            finding
        })
        .collect()
}

/// A script that no line of the plan names.
fn unplanned(history: &History<'_>, plan: &Plan, unlisted: &UnlistedFile) -> Diagnostic {
    let message = format!("{} will never run: {} does not name it", unlisted.name, plan.file.path);
    let place = first_line(unlisted.file.id, &unlisted.file.text);
    let label = Label::new(place, "no line in the plan");
    let mut finding = Diagnostic::new(UNJOURNALED_MIGRATION.id, UNJOURNALED_MIGRATION.severity, message, label);
    finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &unlisted.name));
    finding.consequence =
        Some(format!("{} runs what the plan names and skips this file without a word", history.set.runner.name));
    let end = plan.changes.last().map_or_else(|| Span::file_start(plan.file.id), |change| change.span);
    finding.related.push(Label::new(end, "the plan ends here"));
    let command = format!("sqitch add {} -n '<what it is for>'", quoted(&unlisted.name));
    finding.fix = Some(Fix { sql: None, command: Some(command) });
    finding
}

/// The entry that the journal lacks; `at` such entries come before it.
fn entry(history: &History<'_>, name: &str, at: i64) -> String {
    let idx = next_idx(history) + at;
    let when = history.entries().iter().filter_map(|entry| entry.when).max().map_or(0, |when| when + 1) + at;
    format!(r#"{{ "idx": {idx}, "version": "7", "when": {when}, "tag": "{name}", "breakpoints": true }}"#)
}

fn next_idx(history: &History<'_>) -> i64 {
    history.entries().iter().filter_map(|entry| entry.idx).max().map_or(0, |idx| idx + 1)
}

/// `add_total` of `0001_add_total`.
fn bare_name(tag: &str) -> &str {
    tag.split_once('_').filter(|(number, _)| number.bytes().all(|b| b.is_ascii_digit())).map_or(tag, |(_, name)| name)
}

/// The first line of a file that says something, comments apart where there is more.
pub(super) fn first_line(file: crate::source::FileId, text: &str) -> Span {
    let says = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("--");
    let said = text.lines().find(says).map(|line| line.as_ptr() as usize - text.as_ptr() as usize);
    let start = said.unwrap_or_default();
    let start = start + text[start..].len() - text[start..].trim_start().len();
    let end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    Span::new(file, start, start + text[start..end].trim_end().len())
}
