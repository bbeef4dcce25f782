//! node-pg-migrate's SQL migrations: `<timestamp>_<name>.sql` with `-- Up Migration` and `-- Down Migration`.
//!
//! Sources: salsita/node-pg-migrate `src/sqlMigration.ts` (the marks; a file without any runs upward as a whole), `src/runner.ts` (all pending in
//! one transaction by default; `checkOrder` refuses what precedes an applied one), `src/migration.ts` (`getNumericPrefix`).

use super::files::{first_that, leading_digits, migration, read_or_report, versioned};
use super::marks::{Mark, up_sections};
use super::{Layout, Reader};
use crate::migrations::{Envelope, LateMigration, Migration, MigrationSet, RenamedMigration, Runner, Versions};
use crate::source::Tree;
use crate::source::calendar::days_of;

pub(super) static LAYOUT: Layout = Layout { name: "node-pg-migrate", detect, read, records: &["pgmigrations"] };

const RUNNER: Runner = Runner {
    name: "node-pg-migrate up",
    late: LateMigration::Refused,
    late_words: "it stops: Not run migration is preceding already run migration (--no-check-order would run it late)",
    edited: Runner::NO_CHECKSUM,
    deleted: "it stops where the order of what is recorded no longer fits the files",
    renamed: RenamedMigration::RunsAgain,
    twin: "it knows migrations by their whole names",
    versions: Versions::WholeNames,
    compares_text: false,
    rehash: None,
    tables: "CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, run_on timestamp NOT NULL)",
};

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let name = first_that(tree, dir, |text| text.lines().any(|line| mark(line.trim()) == Some(Mark::Up)))?;
    Some(format!("`{name}` has the mark `-- Up Migration`"))
}

/// The runner's own pattern: `--`, `up` or `down`, `migration`, in any case.
fn mark(line: &str) -> Option<Mark> {
    let words = line.strip_prefix("--")?.trim_start_matches('-').to_ascii_lowercase();
    let mut words = words.split_whitespace();
    let mark = match words.next()? {
        "up" => Mark::Up,
        "down" => Mark::Down,
        _ => return None,
    };
    (words.next() == Some("migration")).then_some(mark)
}

/// The time of a version, which is written as milliseconds since 1970 or, in 17 digits, as a date.
fn milliseconds(digits: &str) -> i64 {
    let part =
        |at: std::ops::Range<usize>| digits.get(at).and_then(|text| text.parse::<i64>().ok()).unwrap_or_default();
    if digits.len() != 17 {
        return digits.parse().unwrap_or_default();
    }
    let (year, month, day) = (part(0..4), part(4..6), part(6..8));
    let days = days_of(year, month, day);
    (((days * 24 + part(8..10)) * 60 + part(10..12)) * 60 + part(12..14)) * 1000 + part(14..17)
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let mut files = versioned(reader, |name| leading_digits(name).map(str::to_owned));
    if reader.settings.files.is_empty() {
        files.sort_by_cached_key(|file| (milliseconds(&file.version), file.name.clone()));
    }
    for file in files {
        let Some(text) = read_or_report(reader, &file.path) else { continue };
        let whole = migration(text.clone(), file.name, file.version, Envelope::AllPending);
        let sections = up_sections(&text, mark).unwrap_or_else(|| whole.sections.clone());
        set.migrations.push(Migration { sections, ..whole });
    }
    set
}
