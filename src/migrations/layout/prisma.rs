//! Prisma Migrate: one folder per migration with a `migration.sql` in it, beside `migration_lock.toml`.
//!
//! Sources: prisma-engines `schema-connector/src/migrations_directory.rs` (folders sorted by name; a folder without `migration.sql` is an
//! error, P3015; the lock's provider has to be the datasource's, P3019) and `core/src/commands/diagnose_migration_history.rs` (only the set
//! of names is compared with the database, so that a folder that sorts before an applied one runs late).

use std::sync::Arc;

use super::reader::{file_name, is_sql, whole};
use super::{Layout, Reader};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::migrations::{
    Envelope, LateMigration, Migration, MigrationSet, RenamedMigration, Runner, Runs, Splitting, UnlistedFile, Versions,
};
use crate::source::{EntryKind, SourceFile, Span, Tree, join_path, parent_path};

pub(super) static LAYOUT: Layout = Layout { name: "prisma", detect, read, records: &["_prisma_migrations"] };

const RUNNER: Runner = Runner {
    name: "prisma migrate deploy",
    late: LateMigration::RunsLate,
    late_words: "it applies whatever a database has not recorded",
    edited: "`prisma migrate deploy` only warns that it was modified, and databases that have it keep the old form; `prisma migrate dev` wants to reset the database",
    deleted: "`prisma migrate deploy` passes over it: databases that ran it keep what it did, fresh ones never get it; `prisma migrate dev` wants to reset the database",
    renamed: RenamedMigration::RunsAgain,
    twin: "it orders folders by their whole names",
    versions: Versions::WholeNames,
    compares_text: true,
    rehash: None,
    tables: "",
};

const LOCK: &str = "migration_lock.toml";
const SCRIPT: &str = "migration.sql";

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let is_file = |path: &str| matches!(tree.kind(path), Ok(Some(EntryKind::File)));
    if is_file(&join_path(dir, LOCK)) {
        return Some(format!("it has Prisma's {LOCK}"));
    }
    let entries = tree.list(dir).ok()??;
    let is_migration = |name: &str| {
        let inside = |file: &str| is_file(&join_path(dir, &format!("{name}/{file}")));
        timestamp(name).is_some() && inside(SCRIPT) && !inside("snapshot.json")
    };
    let folder = entries.iter().find(|e| e.kind == EntryKind::Directory && is_migration(&e.name))?;
    Some(format!("`{}` holds {SCRIPT}, as Prisma writes it", folder.name))
}

