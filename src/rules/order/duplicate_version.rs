//! Two migrations bear one number.

use std::collections::HashMap;

use super::History;
use super::renumber::{renamed_to, version_of};
use super::unjournaled_migration::first_line;
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::migrations::Versions;
use crate::model::{ObjectKind, ObjectRef};
use crate::rules::rule::declare_rule;
use crate::source::Span;

declare_rule! {
    /// Two migrations bear one number.
    ///
    /// # What it does
    /// Reports two migrations with one version: the same number prefix, timestamp or version, and in Drizzle's journal the same `idx` or `tag`.
    ///
    /// # Why is this bad
    /// Two branches each took the next number. Some runners refuse the second, some skip it, some run the same file twice; Drizzle's next snapshot
    /// overwrites the other's. Runners that know a migration by its whole name run both, in the order that the rest of the names gives them: a
    /// warning, since a database that has one of them when the other comes may run them the other way round.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// //- /migrations/0002_add_total.sql
    /// ALTER TABLE invoices ADD COLUMN total numeric;
    /// //- /migrations/0002_add_note.sql
    /// ALTER TABLE invoices ADD COLUMN note text;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// //- /migrations/0002_add_total.sql
    /// ALTER TABLE invoices ADD COLUMN total numeric;
    /// //- /migrations/0003_add_note.sql
    /// ALTER TABLE invoices ADD COLUMN note text;
    /// ```
    ///
    /// # When it stays quiet
    /// About pairs of which neither is new, unless all migrations are looked at; about names that begin with no number.
    ///
    /// # Sources
    /// drizzle-kit `src/cli/commands/migrate.ts`, `writeResult`; the runners' documentation.
    pub(crate) static DUPLICATE_VERSION = "order/duplicate-version", Severity::Error;
}

/// A migration as far as its number matters.
struct Numbered<'a> {
    name: &'a str,
    span: Span,
    is_new: bool,
}

pub(super) fn check(history: &History<'_>) -> Vec<Diagnostic> {
    let versions = history.set.runner.versions;
    let mut findings = Vec::new();
    let mut seen: HashMap<String, Numbered<'_>> = HashMap::new();
    for (number, migration) in numbered(history) {
        let Some(first) = seen.get(&versions.key(&number)) else {
            seen.insert(versions.key(&number), migration);
            continue;
        };
        if first.is_new || migration.is_new {
            findings.push(duplicate(history, &number, first, &migration));
        }
    }
    let incoming = history.incoming().filter_map(|m| Some((m.name.as_str(), version_of(history, m)?)));
    let entries = history.incoming_entries().filter_map(|entry| Some((entry.tag.as_str(), number_of(&entry.tag)?)));
    for (other, number) in incoming.chain(entries) {
        let Some(this) = seen.get(&versions.key(number)) else { continue };
        let is_known = findings.iter().any(|f| f.object.as_ref().is_some_and(|object| object.name == this.name));
        if this.is_new && !is_known {
            findings.push(duplicate(history, number, &Numbered { name: other, span: this.span, is_new: false }, this));
        }
    }
    findings
}

fn numbered<'a>(history: &History<'a>) -> Vec<(String, Numbered<'a>)> {
    if history.set.journal.is_some() {
        let is_new = history.new_entries();
        let entries = history.entries().iter();
        return entries
            .filter_map(|entry| {
                let number =
                    number_of(&entry.tag).map(str::to_owned).or_else(|| entry.idx.map(|idx| idx.to_string()))?;
                let span = entry.span;
                Some((number, Numbered { name: &entry.tag, span, is_new: is_new(entry) }))
            })
            .collect();
    }
    let migrations = history.set.migrations.iter();
    migrations
        .filter_map(|migration| {
            let number = version_of(history, migration)?.to_owned();
            let span = first_line(migration.file.id, &migration.file.text);
            Some((number, Numbered { name: &migration.name, span, is_new: history.is_new(migration) }))
        })
        .collect()
}

