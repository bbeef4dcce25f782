//! A migration that is merged was edited.

use std::collections::{HashMap, HashSet};

use super::History;
use super::ruby::follows_its_name;
use super::unjournaled_migration::first_line;
use crate::ddl::postgres::same_tokens;
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::migrations::{JournalEntry, Migration, MigrationSet};
use crate::model::{ObjectKind, ObjectRef};
use crate::rules::rule::declare_rule;
use crate::source::Span;

declare_rule! {
    /// A migration that is merged was edited.
    ///
    /// # What it does
    /// Reports a migration whose SQL is not what it is at the base. A change of comments or white space only is an info, which says whether the
    /// runner notices. A folder that was moved whole is looked for at the base under its old name. Migrations in another language than SQL (Rails) are
    /// compared line by line.
    ///
    /// # Why is this bad
    /// Databases that ran the old text never run the new one. From then on a fresh database and production differ, and the next migration is tested
    /// against a state that production does not have. Some runners compare checksums and refuse to go on.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /@base/migrations/0001_init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE invoices (id bigint PRIMARY KEY);
    /// ```
    /// ```fixture,good
    /// //- /@base/migrations/0001_init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// //- /migrations/0002_bigint.sql
    /// ALTER TABLE invoices ALTER COLUMN id TYPE bigint;
    /// ```
    ///
    /// # When it stays quiet
    /// When there is no base to compare with; about line ends.
    ///
    /// # Sources
    /// Prisma's, Flyway's and Atlas's checksums; drizzle-orm stores a hash and never compares it.
    pub(crate) static EDITED_MIGRATION = "order/edited-migration", Severity::Error;
}

pub(super) fn check(history: &History<'_>) -> Vec<Diagnostic> {
    let Some(base) = history.settled() else { return Vec::new() };
    let old: HashMap<&str, &Migration> =
        base.migrations.iter().map(|migration| (migration.file.path.as_str(), migration)).collect();
    let migrations = history.set.migrations.iter().filter(|m| m.runs_once());
    // Drizzle 0.x knows a migration under another tag by its time, others know theirs by the version.
    let mut renamed: HashMap<&str, &Migration> =
        base.migrations.iter().filter_map(|old| Some((history.renamed(&old.name)?.tag.as_str(), old))).collect();
    renamed.extend(history.renamed_since().into_iter().map(|(old, now)| (now.name.as_str(), old)));
    // Where another one takes its file (`sqitch rework`), it is known by its name.
    let named = base.migrations.iter().filter(|_| history.set.plan.is_some()).map(|old| (old.name.as_str(), old));
    let named: HashMap<&str, &Migration> = named.collect();
    let here: HashSet<&str> = history.set.migrations.iter().map(|m| m.name.as_str()).collect();
    let at_place = |now: &Migration| {
        old.get(now.file.path.as_str()).filter(|before| {
            history.set.plan.is_none() || before.name == now.name || !here.contains(before.name.as_str())
        })
    };
    let pairs = migrations.filter_map(|now| {
        let by_name = || named.get(now.name.as_str()).or_else(|| renamed.get(now.name.as_str()));
        let before = at_place(now).or_else(by_name)?;
        Some((now, *before))
    });
    let mut findings: Vec<Diagnostic> = pairs.filter_map(|(now, before)| compare(history, now, before)).collect();
    findings.extend(raised_times(history, base));
    findings
}

/// Drizzle 0.x knows an applied migration by its `when` alone: one that is raised above the last applied runs a second time. (One that was skipped,
/// because it lay below an earlier one, is repaired that way.)
fn raised_times(history: &History<'_>, base: &MigrationSet) -> Vec<Diagnostic> {
    let merged = base.journal.as_ref().map_or(&[][..], |journal| &journal.entries);
    let Some(last) = merged.iter().filter_map(|entry| entry.when).max() else { return Vec::new() };
    let mut applied: HashMap<&str, i64> = HashMap::new();
    let mut highest = i64::MIN;
    for (entry, when) in merged.iter().filter_map(|entry| Some((entry, entry.when?))) {
        if when > highest {
            applied.insert(&entry.tag, when);
            highest = when;
        }
    }
    let raised = history.entries().iter().filter_map(|entry| {
        let (before, now) = (*applied.get(entry.tag.as_str())?, entry.when?);
        (now > last && now != before).then_some((entry, before, now))
    });
    raised.map(|(entry, before, now)| runs_again(history, entry, before, now)).collect()
}