/// The 14 digits before the underscore.
fn timestamp(name: &str) -> Option<&str> {
    let (digits, _) = name.split_once('_')?;
    (digits.len() == 14 && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    // `?schema=` of the connection string, which stands in no file of the project.
    set.brings_a_schema = true;
    if !reader.settings.files.is_empty() {
        for path in reader.settings.files.clone() {
            let name = file_name(parent_path(&path)).to_owned();
            set.migrations.extend(migration(reader, name, &path));
        }
        return set;
    }
    let entries = reader.list("");
    let folders = entries.iter().filter(|entry| entry.kind == EntryKind::Directory);
    let scripts = folders.map(|entry| join_path(&reader.path(&entry.name), SCRIPT)).collect();
    reader.read_ahead(scripts);
    for entry in entries {
        let path = reader.path(&entry.name);
        match entry.kind {
            EntryKind::Directory => {
                let script = join_path(&path, SCRIPT);
                set.migrations.extend(migration(reader, entry.name, &script));
            }
            EntryKind::File if entry.name == LOCK => {
                set.is_marked = true;
                check_lock(reader, &path);
            }
            EntryKind::File if is_sql(&entry.name) => {
                if let Some(file) = reader.text(&path) {
                    set.unlisted.push(UnlistedFile { name: entry.name, file });
                }
            }
            EntryKind::File | EntryKind::Link => {}
        }
    }
    set
}

fn migration(reader: &mut Reader<'_>, name: String, path: &str) -> Option<Migration> {
    let Some(file) = reader.text(path) else {
        if !reader.exists(path) {
            report_absent(reader, &name, path);
        }
        return None;
    };
    Some(Migration {
        version: timestamp(&name).unwrap_or(&name).to_owned(),
        name,
        sections: vec![whole(&file)],
        included: Vec::new(),
        splitting: Splitting::Server,
        envelope: Envelope::ImplicitScript,
        listed: Span::file_start(file.id),
        runs: Runs::Once,
        file,
    })
}

fn report_absent(reader: &mut Reader<'_>, name: &str, path: &str) {
    let place = Span::file_start(reader.placeholder(path));
    let message = format!("the migration `{name}` has no {SCRIPT}: every command of Prisma Migrate stops here");
    let problem = Diagnostic::new("input/missing-file", Severity::Error, message, Label::new(place, ""));
    reader.report(Diagnostic { help: Some("restore the file, or delete the folder".into()), ..problem });
}

/// The lock names the provider that the migrations were written for.
fn check_lock(reader: &mut Reader<'_>, path: &str) {
    let (Some(dialect), Some(file)) = (reader.settings.dialect.clone(), reader.text(path)) else {
        return;
    };
    let Some((provider, span)) = locked_provider(&file) else {
        return;
    };
    // The old word for the same.
    let provider = if provider == "postgres" { "postgresql" } else { provider };
    if provider == dialect {
        return;
    }
    let message = format!("the migrations were made for `{provider}`, and the target is of `{dialect}`");
    reader.report(Diagnostic::new("input/other-dialect", Severity::Error, message, Label::new(span, "")));
}

/// The value of the first line that begins with `provider`, as the engine reads it, which is no full TOML.
fn locked_provider(file: &Arc<SourceFile>) -> Option<(&str, Span)> {
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        if line.starts_with("provider") {
            let value = line.split_once('=')?.1.trim().trim_matches('"');
            let at = start + (value.as_ptr() as usize - line.as_ptr() as usize);
            return Some((value, Span::new(file.id, at, at + value.len())));
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::migrations::layout::{LayoutSettings, by_name, detect_marked};
    use crate::source::{MemoryTree, SourceMap};

    /// Migrations as `version name: text`, stray files, then problems.
    fn check(files: &[(&str, &str)], expect: &[&str]) {
        let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())));
        let sources = SourceMap::default();
        let settings = LayoutSettings { dialect: Some("postgresql".into()), ..LayoutSettings::default() };
        let layout = by_name("prisma").expect("the layout is listed");
        let (set, problems) = layout.load(&tree, &sources, "m", &settings);
        let mut found: Vec<String> = set
            .migrations
            .iter()
            .map(|m| format!("{} {}: {}", m.version, m.name, m.file.slice(m.sections[0])))
            .collect();
        found.extend(set.unlisted.iter().map(|f| format!("unlisted {}", f.name)));
        found.extend(problems.iter().map(|p| {
            let file = sources.file(p.primary.span.file);
            format!("{} {}:{} {}", p.rule, file.path, file.line_column(p.primary.span.start).line, p.message)
        }));
        assert_eq!(found, expect);
    }

    #[test]
    fn folders_run_in_the_order_of_their_names() {
        check(
            &[
                ("m/20240102000000_b/migration.sql", "SELECT 2"),
                ("m/20240101000000_a/migration.sql", "SELECT 1"),
                ("m/20240101000000_a/down.sql", "SELECT -1"),
                ("m/0_init/migration.sql", "\u{feff}SELECT 0"),
                ("m/migration_lock.toml", "# a comment\nprovider = \"postgresql\"\n"),
            ],
            &[
                "0_init 0_init: SELECT 0",
                "20240101000000 20240101000000_a: SELECT 1",
                "20240102000000 20240102000000_b: SELECT 2",
            ],
        );
    }

    #[test]
    fn what_prisma_would_not_run_is_said() {
        check(
            &[
                ("m/20240101000000_a/README.md", "to be written"),
                ("m/20240102000000_b.sql", "SELECT 1"),
                ("m/migration_lock.toml", "# a comment\nprovider = \"sqlite\"\n"),
            ],
            &[
                "unlisted 20240102000000_b.sql",
                "input/missing-file m/20240101000000_a/migration.sql:1 the migration `20240101000000_a` has no migration.sql: every command of Prisma Migrate stops here",
                "input/other-dialect m/migration_lock.toml:2 the migrations were made for `sqlite`, and the target is of `postgresql`",
            ],
        );
    }

    #[test]
    fn is_known_by_its_marks() {
        let check = |paths: &[&str], expect: Option<(&str, &str)>| {
            let tree = MemoryTree::new(paths.iter().map(|path| (*path, Vec::new())));
            let found = detect_marked(&tree, "m").map(|(layout, why)| (layout.name, why));
            assert_eq!(found, expect.map(|(name, why)| (name, why.to_owned())));
        };
        check(&["m/migration_lock.toml"], Some(("prisma", "it has Prisma's migration_lock.toml")));
        let path = "m/20240101000000_a/migration.sql";
        check(&[path], Some(("prisma", "`20240101000000_a` holds migration.sql, as Prisma writes it")));
        check(&["m/20240101_a/up.sql"], None);
    }
}
