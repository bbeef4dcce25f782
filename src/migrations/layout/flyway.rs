//! Flyway: `V<version>__<description>.sql` by version, then `R__<description>.sql` by description; `B` is a baseline, `U` undoes and is never run.
//!
//! Sources: documentation.red-gate.com/flyway, "Migrations" (names, order, baseline migrations, script configuration files), "outOfOrder" (a
//! version below the highest applied is refused), "validate" (checksums; repeatable ones run again); locations are searched recursively.

use super::files::{migration, number_key, read_or_report, runs_outside, sql_names, stem};
use super::reader::{file_name, is_sql};
use super::{Layout, Reader};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::migrations::{Envelope, LateMigration, Migration, MigrationSet, RenamedMigration, Runner, Runs, Versions};
use crate::source::{EntryKind, SourceFile, Span, Tree, join_path};

pub(super) static LAYOUT: Layout = Layout { name: "flyway", detect, read, records: &["flyway_schema_history"] };

const RUNNER: Runner = Runner {
    name: "flyway migrate",
    late: LateMigration::Refused,
    late_words: "it validates first and stops: Detected resolved migration not applied to database (outOfOrder=true would run it late)",
    edited: "it validates first and stops: Migration checksum mismatch",
    deleted: "it validates first and stops: Detected applied migration not resolved locally",
    renamed: RenamedMigration::Refused("it validates first and stops: Migration description mismatch"),
    twin: "it stops before the first statement: Found more than one migration with version",
    versions: Versions::Parts,
    compares_text: true,
    rehash: None,
    tables: "CREATE TABLE flyway_schema_history (installed_rank integer NOT NULL CONSTRAINT flyway_schema_history_pk PRIMARY KEY, \
     version varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum integer, \
     installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(), execution_time integer NOT NULL, success boolean NOT NULL)",
};

/// Levels of folders below the location that are searched.
const MAX_DEPTH: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Kind {
    Baseline,
    Versioned,
    Repeatable,
}

#[derive(Debug)]
struct Script {
    kind: Kind,
    version: String,
    description: String,
    path: String,
}

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let name = sql_names(tree, dir).into_iter().find(|n| script(n).is_some_and(|s| s.kind == Kind::Versioned))?;
    Some(format!("`{name}` is named as Flyway names migrations"))
}

/// `V1_2__add_users.sql` is version 1.2.
fn script(path: &str) -> Option<Script> {
    let name = stem(file_name(path));
    let (prefix, rest) = name.split_at_checked(1)?;
    let kind = match prefix {
        "V" => Kind::Versioned,
        "B" => Kind::Baseline,
        "R" => {
            let description = rest.strip_prefix("__")?.replace('_', " ");
            return Some(Script { kind: Kind::Repeatable, version: String::new(), description, path: path.to_owned() });
        }
        _ => return None,
    };
    Some(Script { kind, ..versioned(path, rest)? })
}

/// `1_2__add_users`, what stands behind the prefix.
fn versioned(path: &str, rest: &str) -> Option<Script> {
    let (version, description) = rest.split_once("__")?;
    let version = version.replace('_', ".");
    let is_number = version.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    is_number.then(|| Script {
        kind: Kind::Versioned,
        version,
        description: description.replace('_', " "),
        path: path.to_owned(),
    })
}

/// The version of a migration by its path, comparable, and nothing in it for one that is repeatable; `None` for a file that is none. With an empty
/// `prefix`, as `sqlMigrationPrefix` may be, a name that begins with a version is one, too.
pub(crate) fn version_of(path: &str, empty_prefix: bool) -> Option<Vec<(usize, String)>> {
    let plain = || versioned(path, stem(file_name(path))).filter(|_| empty_prefix);
    let script = script(path).or_else(plain)?;
    Some(if script.kind == Kind::Versioned { version_key(&script.version) } else { Vec::new() })
}