fn runs_again(history: &History<'_>, entry: &JournalEntry, before: i64, now: i64) -> Diagnostic {
    let message = format!("the `when` of {} is raised from {before} to {now}, and it is merged already", entry.tag);
    let place = Label::new(entry.when_span.unwrap_or(entry.span), format!("{before} at the base"));
    let mut finding = Diagnostic::new(EDITED_MIGRATION.id, EDITED_MIGRATION.severity, message, place);
    finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &entry.tag));
    finding.consequence = Some(format!("{} runs it again on every database that has it", history.set.runner.name));
    let command = format!("set \"when\" of {} back to {before} in meta/_journal.json", entry.tag);
    finding.fix = Some(Fix { sql: None, command: Some(command) });
    finding
}

fn compare(history: &History<'_>, now: &Migration, before: &Migration) -> Option<Diagnostic> {
    let (new_text, old_text) = (now.file.text.replace("\r\n", "\n"), before.file.text.replace("\r\n", "\n"));
    if new_text == old_text || follows_its_name(now, before) {
        return None;
    }
    let cosmetic = match now.file.path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "rb" => same_lines(&new_text, &old_text, "#"),
        "js" | "ts" | "mjs" | "cjs" | "go" | "rs" => same_lines(&new_text, &old_text, "//"),
        _ => same_tokens(&new_text, &old_text),
    };
    let severity = if cosmetic { Severity::Info } else { EDITED_MIGRATION.severity };
    let runner = history.set.runner;
    let message = match (cosmetic, now.name == before.name) {
        (true, _) if runner.compares_text => {
            format!(
                "{} is merged already, and its comments or white space were edited, which {} notices",
                now.name, runner.name
            )
        }
        (true, _) => format!("{} is merged already, and its comments or white space were edited", now.name),
        (false, true) => format!("{} is merged already, and was edited", now.name),
        (false, false) => format!("{} is merged already as {}, and was edited", now.name, before.name),
    };
    let place = first_difference(now, &before.file.text);
    let mut finding = Diagnostic::new(EDITED_MIGRATION.id, severity, message, Label::new(place, "edited here"));
    finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &now.name));
    // Whoever compares checksums compares comments, too; the others do not notice.
    finding.consequence = Some(if cosmetic && !runner.compares_text {
        format!("{} does not notice", runner.name)
    } else if runner.edited.starts_with("it ") {
        format!("{}: {}", runner.name, runner.edited)
    } else {
        runner.edited.to_owned()
    });
    let restored = history.restore(&[&before.file.path]);
    let command = match cosmetic {
        true => restored,
        false => format!("{restored}, and put the change into a new migration"),
    };
    finding.fix = Some(Fix { sql: None, command: Some(command) });
    Some(finding)
}

/// Whether two texts of another language than SQL have the same lines, but for empty ones and those that are comments. Where a text runs over
/// several lines such a line may be part of it, and indentation too: there they must be equal.
fn same_lines(a: &str, b: &str, comment: &str) -> bool {
    fn code<'t>(text: &'t str, comment: &'t str) -> impl Iterator<Item = &'t str> {
        text.lines().map(str::trim).filter(move |line| !line.is_empty() && !line.starts_with(comment))
    }
    let has_long_text =
        |text: &str| text.contains("<<") || text.contains('`') || text.contains("%Q") || text.contains("%q");
    !has_long_text(a) && !has_long_text(b) && code(a, comment).eq(code(b, comment))
}

/// The first line of the migration that is not the base's.
fn first_difference(now: &Migration, before: &str) -> Span {
    let text = now.file.text.as_str();
    let mut offset = 0;
    let mut old = before.lines();
    for line in text.split_inclusive('\n') {
        let shown = line.trim_end_matches(['\n', '\r']);
        if old.next() != Some(shown) {
            return Span::new(now.file.id, offset, offset + shown.len());
        }
        offset += line.len();
    }
    first_line(now.file.id, text)
}
