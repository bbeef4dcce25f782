//! sqlx: `<version>_<description>.sql`, or `.up.sql` beside `.down.sql`.
//!
//! Sources: launchbadge/sqlx `sqlx-core/src/migrate/source.rs` (other files are passed over, versions are numbers),
//! `migrate/migration.rs` (`-- no-transaction`), `migrate/migrator.rs` (what is not recorded runs; a changed checksum is refused).

use super::files::{around, cargo_with, has, leading_digits, read_whole, sql_names, versioned};
use super::{Layout, Reader};
use crate::migrations::{Envelope, LateMigration, MigrationSet, RenamedMigration, Runner, Versions};
use crate::source::{EntryKind, Tree, join_path};

pub(super) static LAYOUT: Layout = Layout { name: "sqlx", detect, read, records: &["_sqlx_migrations"] };

const RUNNER: Runner = Runner {
    name: "sqlx migrate run",
    late: LateMigration::RunsLate,
    late_words: "it applies whatever is not recorded",
    edited: "it stops: the migration was previously applied but has been modified",
    deleted: "it stops: the migration was previously applied but is missing in the resolved migrations",
    renamed: RenamedMigration::NotNoticed,
    twin: "the version is the key of _sqlx_migrations: it stops at the second",
    versions: Versions::Number,
    compares_text: true,
    rehash: None,
    tables: "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, installed_on timestamptz NOT NULL DEFAULT now(), \
     success boolean NOT NULL, checksum bytea NOT NULL, execution_time bigint NOT NULL)",
};

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let name = sql_names(tree, dir).into_iter().find(|name| version(name).is_some())?;
    for outer in around(dir) {
        if let Some(mark) = ["sqlx-data.json", "sqlx.toml"].iter().find(|file| has(tree, outer, file)) {
            return Some(format!("`{name}` bears a version, and {} is there", join_path(outer, mark)));
        }
        if matches!(tree.kind(&join_path(outer, ".sqlx")), Ok(Some(EntryKind::Directory))) {
            return Some(format!("`{name}` bears a version, and {} is there", join_path(outer, ".sqlx")));
        }
    }
    let cargo = cargo_with(tree, dir, "sqlx")?;
    Some(format!("`{name}` bears a version, and {cargo} names sqlx"))
}

/// The digits before the first underscore; migrations downward have none here.
fn version(name: &str) -> Option<String> {
    let (digits, rest) = name.split_once('_')?;
    let is_down = rest.ends_with(".down") || rest.ends_with(".down.sql");
    (leading_digits(digits) == Some(digits) && !is_down).then(|| digits.to_owned())
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let files = versioned(reader, version);
    read_whole(reader, &mut set, files, |text| match text.starts_with("-- no-transaction") {
        true => Envelope::ImplicitScript,
        false => Envelope::PerMigration,
    });
    set
}