/// Versions compare part by part; trailing zeros say nothing (`1` is `1.0`).
fn version_key(version: &str) -> Vec<(usize, String)> {
    let mut parts: Vec<_> = version.split('.').map(number_key).collect();
    while parts.last().is_some_and(|part| part.0 == 0) {
        parts.pop();
    }
    parts
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let mut scripts = if reader.settings.files.is_empty() {
        find(reader)
    } else {
        reader.settings.files.iter().filter_map(|path| script(path)).collect()
    };
    // A fresh database begins at the highest baseline.
    let baseline = scripts.iter().filter(|s| s.kind == Kind::Baseline).map(|s| version_key(&s.version)).max();
    scripts.retain(|s| match (s.kind, &baseline) {
        (Kind::Baseline, Some(highest)) => version_key(&s.version) == *highest,
        (Kind::Versioned, Some(highest)) => version_key(&s.version) > *highest,
        _ => true,
    });
    for script in scripts {
        let Some(file) = read_or_report(reader, &script.path) else { continue };
        report_variables(reader, &file);
        let outside = reader.text(&format!("{}.conf", script.path)).is_some_and(|conf| {
            conf.text.lines().any(|line| line.replace(' ', "").eq_ignore_ascii_case("executeInTransaction=false"))
        });
        // `flyway-database-postgresql`, `PostgreSQLParser.detectCanExecuteInTransaction`.
        let outside = outside || runs_outside(&file.text);
        let envelope = if outside { Envelope::None } else { Envelope::PerMigration };
        let name = stem(file_name(&script.path)).to_owned();
        let repeatable = script.kind == Kind::Repeatable;
        let runs = if repeatable { Runs::WhenChanged } else { Runs::Once };
        let version = if repeatable { name.clone() } else { script.version };
        set.migrations.push(Migration { runs, ..migration(file, name, version, envelope) });
    }
    set
}

/// Every script below the locations, in the order of running.
fn find(reader: &mut Reader<'_>) -> Vec<Script> {
    let mut paths = Vec::new();
    let locations = std::iter::once(reader.dir().to_owned()).chain(reader.settings.more_dirs.clone());
    let mut folders: Vec<(String, usize)> = locations.map(|location| (location, 0)).collect();
    while let Some((folder, depth)) = folders.pop() {
        for entry in reader.list_folder(&folder) {
            let path = join_path(&folder, &entry.name);
            match entry.kind {
                EntryKind::Directory if depth < MAX_DEPTH => folders.push((path, depth + 1)),
                EntryKind::File if is_sql(&entry.name) => paths.push(path),
                _ => {}
            }
        }
    }
    let mut scripts: Vec<Script> = paths.iter().filter_map(|path| script(path)).collect();
    // `sqlMigrationPrefix` may be empty: then no name begins with `V`, and those that begin with a version are the migrations.
    if !scripts.iter().any(|script| script.kind == Kind::Versioned) {
        scripts.extend(paths.iter().filter_map(|path| versioned(path, stem(file_name(path)))));
    }
    scripts.sort_by_cached_key(|s| (s.kind, version_key(&s.version), s.description.clone(), s.path.clone()));
    scripts
}

/// Flyway stops at a variable without a value; its own (`${flyway:…}`) have one at run time only.
fn report_variables(reader: &mut Reader<'_>, file: &SourceFile) {
    let Some((start, length, name)) = first_variable(&file.text) else { return };
    let message = format!("`${{{name}}}` has no value here, so what it stands for is not known");
    let place = Label::new(Span::new(file.id, start, start + length), "");
    let problem = Diagnostic::new("input/unresolved-placeholder", Severity::Warning, message, place);
    let help = format!("give it one in undrift.toml: placeholders = {{ {name} = \"…\" }}");
    reader.report(Diagnostic { help: Some(help), ..problem });
}

fn first_variable(text: &str) -> Option<(usize, usize, String)> {
    text.match_indices("${").find_map(|(start, _)| {
        let (name, _) = text[start + 2..].split_once('}')?;
        let is_name = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-' | b':'));
        is_name.then(|| (start, name.len() + 3, name.to_owned()))
    })
}
