//! Drizzle: the 0.x layout, ordered by `meta/_journal.json`, and the v1 layout, one folder per migration.
//!
//! Sources: drizzle-orm `src/migrator.ts` (0.x reads the journal's entries in array order and nothing else; v1 reads every sub-folder with a
//! `migration.sql`), `src/pg-core/dialect.ts` (0.x applies what has a `when` above that of the last applied one, all pending
//! migrations in one transaction), drizzle-kit `src/utils.ts` (journal, snapshots).

mod folders;
mod journal;
mod snapshot;

pub use snapshot::snapshot_id;

use super::{Layout, Reader};
use crate::migrations::MigrationSet;
use crate::source::{EntryKind, Tree, join_path};

pub(super) static LAYOUT: Layout = Layout { name: "drizzle", detect, read, records: &["__drizzle_migrations"] };

const JOURNAL: &str = "meta/_journal.json";

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    if matches!(tree.kind(&join_path(dir, JOURNAL)), Ok(Some(EntryKind::File))) {
        return Some(format!("it has Drizzle's journal, {JOURNAL}"));
    }
    let entries = tree.list(dir).ok()??;
    let is_folder = |name: &str| {
        let has =
            |file: &str| matches!(tree.kind(&join_path(dir, &format!("{name}/{file}"))), Ok(Some(EntryKind::File)));
        folders::timestamp(name).is_some() && has("migration.sql") && has("snapshot.json")
    };
    let folder = entries.iter().find(|e| e.kind == EntryKind::Directory && is_folder(&e.name))?;
    Some(format!("`{}` holds migration.sql and snapshot.json, as drizzle-kit 1.0 writes them", folder.name))
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    if reader.exists(&reader.path(JOURNAL)) {
        return journal::read(reader);
    }
    folders::read(reader)
}

#[cfg(test)]
mod tests;
