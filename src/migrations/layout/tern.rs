//! tern: `<number>_<name>.sql`; what takes back stands below the line `---- create above / drop below ----`.
//!
//! Source: jackc/tern `migrate/migrate.go` (names and numbers, which follow one another from 1; the line; one transaction for each migration; the
//! table holds the current version only; Go's templates, with files one level below as named ones; without a transaction for a file that says
//! `---- tern: disable-tx ----`, statement by statement).

use super::files::{first_that, has, leading_digits, migration, read_or_report, sql_names, versioned};
use super::reader::whole;
use super::{Layout, Reader};
use crate::migrations::{Envelope, LateMigration, Migration, MigrationSet, RenamedMigration, Runner, Versions};
use crate::source::{Span, Tree};

pub(super) static LAYOUT: Layout = Layout { name: "tern", detect, read, records: &["schema_version"] };

const BELOW: &str = "---- create above / drop below ----";
const NO_TRANSACTION: &str = "---- tern: disable-tx ----";

const RUNNER: Runner = Runner {
    name: "tern migrate",
    late: LateMigration::SkippedForever,
    late_words: "it knows the current version alone and goes on above it, so this never runs there, and nothing says so",
    edited: Runner::NO_CHECKSUM,
    deleted: "it stops before the first statement: Missing migration",
    renamed: RenamedMigration::NotNoticed,
    twin: "it stops before the first statement: Duplicate migration",
    versions: Versions::Number,
    compares_text: false,
    rehash: None,
    tables: "CREATE TABLE schema_version (version int4 NOT NULL)",
};

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    if let Some(name) = first_that(tree, dir, |text| text.lines().any(|line| line.trim_end() == BELOW)) {
        return Some(format!("`{name}` has the line `{BELOW}`"));
    }
    let name = sql_names(tree, dir).into_iter().find(|name| version(name).is_some())?;
    has(tree, dir, "tern.conf").then(|| format!("`{name}` bears a number, and tern.conf is there"))
}

fn version(name: &str) -> Option<String> {
    let digits = leading_digits(name)?;
    name[digits.len()..].starts_with('_').then(|| digits.to_owned())
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    for file in versioned(reader, version) {
        let Some(text) = read_or_report(reader, &file.path) else { continue };
        let all = whole(&text);
        let end = text.slice(all).find(BELOW).map_or(all.end, |at| all.start + u32::try_from(at).unwrap_or_default());
        let up = Span { end, ..all };
        let outside = text.slice(up).lines().any(|line| line.trim_end() == NO_TRANSACTION);
        let envelope = if outside { Envelope::None } else { Envelope::PerMigration };
        set.migrations.push(Migration { sections: vec![up], ..migration(text, file.name, file.version, envelope) });
    }
    set
}
