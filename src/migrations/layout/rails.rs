//! Rails with `config.active_record.schema_format = :sql`: `db/structure.sql`, which pg_dump wrote after the last migration ran. The migrations
//! themselves are Ruby: their names count for their order, what they do is not read.
//!
//! Sources: rails/rails `activerecord/lib/active_record/migration.rb` (`MigrationFilenameRegexp`; `runnable`: whatever is not recorded, by version;
//! `validate`: no version twice), `tasks/database_tasks.rb` (`structure.sql` is dumped after each `db:migrate`, and loaded by `db:schema:load`).

use super::files::{has, leading_digits, migration, number_key, read_or_report};
use super::{Layout, Reader};
use crate::migrations::{
    Envelope, LateMigration, Migration, MigrationSet, RenamedMigration, Runner, Runs, Splitting, Versions,
};
use crate::source::{EntryKind, Tree, join_path};

pub(super) static LAYOUT: Layout =
    Layout { name: "rails", detect, read, records: &["schema_migrations", "ar_internal_metadata"] };

const RUNNER: Runner = Runner {
    name: "rails db:migrate",
    late: LateMigration::RunsLate,
    late_words: "it applies whatever is not recorded",
    edited: Runner::NO_CHECKSUM,
    deleted: Runner::LOOKS_FORWARD,
    renamed: RenamedMigration::Refused(
        "it stops on a fresh database, where the class no longer bears the name of its file: uninitialized constant",
    ),
    twin: "it stops before the first statement: DuplicateMigrationVersionError",
    versions: Versions::Number,
    compares_text: false,
    rehash: None,
    tables: "",
};

const STRUCTURE: &str = "structure.sql";
const FOLDER: &str = "migrate";

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let is_rails = matches!(tree.kind(&join_path(dir, FOLDER)), Ok(Some(EntryKind::Directory)));
    (is_rails && has(tree, dir, STRUCTURE)).then(|| format!("{STRUCTURE} stands beside {FOLDER}/"))
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    set.migrations = in_ruby(reader);
    let path = reader.path(STRUCTURE);
    if !reader.exists(&path) {
        return set;
    }
    if let Some(file) = read_or_report(reader, &path) {
        let whole = migration(file, "structure".into(), "structure".into(), Envelope::None);
        set.migrations.push(Migration { splitting: Splitting::Psql, runs: Runs::Rewritten, ..whole });
    }
    set
}

/// The migrations themselves, by version: names without statements.
fn in_ruby(reader: &mut Reader<'_>) -> Vec<Migration> {
    let files = reader.list(FOLDER).into_iter().filter(|entry| entry.kind == EntryKind::File);
    let names: Vec<String> = files.filter_map(|entry| Some(entry.name.strip_suffix(".rb")?.to_owned())).collect();
    let mut migrations: Vec<Migration> = names
        .into_iter()
        .filter_map(|name| {
            let version = leading_digits(&name)?.to_owned();
            let file = reader.text(&reader.path(&format!("{FOLDER}/{name}.rb")))?;
            Some(Migration { sections: Vec::new(), ..migration(file, name, version, Envelope::None) })
        })
        .collect();
    migrations.sort_by_cached_key(|migration| (number_key(&migration.version), migration.name.clone()));
    migrations
}
