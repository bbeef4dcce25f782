//! Rails with `config.active_record.schema_format = :sql`: `db/structure.sql`, which pg_dump wrote after the last migration ran. The migrations
//! themselves are Ruby and are not read.

use super::files::{has, migration, read_or_report};
use super::{Layout, Reader};
use crate::migrations::{Envelope, LateMigration, Migration, MigrationSet, Runner, Splitting};
use crate::source::{EntryKind, Tree, join_path};

pub(super) static LAYOUT: Layout = Layout { name: "rails", detect, read };

const RUNNER: Runner = Runner {
    name: "rails db:migrate",
    late: LateMigration::RunsLate,
    late_words: "it applies whatever is not recorded",
    edited: Runner::NO_CHECKSUM,
    deleted: Runner::LOOKS_FORWARD,
    twin: "it stops before the first statement: DuplicateMigrationVersionError",
    tables: "",
};

const STRUCTURE: &str = "structure.sql";

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let is_rails = matches!(tree.kind(&join_path(dir, "migrate")), Ok(Some(EntryKind::Directory)));
    (is_rails && has(tree, dir, STRUCTURE)).then(|| format!("{STRUCTURE} stands beside migrate/"))
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let path = reader.path(STRUCTURE);
    if !reader.exists(&path) {
        return set;
    }
    if let Some(file) = read_or_report(reader, &path) {
        let whole = migration(file, "structure".into(), "structure".into(), Envelope::None);
        set.migrations.push(Migration { splitting: Splitting::Psql, ..whole });
    }
    set
}
