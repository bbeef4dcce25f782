//! Supabase: `supabase/migrations/<timestamp>_<name>.sql`, mostly beside `supabase/config.toml`, which not everybody commits.
//!
//! Sources: supabase/cli `pkg/migration/list.go` (names that do not begin with digits are passed over; sorted by name), `internal/db/push` (what
//! lies before the last applied one is refused without `--include-all`).

use super::files::{has, leading_digits, read_whole, runs_outside, sql_names, versioned};
use super::reader::file_name;
use super::{Layout, Reader};
use crate::migrations::{Envelope, LateMigration, MigrationSet, RenamedMigration, Runner, Versions};
use crate::source::{Tree, join_path, parent_path};

pub(super) static LAYOUT: Layout = Layout { name: "supabase", detect, read, records: &["schema_migrations"] };

const RUNNER: Runner = Runner {
    name: "supabase db push",
    late: LateMigration::Refused,
    late_words: "it stops: found local migration files to be inserted before the last migration on remote database (--include-all would run it late)",
    edited: Runner::NO_CHECKSUM,
    deleted: "it stops: remote migration versions not found in local migrations directory",
    renamed: RenamedMigration::NotNoticed,
    twin: "the version is the key of schema_migrations: it stops at the second",
    versions: Versions::Text,
    compares_text: false,
    rehash: None,
    tables: "",
};

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let parent = parent_path(dir);
    let is_named = file_name(parent) == "supabase";
    if file_name(dir) != "migrations" || !sql_names(tree, dir).iter().any(|name| version(name).is_some()) {
        return None;
    }
    if !has(tree, parent, "config.toml") {
        return is_named.then(|| format!("{dir} is where Supabase's CLI keeps them"));
    }
    let config = join_path(parent, "config.toml");
    let text = tree.read(&config).ok()??;
    (is_named || String::from_utf8_lossy(&text).contains("[auth]")).then(|| format!("{config} is Supabase's"))
}

fn version(name: &str) -> Option<String> {
    leading_digits(name).filter(|digits| name[digits.len()..].starts_with('_')).map(str::to_owned)
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let mut files = versioned(reader, version);
    if reader.settings.files.is_empty() {
        files.sort_by(|a, b| a.path.cmp(&b.path));
    }
    // What cannot run in a transaction is sent by itself (`pkg/migration/file.go`, `isPipelineIncompatible`).
    read_whole(
        reader,
        &mut set,
        files,
        |text| if runs_outside(text) { Envelope::None } else { Envelope::PerMigration },
    );
    set
}
