//! golang-migrate: `<version>_<title>.up.sql` beside `.down.sql`.
//!
//! Sources: golang-migrate/migrate `source/parse.go` (names), `migrate.go` (it knows the current version only, and steps to the next above it:
//! what lies below is never run), `database/postgres` (a file is sent as a whole, without a transaction of its own).

use super::files::{leading_digits, read_whole, sql_names, versioned};
use super::{Layout, Reader};
use crate::migrations::{Envelope, LateMigration, MigrationSet, RenamedMigration, Runner, Versions};
use crate::source::Tree;

pub(super) static LAYOUT: Layout = Layout { name: "golang-migrate", detect, read, records: &["schema_migrations"] };

const RUNNER: Runner = Runner {
    name: "migrate up",
    late: LateMigration::SkippedForever,
    late_words: "it knows the current version alone and goes on above it, so this never runs there, and nothing says so",
    edited: Runner::NO_CHECKSUM,
    deleted: "a database whose current version it is cannot go on: no migration found for version",
    renamed: RenamedMigration::NotNoticed,
    twin: "it stops before the first statement: duplicate migration file",
    versions: Versions::Number,
    compares_text: false,
    rehash: None,
    tables: "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)",
};

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let names = sql_names(tree, dir);
    // `1_x.mysql.up.sql` beside `1_x.postgres.up.sql` is pop's way, where a version may have several files.
    if names.iter().any(|name| name.ends_with(".mysql.up.sql") || name.ends_with(".postgres.up.sql")) {
        return None;
    }
    let name = names.into_iter().find(|name| name.strip_suffix(".sql").is_some_and(|stem| version(stem).is_some()))?;
    Some(format!("`{name}` is named as golang-migrate names its steps"))
}

fn version(stem: &str) -> Option<String> {
    let (digits, title) = stem.split_once('_')?;
    (leading_digits(digits) == Some(digits) && title.ends_with(".up")).then(|| digits.to_owned())
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let files = versioned(reader, version);
    read_whole(reader, &mut set, files, |_| Envelope::ImplicitScript);
    for migration in &mut set.migrations {
        let length = migration.name.len() - ".up".len();
        migration.name.truncate(length);
    }
    set
}
