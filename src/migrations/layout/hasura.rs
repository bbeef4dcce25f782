//! Hasura: `migrations/<database>/<milliseconds>_<name>/up.sql`.
//!
//! Sources: hasura/graphql-engine `cli/migrate/source/file` (a folder's name begins with its version), `cli/migrate` (whatever the server's
//! catalog lacks runs, each file in one transaction by `run_sql`), `source/migration.go` (`Append` refuses a version twice).

use super::files::{around, folders, has, leading_digits, number_key, read_whole};
use super::{Layout, Reader};
use crate::migrations::{Envelope, LateMigration, MigrationSet, RenamedMigration, Runner, Versions};
use crate::source::{EntryKind, Tree, join_path, parent_path};

pub(super) static LAYOUT: Layout = Layout { name: "hasura", detect, read, records: &[] };

const RUNNER: Runner = Runner {
    name: "hasura migrate apply",
    late: LateMigration::RunsLate,
    late_words: "it applies whatever the server has not recorded",
    edited: Runner::NO_CHECKSUM,
    deleted: Runner::LOOKS_FORWARD,
    renamed: RenamedMigration::NotNoticed,
    twin: "it stops before the first statement: found duplicate migrations for version",
    versions: Versions::Number,
    compares_text: false,
    rehash: None,
    tables: "",
};

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let entries = tree.list(dir).ok()??;
    let folders = entries.iter().filter(|e| e.kind == EntryKind::Directory && version(&e.name).is_some());
    let folder = folders.clone().find(|e| has(tree, &join_path(dir, &e.name), "up.sql"))?;
    let is_hasura = |outer: &str| {
        let is_metadata = matches!(tree.kind(&join_path(outer, "metadata")), Ok(Some(EntryKind::Directory)));
        is_metadata && has(tree, outer, "config.yaml")
    };
    if let Some(outer) = around(parent_path(dir)).take(3).find(|outer| is_hasura(outer)) {
        return Some(format!("`{}` holds up.sql, and {} is there", folder.name, join_path(outer, "config.yaml")));
    }
    // Milliseconds since 1970, as `hasura migrate create` writes them.
    let stamped = folders.into_iter().find(|e| version(&e.name).is_some_and(|v| v.len() == 13))?;
    Some(format!("`{}` holds up.sql and bears milliseconds, as Hasura writes them", stamped.name))
}

fn version(name: &str) -> Option<String> {
    leading_digits(name).map(str::to_owned)
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let mut scripts = folders(reader, "up.sql", version);
    if reader.settings.files.is_empty() {
        scripts.sort_by_cached_key(|script| (number_key(&script.version), script.name.clone()));
    }
    read_whole(reader, &mut set, scripts, |_| Envelope::PerMigration);
    set
}
