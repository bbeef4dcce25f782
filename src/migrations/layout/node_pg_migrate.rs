//! node-pg-migrate's SQL migrations: `<timestamp>_<name>.sql` with `-- Up Migration` and `-- Down Migration`.
//!
//! Sources: salsita/node-pg-migrate `src/sqlMigration.ts` (the marks; a file without any runs upward as a whole), `src/runner.ts` (all pending in
//! one transaction by default; `checkOrder` refuses what precedes an applied one).

use super::files::{first_that, leading_digits, migration, read_or_report, versioned};
use super::marks::{Mark, up_sections};
use super::{Layout, Reader};
use crate::migrations::{Envelope, LateMigration, Migration, MigrationSet, Runner};
use crate::source::Tree;

pub(super) static LAYOUT: Layout = Layout { name: "node-pg-migrate", detect, read };

const RUNNER: Runner = Runner {
    name: "node-pg-migrate up",
    late: LateMigration::Refused,
    late_words: "it stops: Not run migration is preceding already run migration (--no-check-order would run it late)",
    edited: Runner::NO_CHECKSUM,
    deleted: "it stops where the order of what is recorded no longer fits the files",
    twin: "it knows migrations by their whole names",
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

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    for file in versioned(reader, |name| leading_digits(name).map(str::to_owned)) {
        let Some(text) = read_or_report(reader, &file.path) else { continue };
        let whole = migration(text.clone(), file.name, file.version, Envelope::AllPending);
        let sections = up_sections(&text, mark).unwrap_or_else(|| whole.sections.clone());
        set.migrations.push(Migration { sections, ..whole });
    }
    set
}
