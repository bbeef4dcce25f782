//! Two migrations bear one number.

use std::collections::HashMap;

use super::History;
use super::unjournaled_migration::first_line;
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
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
    /// overwrites the other's.
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

/// Runners that know a migration by its whole name: to them an equal timestamp is a coincidence.
fn goes_by_name(history: &History<'_>) -> bool {
    match history.set.layout {
        "prisma" | "node-pg-migrate" | "sql-migrate" => true,
        "drizzle" => history.set.journal.is_none(),
        _ => false,
    }
}

pub(super) fn check(history: &History<'_>) -> Vec<Diagnostic> {
    if goes_by_name(history) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let mut seen: HashMap<String, Numbered<'_>> = HashMap::new();
    for (number, migration) in numbered(history) {
        let Some(first) = seen.get(&number) else {
            seen.insert(number, migration);
            continue;
        };
        if first.is_new || migration.is_new {
            findings.push(duplicate(history, &number, first, &migration));
        }
    }
    let incoming = history.incoming().map(|m| m.name.as_str());
    for other in incoming.chain(history.incoming_entries().map(|entry| entry.tag.as_str())) {
        let Some((number, this)) = number_of(other).and_then(|number| Some((number, seen.get(number)?))) else {
            continue;
        };
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
            let number = number_of(&migration.name)?;
            // A runner's own version may have more parts (`V1_2__x` is 1.2 to Flyway), and what is repeatable has none.
            let number = match history.set.layout {
                "flyway" if migration.repeatable => return None,
                "flyway" => format!("V{}", migration.version),
                _ => number.to_owned(),
            };
            let span = first_line(migration.file.id, &migration.file.text);
            Some((number, Numbered { name: &migration.name, span, is_new: history.is_new(migration) }))
        })
        .collect()
}

/// `0009`, `20240101120000`, `V2.1`: what stands before the name.
fn number_of(name: &str) -> Option<&str> {
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
    finding.consequence = Some(match history.set.layout {
        "drizzle" => "their snapshots have one file name, so the next generate compares with only one of them".into(),
        _ => format!("{} takes one of them for the other", history.set.runner.name),
    });
    if other.span != this.span {
        finding.related.push(Label::new(other.span, format!("number {number} too")));
    }
    finding.fix =
        Some(Fix { sql: None, command: Some(format!("renumber {} to {}", this.name, next_number(history, number))) });
    finding
}

/// One above the highest number of the same width and kind.
fn next_number(history: &History<'_>, like: &str) -> String {
    let names = history
        .set
        .migrations
        .iter()
        .map(|m| m.name.as_str())
        .chain(history.set.unlisted.iter().map(|u| u.name.as_str()));
    let highest =
        names.filter_map(number_of).filter(|n| n.len() == like.len()).filter_map(|n| n.parse::<u64>().ok()).max();
    match highest {
        Some(highest) if like.len() <= 10 => format!("{:0width$}", highest + 1, width = like.len()),
        _ => "a later one".into(),
    }
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