/// `0009`, `20240101120000`, `V2.1`: what stands before the name.
pub(super) fn number_of(name: &str) -> Option<&str> {
    let name = name.rsplit('/').next().unwrap_or(name);
    let digits = name.strip_prefix(['V', 'v', 'U']).unwrap_or(name);
    let end = digits.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(digits.len());
    let number = digits[..end].trim_end_matches('.');
    // A version may be spread over several parts (2017-09-23-120000_name).
    let is_whole = digits[end..].starts_with('_') || digits[..end].ends_with('.') || end == digits.len();
    let kind = &name[..name.len() - digits.len()];
    (!number.is_empty() && is_whole).then(|| &name[..kind.len() + number.len()])
}

fn duplicate(history: &History<'_>, number: &str, first: &Numbered<'_>, second: &Numbered<'_>) -> Diagnostic {
    // The new one is the one to renumber; of two new ones the later.
    let (other, this) = if first.is_new && !second.is_new { (second, first) } else { (first, second) };
    let message = if this.name == other.name {
        format!("{} stands twice in the journal", this.name)
    } else {
        format!("{} and {} bear the same number {number}", other.name, this.name)
    };
    let mut finding = Diagnostic::new(
        DUPLICATE_VERSION.id,
        DUPLICATE_VERSION.severity,
        message,
        Label::new(this.span, format!("number {number}")),
    );
    finding.object = Some(ObjectRef::bare(ObjectKind::Migration, this.name));
    let runner = history.set.runner;
    finding.consequence = Some(if runner.versions == Versions::WholeNames {
        finding.severity = Severity::Warning;
        let (first, last) = if this.name < other.name { (this, other) } else { (other, this) };
        format!(
            "{}: {}, so both run; on a fresh database {} before {}, for the rest of their names alone",
            runner.name, runner.twin, first.name, last.name
        )
    } else if runner.twin.starts_with("their ") {
        runner.twin.to_owned()
    } else {
        format!("{}: {}", runner.name, runner.twin)
    });
    if other.span != this.span {
        finding.related.push(Label::new(other.span, format!("number {number} too")));
    }
    finding.fix = Some(Fix { sql: None, command: Some(renumber(history, number, this.name)) });
    finding
}

/// The commands that give a migration the next free number; of a Drizzle 0.x migration the entry, too, since a snapshot is better made anew.
fn renumber(history: &History<'_>, number: &str, name: &str) -> String {
    let next = next_number(history, number, name);
    let migration = history.set.migrations.iter().find(|migration| migration.name == name);
    let moves =
        next.as_deref().zip(migration).and_then(|(next, m)| Some((next, renamed_to(history, m, number, next)?)));
    let Some((next, moves)) = moves else {
        return format!("renumber {name} to {}", next.as_deref().unwrap_or("a later one"));
    };
    match history.entries().iter().find(|entry| entry.tag == name) {
        Some(_) => {
            let tag = name.replacen(number, next, 1);
            format!(
                "{moves}, set its \"tag\" in meta/_journal.json to \"{tag}\", and take its snapshot from: {}",
                history.generate.unwrap_or("drizzle-kit generate")
            )
        }
        None => moves,
    }
}

/// One above the highest number of the same kind, here and where a merge will come from.
fn next_number(history: &History<'_>, like: &str, name: &str) -> Option<String> {
    let all = history.set.migrations.iter().chain(history.incoming());
    let unlisted = history.set.unlisted.iter().map(|u| u.name.as_str());
    let entries = history.incoming_entries().map(|entry| entry.tag.as_str());
    let numbers = all.filter_map(|m| version_of(history, m)).chain(unlisted.chain(entries).filter_map(number_of));
    // `1` and `20240101120000` are not counted alike.
    let is_alike = |n: &&str| n.len() == like.len() || n.len() < 10 && like.len() < 10;
    history.given.version(name, numbers.filter(is_alike))
}

#[cfg(test)]
mod tests {
    use super::number_of;

    #[test]
    fn numbers_stand_before_names() {
        let check = |name, expect| assert_eq!(number_of(name), expect, "{name}");
        check("0009_add_total", Some("0009"));
        check("20240101120000_init", Some("20240101120000"));
        check("V2.1__init", Some("V2.1"));
        check("1.up", Some("1"));
        check("init", None);
        check("2017-09-23-1200_x", None);
    }
}
