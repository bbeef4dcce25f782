//! goose: `<version>_<name>.sql` with `-- +goose Up` and `-- +goose Down`.
//!
//! Sources: pressly/goose `internal/sqlparser/parser.go` (directives), `migration.go` (versions are the digits before the first `_`),
//! `up.go` (a missing migration below the current version is refused without `-allow-missing`).

use super::files::{first_that, leading_digits, migration, read_or_report, versioned};
use super::marks::{Mark, directive, has_directive, up_or_down, up_sections};
use super::{Layout, Reader};
use crate::migrations::{Envelope, LateMigration, MigrationSet, Runner};
use crate::source::Tree;

pub(super) static LAYOUT: Layout = Layout { name: "goose", detect, read };

const RUNNER: Runner = Runner {
    name: "goose up",
    late: LateMigration::Refused,
    late_words: "it stops: found missing migrations before current version (-allow-missing would run it late)",
    edited: Runner::NO_CHECKSUM,
    deleted: Runner::LOOKS_FORWARD,
    twin: "it stops before the first statement: duplicate version",
};

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let name = first_that(tree, dir, |text| text.lines().any(|line| mark(line.trim()) == Some(Mark::Up)))?;
    Some(format!("`{name}` has the mark `-- +goose Up`"))
}

fn mark(line: &str) -> Option<Mark> {
    up_or_down(directive(line, "+goose")?)
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    for file in versioned(reader, |name| leading_digits(name).map(str::to_owned)) {
        let Some(text) = read_or_report(reader, &file.path) else { continue };
        let outside = has_directive(&text.text, "+goose", "NO TRANSACTION");
        let envelope = if outside { Envelope::None } else { Envelope::PerMigration };
        let sections = up_sections(&text, mark).unwrap_or_default();
        set.migrations
            .push(crate::migrations::Migration { sections, ..migration(text, file.name, file.version, envelope) });
    }
    set
}
