//! Drizzle v1: `<14 digits>_<name>/migration.sql` and `snapshot.json`, no journal. What is missing in the database runs, by folder name.

use super::{LAYOUT, snapshot};
use crate::migrations::layout::Reader;
use crate::migrations::layout::reader::whole;
use crate::migrations::{
    Envelope, LateMigration, Migration, MigrationSet, RenamedMigration, Runner, Runs, Splitting, Versions,
};
use crate::source::{EntryKind, Span};

const RUNNER: Runner = Runner {
    name: "drizzle-kit migrate",
    late: LateMigration::RunsLate,
    late_words: "it applies whatever a database has not recorded, by folder name",
    edited: "it keeps a hash and never compares it: databases that have it keep the old form, fresh ones get the new",
    deleted: Runner::LOOKS_FORWARD,
    renamed: RenamedMigration::RunsAgain,
    twin: "it knows migrations by their whole names",
    versions: Versions::WholeNames,
    compares_text: false,
    rehash: None,
    tables: "",
};

/// The 14 digits at the start of a folder's name.
pub(super) fn timestamp(name: &str) -> Option<&str> {
    name.get(..14).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
}

pub(super) fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let mut folders: Vec<String> =
        reader.list("").into_iter().filter(|e| e.kind == EntryKind::Directory).map(|e| e.name).collect();
    folders.sort_by_cached_key(|name| collation_key(name));
    reader.read_ahead(folders.iter().map(|folder| reader.path(&format!("{folder}/migration.sql"))).collect());
    let last = folders.len().saturating_sub(1);
    for (index, folder) in folders.into_iter().enumerate() {
        let Some(file) = reader.text(&reader.path(&format!("{folder}/migration.sql"))) else { continue };
        let snapshot = reader.path(&format!("{folder}/snapshot.json"));
        if !reader.settings.without_snapshots {
            set.snapshots.extend(snapshot::read(reader, &snapshot, folder.clone(), index == last));
        }
        set.migrations.push(Migration {
            version: timestamp(&folder).unwrap_or(&folder).to_owned(),
            name: folder,
            sections: vec![whole(&file)],
            included: Vec::new(),
            splitting: Splitting::DrizzleBreakpoints,
            envelope: Envelope::AllPending,
            listed: Span::file_start(file.id),
            runs: Runs::Once,
            file,
        });
    }
    set
}

/// The runner sorts by JavaScript's `localeCompare`: punctuation before digits before letters, case only as a last resort.
fn collation_key(name: &str) -> (Vec<(u8, char)>, String) {
    let class = |c: char| match c {
        '_' => 0,
        c if !c.is_alphanumeric() => 1,
        c if c.is_numeric() => 2,
        _ => 3,
    };
    (name.chars().flat_map(char::to_lowercase).map(|c| (class(c), c)).collect(), name.to_owned())
}
