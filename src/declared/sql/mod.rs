//! Schemas declared in SQL: one file, several, a folder, a `pg_dump --schema-only`. The catalog is the one that a server has after they were
//! loaded into an empty database, so it is replayed as migrations are.

mod files;

use std::sync::Arc;

use super::Declared;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::diff::Language;
use crate::migrations::{Envelope, Migration, MigrationSet, Runner, Runs, Splitting};
use crate::replay::{Issue, ReplaySettings, replay};
use crate::source::{SourceFile, SourceMap, Span, Tree};

/// How a schema is to be read.
#[derive(Clone, Debug, Default)]
pub struct SqlSettings {
    /// Files, folders or globs, relative to the project root.
    pub entries: Vec<String>,
    /// What exists before the schema is loaded.
    pub prelude: Vec<Arc<SourceFile>>,
    pub replay: ReplaySettings,
}

/// Whether an entry means any file.
#[must_use]
pub fn means_files(tree: &dyn Tree, entry: &str) -> bool {
    files::expand(tree, &[entry.to_owned()]).is_ok_and(|(files, _)| !files.is_empty())
}

/// Reads a schema, and the statements in it that a server would refuse.
#[must_use]
pub fn load(tree: &dyn Tree, sources: &SourceMap, settings: &SqlSettings) -> (Declared, Vec<Issue>) {
    let mut problems = Vec::new();
    let files = read(tree, sources, &settings.entries, &mut problems);
    let paths = files.iter().map(|file| file.path.clone()).collect();
    let parts = ReplaySettings { parts_have_places: true, ..settings.replay.clone() };
    let replayed = replay(&as_set(files), &settings.prelude, &parts);
    problems.extend(replayed.opaque.iter().map(|unknown| {
        let message = format!("what this statement declares is not known, because {}", unknown.reason);
        Diagnostic::new("input/opaque-statement", Severity::Warning, message, Label::new(unknown.span, ""))
    }));
    let declared =
        Declared { kind: "sql", catalog: replayed.catalog, language: Language::everything(), files: paths, problems };
    (declared, replayed.issues)
}

/// The files as if they were migrations that psql runs one after the other.
fn as_set(files: Vec<Arc<SourceFile>>) -> MigrationSet {
    let runner = Runner::PSQL;
    let mut set = MigrationSet::empty("sql", "", runner);
    set.migrations = files
        .into_iter()
        .map(|file| Migration {
            name: file.path.clone(),
            version: file.path.clone(),
            sections: vec![Span::new(file.id, 0, file.text.len())],
            included: Vec::new(),
            splitting: Splitting::Psql,
            envelope: Envelope::None,
            runs: Runs::Once,
            listed: Span::file_start(file.id),
            file,
        })
        .collect();
    set
}

fn read(
    tree: &dyn Tree,
    sources: &SourceMap,
    entries: &[String],
    problems: &mut Vec<Diagnostic>,
) -> Vec<Arc<SourceFile>> {
    let mut problem = |path: &str, rule: &'static str, message: String| {
        let file = sources.add(path, String::new());
        problems.push(Diagnostic::new(rule, Severity::Error, message, Label::new(Span::file_start(file.id), "")));
    };
    let (paths, empty) = match files::expand(tree, entries) {
        Ok(found) => found,
        Err(error) => {
            problem(entries.first().map_or("", String::as_str), "input/unreadable", error.to_string());
            return Vec::new();
        }
    };
    for entry in empty {
        problem(&entry, "input/missing-file", format!("no SQL file is found at `{entry}`"));
    }
    let mut files = Vec::new();
    for path in paths {
        match tree.read(&path) {
            Ok(bytes) => {
                let bytes = bytes.unwrap_or_default();
                let text = String::from_utf8_lossy(&bytes);
                if let Err(error) = std::str::from_utf8(&bytes) {
                    let file = sources.add(&path, text.clone().into_owned());
                    let at = error.valid_up_to();
                    let place = Label::new(Span::new(file.id, at, at), "here");
                    let message = format!("`{path}` is not UTF-8");
                    problems.push(Diagnostic::new("input/encoding", Severity::Error, message, place));
                }
                files.push(sources.add(&path, text.into_owned()));
            }
            Err(error) => {
                let file = sources.add(&path, String::new());
                let place = Label::new(Span::file_start(file.id), "");
                problems.push(Diagnostic::new("input/unreadable", Severity::Error, error.to_string(), place));
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    fn check(files: &[(&str, &str)], entries: &[&str], expect: &str) {
        let tree = MemoryTree::new(files.iter().copied());
        let sources = SourceMap::default();
        let entries = entries.iter().map(|&entry| entry.to_owned()).collect();
        let (declared, issues) = load(&tree, &sources, &SqlSettings { entries, ..SqlSettings::default() });
        let mut lines: Vec<String> = declared
            .catalog
            .tables
            .values()
            .map(|t| {
                format!("{} ({})", t.name, t.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>().join(", "))
            })
            .collect();
        lines.extend(issues.iter().map(|issue| format!("refused: {}", issue.message)));
        lines.extend(declared.problems.iter().map(|p| format!("{}: {}", p.rule, p.message)));
        assert_eq!(lines.join("\n"), expect);
    }

    #[test]
    fn files_are_loaded_in_order() {
        check(
            &[("db/2.sql", "ALTER TABLE a ADD COLUMN y int;"), ("db/1.sql", "CREATE TABLE a (x int);")],
            &["db"],
            "a (x, y)",
        );
    }

    #[test]
    fn a_dump_is_a_schema() {
        let dump = "SET statement_timeout = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\nSET default_tablespace = '';\n\
                    CREATE TABLE public.users (\n    id integer NOT NULL\n);\nALTER TABLE public.users OWNER TO postgres;\n\
                    CREATE SEQUENCE public.users_id_seq;\nALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;\n\
                    ALTER TABLE ONLY public.users ALTER COLUMN id SET DEFAULT nextval('public.users_id_seq'::regclass);\n\
                    ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);\n";
        check(&[("schema.sql", dump)], &["schema.sql"], "users (id)");
    }

    #[test]
    fn a_column_is_declared_by_its_own_words() {
        let sql = "CREATE TABLE a (\n  x int,\n  y text NOT NULL CHECK (y <> ''),\n  UNIQUE (x)\n);\nALTER TABLE a ADD COLUMN z int;";
        let (sources, tree) = (SourceMap::default(), MemoryTree::new([("a.sql", sql)]));
        let settings = SqlSettings { entries: vec!["a.sql".into()], ..SqlSettings::default() };
        let (declared, _) = load(&tree, &sources, &settings);
        let table = &declared.catalog.tables[0];
        let columns = table.columns.iter().map(|column| &column.origin);
        let origins =
            columns.chain(table.uniques.iter().map(|key| &key.origin)).chain(table.checks.iter().map(|c| &c.origin));
        let words: Vec<String> = origins.map(|origin| sources.text_of(origin.created).to_string()).collect();
        assert_eq!(words, ["x int", "y text NOT NULL CHECK (y <> '')", "z int", "UNIQUE (x)", "CHECK (y <> '')"]);
    }

    #[test]
    fn what_cannot_be_loaded_is_said() {
        check(
            &[("a.sql", "CREATE TABLE a (x int);\nALTER TABLE b ADD COLUMN y int;")],
            &["a.sql", "b.sql"],
            "a (x)\nrefused: relation \"b\" does not exist\ninput/missing-file: no SQL file is found at `b.sql`",
        );
    }
}
