//! Diesel: `<version>_<name>/up.sql` beside `down.sql`, in the order of the versions with their dashes taken out.
//!
//! Sources: diesel-rs/diesel `diesel_migrations/migrations_internals/src/lib.rs` (`version_from_string`: what stands before the first `_`, without
//! `-`), `file_based_migrations.rs` (`metadata.toml`: `run_in_transaction`), `migration_harness.rs` (whatever is not recorded runs).

use super::files::{around, cargo_with, folders, has, migration, read_or_report};
use super::{Layout, Reader};
use crate::migrations::{Envelope, LateMigration, MigrationSet, RenamedMigration, Runner, Versions};
use crate::source::{EntryKind, Tree, join_path, parent_path};

pub(super) static LAYOUT: Layout = Layout { name: "diesel", detect, read, records: &["__diesel_schema_migrations"] };

const RUNNER: Runner = Runner {
    name: "diesel migration run",
    late: LateMigration::RunsLate,
    late_words: "it applies whatever is not recorded",
    edited: Runner::NO_CHECKSUM,
    deleted: "databases that ran it keep what it did, fresh ones never get it, and `diesel migration revert` stops at it",
    renamed: RenamedMigration::NotNoticed,
    twin: "the version is the key of __diesel_schema_migrations: where one is applied the other never runs",
    versions: Versions::Text,
    compares_text: false,
    rehash: None,
    tables: "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)",
};

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let entries = tree.list(dir).ok()??;
    let mut folders = entries.iter().filter(|e| e.kind == EntryKind::Directory && version(&e.name).is_some());
    let folder = folders.clone().find(|e| has(tree, &join_path(dir, &e.name), "up.sql"))?;
    if let Some(setup) = folders.find(|e| e.name.ends_with("diesel_initial_setup")) {
        return Some(format!("it has Diesel's own `{}`", setup.name));
    }
    if let Some(outer) = around(dir).find(|outer| has(tree, outer, "diesel.toml")) {
        return Some(format!("`{}` holds up.sql, and {} is there", folder.name, join_path(outer, "diesel.toml")));
    }
    let cargo = cargo_with(tree, dir, "diesel")?;
    Some(format!("`{}` holds up.sql, and {cargo} names diesel", folder.name))
}

/// `2017-09-23-123456` is `20170923123456`: a name that tells of Diesel.
fn version(name: &str) -> Option<String> {
    recorded_version(name).filter(|version| version.bytes().all(|b| b.is_ascii_digit()))
}

/// What Diesel itself takes for the version: any name will do, and one without `_` is all version.
fn recorded_version(name: &str) -> Option<String> {
    let version = name.split('_').next()?.replace('-', "");
    (!version.is_empty() && !name.starts_with('.')).then_some(version)
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let mut scripts = folders(reader, "up.sql", recorded_version);
    if reader.settings.files.is_empty() {
        // Diesel compares versions as text.
        scripts.sort_by(|a, b| (&a.version, &a.name).cmp(&(&b.version, &b.name)));
    }
    for script in scripts {
        let Some(file) = read_or_report(reader, &script.path) else { continue };
        let metadata = reader.text(&join_path(parent_path(&script.path), "metadata.toml"));
        let outside = metadata.is_some_and(|file| {
            file.text
                .parse::<toml::Table>()
                .is_ok_and(|t| t.get("run_in_transaction") == Some(&toml::Value::Boolean(false)))
        });
        let envelope = if outside { Envelope::ImplicitScript } else { Envelope::PerMigration };
        set.migrations.push(migration(file, script.name, script.version, envelope));
    }
    set
}
