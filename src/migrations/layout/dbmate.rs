//! dbmate: `<version>_<name>.sql` with `-- migrate:up` and `-- migrate:down`.
//!
//! Sources: amacneil/dbmate `pkg/dbmate/migration.go` (versions are the leading digits, options `transaction:false` stand after the mark),
//! `db.go` (files in name order; whatever is not recorded runs, unless `--strict`).

use super::files::{digits, first_that, migration, read_or_report, versioned};
use super::marks::{Mark, directive, up_sections};
use super::{Layout, Reader};
use crate::migrations::{Envelope, LateMigration, Migration, MigrationSet, RenamedMigration, Runner, Versions};
use crate::source::Tree;

pub(super) static LAYOUT: Layout = Layout { name: "dbmate", detect, read, records: &["schema_migrations"] };

const RUNNER: Runner = Runner {
    name: "dbmate up",
    late: LateMigration::RunsLate,
    late_words: "it applies whatever is not recorded (with --strict it refuses)",
    edited: Runner::NO_CHECKSUM,
    deleted: Runner::LOOKS_FORWARD,
    renamed: RenamedMigration::NotNoticed,
    twin: "the version is the key of schema_migrations: where one is applied the other never runs, and a fresh database stops at the second",
    versions: Versions::Text,
    compares_text: false,
    rehash: None,
    tables: "CREATE TABLE schema_migrations (version varchar PRIMARY KEY)",
};

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let name = first_that(tree, dir, |text| text.lines().any(|line| mark(line.trim()) == Some(Mark::Up)))?;
    Some(format!("`{name}` has the mark `-- migrate:up`"))
}

fn mark(line: &str) -> Option<Mark> {
    if directive(line, "migrate:up").is_some() {
        return Some(Mark::Up);
    }
    directive(line, "migrate:down").map(|_| Mark::Down)
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let mut files = versioned(reader, |name| digits(name).map(str::to_owned));
    if reader.settings.files.is_empty() {
        // By the file's name, not by the number in it.
        files.sort_by(|a, b| a.path.cmp(&b.path));
    }
    for file in files {
        let Some(text) = read_or_report(reader, &file.path) else { continue };
        let options = text.text.lines().find_map(|line| directive(line.trim(), "migrate:up")).unwrap_or_default();
        let outside = options.split_whitespace().any(|option| option == "transaction:false");
        let envelope = if outside { Envelope::ImplicitScript } else { Envelope::PerMigration };
        let sections = up_sections(&text, mark).unwrap_or_default();
        set.migrations.push(Migration { sections, ..migration(text, file.name, file.version, envelope) });
    }
    set
}
