//! sql-migrate: `<id>.sql` with `-- +migrate Up` and `-- +migrate Down`.
//!
//! Sources: rubenv/sql-migrate `migrate.go` (sorted by the leading number where there is one, else by name; what a database lacks is caught up),
//! `sqlparse/sqlparse.go` (directives, `notransaction`).

use super::files::{digits, first_that, migration, number_key, read_or_report, versioned};
use super::marks::{Mark, directive, up_or_down, up_sections};
use super::{Layout, Reader};
use crate::migrations::{Envelope, LateMigration, Migration, MigrationSet, RenamedMigration, Runner, Versions};
use crate::source::Tree;

pub(super) static LAYOUT: Layout = Layout { name: "sql-migrate", detect, read, records: &["gorp_migrations"] };

const RUNNER: Runner = Runner {
    name: "sql-migrate up",
    late: LateMigration::RunsLate,
    late_words: "it applies whatever is not recorded",
    edited: Runner::NO_CHECKSUM,
    deleted: "it stops: unknown migration in database",
    renamed: RenamedMigration::RunsAgain,
    twin: "it knows migrations by their whole names",
    versions: Versions::WholeNames,
    compares_text: false,
    rehash: None,
    tables: "CREATE TABLE gorp_migrations (id text NOT NULL PRIMARY KEY, applied_at timestamp with time zone)",
};

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let name = first_that(tree, dir, |text| text.lines().any(|line| mark(line.trim()) == Some(Mark::Up)))?;
    Some(format!("`{name}` has the mark `-- +migrate Up`"))
}

fn mark(line: &str) -> Option<Mark> {
    up_or_down(directive(line, "+migrate")?)
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let mut files = versioned(reader, |name| Some(digits(name).unwrap_or(name).to_owned()));
    if reader.settings.files.is_empty() {
        // An id is the file's whole name, `.sql` and all: `1-b.sql` stands before `1.sql`.
        files.sort_by_cached_key(|file| match digits(&file.name) {
            Some(digits) => (number_key(digits), file.path.clone()),
            None => ((usize::MAX, String::new()), file.path.clone()),
        });
    }
    for file in files {
        let Some(text) = read_or_report(reader, &file.path) else { continue };
        let up = text.text.lines().filter_map(|line| directive(line.trim(), "+migrate"));
        let outside =
            up.filter(|words| up_or_down(words) == Some(Mark::Up)).any(|words| words.ends_with("notransaction"));
        let envelope = if outside { Envelope::None } else { Envelope::PerMigration };
        let sections = up_sections(&text, mark).unwrap_or_default();
        set.migrations.push(Migration { sections, ..migration(text, file.name, file.version, envelope) });
    }
    set
}
