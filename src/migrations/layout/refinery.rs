//! refinery: `V<version>__<name>.sql`, and `U…` for those that may come late.
//!
//! Sources: rust-db/refinery `refinery_core/src/util.rs` (`^([U|V])(\d+(?:\.\d+)?)__(\w+)`), `traits/mod.rs` (`verify_migrations`: a changed
//! checksum is refused, and so is a `V` below the current version).

use super::files::{around, cargo_with, has, read_whole, sql_names, versioned};
use super::{Layout, Reader};
use crate::migrations::{Envelope, LateMigration, MigrationSet, RenamedMigration, Runner, Runs, Versions};
use crate::source::{Tree, join_path};

pub(super) static LAYOUT: Layout = Layout { name: "refinery", detect, read, records: &["refinery_schema_history"] };

const RUNNER: Runner = Runner {
    name: "refinery migrate",
    late: LateMigration::Refused,
    late_words: "it stops: the migration is missing (abort_missing)",
    edited: "it stops: the applied migration is different than the one on the file system (abort_divergent)",
    deleted: "it stops: the applied migration is missing from the file system (abort_missing)",
    renamed: RenamedMigration::Refused(
        "it stops: the applied migration is different than the one on the file system (abort_divergent)",
    ),
    twin: "the version is the key of refinery_schema_history: where one is applied it stops at the other or never runs it, and a fresh database stops at the second",
    versions: Versions::Number,
    compares_text: true,
    rehash: None,
    tables: "CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name varchar(255), applied_on varchar(255), checksum varchar(255))",
};

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let name = sql_names(tree, dir).into_iter().find(|name| version(name).is_some())?;
    if let Some(outer) = around(dir).find(|outer| has(tree, outer, "refinery.toml")) {
        return Some(format!("`{name}` bears a version, and {} is there", join_path(outer, "refinery.toml")));
    }
    let cargo = cargo_with(tree, dir, "refinery")?;
    Some(format!("`{name}` bears a version, and {cargo} names refinery"))
}

fn version(name: &str) -> Option<String> {
    let (version, _) = name.strip_prefix(['V', 'U'])?.split_once("__")?;
    let digits = version.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    digits.then(|| version.to_owned())
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let files = versioned(reader, version);
    read_whole(reader, &mut set, files, |_| Envelope::PerMigration);
    for migration in set.migrations.iter_mut().filter(|migration| migration.name.starts_with('U')) {
        migration.runs = Runs::OnceAnyTime;
    }
    set
}
