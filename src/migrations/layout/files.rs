//! What layouts of versioned files share: the files with their versions in order, what stands around a directory, and the plain making of a
//! [`Migration`].

use std::sync::Arc;

use super::Reader;
use super::reader::{file_name, is_sql, whole};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::migrations::{Envelope, Migration, MigrationSet, Runs, Splitting};
use crate::source::{EntryKind, SourceFile, Span, Tree, join_path, parent_path};

/// Marker files looked into at most, when a layout is told by what its files say.
const SAMPLED: usize = 3;

/// A file that a runner takes for a migration.
#[derive(Debug)]
pub(super) struct Versioned {
    pub(super) path: String,
    /// The file's or folder's name, without `.sql`.
    pub(super) name: String,
    pub(super) version: String,
}

/// The candidates that have a version, sorted by it as a number (and by name where two have the same); an explicit list keeps its order.
pub(super) fn versioned(reader: &mut Reader<'_>, version_of: impl Fn(&str) -> Option<String>) -> Vec<Versioned> {
    let mut files: Vec<Versioned> = reader
        .candidates()
        .into_iter()
        .filter_map(|path| {
            let name = stem(file_name(&path)).to_owned();
            Some(Versioned { version: version_of(&name)?, name, path })
        })
        .collect();
    if reader.settings.files.is_empty() {
        files.sort_by_cached_key(|file| (number_key(&file.version), file.name.clone()));
    }
    files
}

/// Folders with a script in them: `<version>_<name>/up.sql`; an explicit list names the scripts.
pub(super) fn folders(
    reader: &mut Reader<'_>,
    script: &str,
    version_of: impl Fn(&str) -> Option<String>,
) -> Vec<Versioned> {
    let listed = reader.settings.files.clone();
    let found = |name: &str, path: String| Some(Versioned { version: version_of(name)?, name: name.to_owned(), path });
    if !listed.is_empty() {
        return listed.into_iter().filter_map(|path| found(file_name(parent_path(&path)), path.clone())).collect();
    }
    let folders = reader.list("").into_iter().filter(|e| e.kind == EntryKind::Directory);
    let scripts: Vec<Versioned> =
        folders.filter_map(|e| found(&e.name, reader.path(&format!("{}/{script}", e.name)))).collect();
    reader.read_ahead(scripts.iter().map(|script| script.path.clone()).collect());
    scripts.into_iter().filter(|v| reader.exists(&v.path)).collect()
}

/// A name without `.sql`.
pub(super) fn stem(name: &str) -> &str {
    if is_sql(name) { &name[..name.len() - 4] } else { name }
}

/// The digits that a name begins with, when `_` or `-` or the end follows.
pub(super) fn leading_digits(name: &str) -> Option<&str> {
    let end = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
    let followed = name[end..].chars().next().is_none_or(|c| matches!(c, '_' | '-' | '.'));
    (end > 0 && followed).then(|| &name[..end])
}

/// The digits that a name begins with, whatever follows them.
pub(super) fn digits(name: &str) -> Option<&str> {
    let end = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
    (end > 0).then(|| &name[..end])
}

/// Sorts digits of any length as numbers.
pub(super) fn number_key(digits: &str) -> (usize, String) {
    let digits = digits.trim_start_matches('0');
    (digits.len(), digits.to_owned())
}

/// A migration that runs a whole file.
pub(super) fn migration(file: Arc<SourceFile>, name: String, version: String, envelope: Envelope) -> Migration {
    Migration {
        name,
        version,
        sections: vec![whole(&file)],
        included: Vec::new(),
        splitting: Splitting::Server,
        envelope,
        listed: Span::file_start(file.id),
        runs: Runs::Once,
        file,
    }
}

/// Reads each file as a migration that runs whole, in the envelope that its text asks for.
pub(super) fn read_whole(
    reader: &mut Reader<'_>,
    set: &mut MigrationSet,
    files: Vec<Versioned>,
    envelope: impl Fn(&str) -> Envelope,
) {
    for Versioned { path, name, version } in files {
        let Some(file) = read_or_report(reader, &path) else { continue };
        let envelope = envelope(&file.text);
        set.migrations.push(migration(file, name, version, envelope));
    }
}

/// Whether a script has a statement that cannot run in a transaction, for runners that open none for such a script.
pub(super) fn runs_outside(text: &str) -> bool {
    const OUTSIDE: [&[&str]; 13] = [
        &["CREATE", "INDEX", "CONCURRENTLY"],
        &["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY"],
        &["DROP", "INDEX", "CONCURRENTLY"],
        &["REINDEX"],
        &["VACUUM"],
        &["DISCARD", "ALL"],
        &["ALTER", "SYSTEM"],
        &["CREATE", "DATABASE"],
        &["DROP", "DATABASE"],
        &["CREATE", "TABLESPACE"],
        &["DROP", "TABLESPACE"],
        &["CREATE", "SUBSCRIPTION"],
        &["DROP", "SUBSCRIPTION"],
    ];
    let words: Vec<String> = text
        .lines()
        .map(|line| line.split("--").next().unwrap_or_default())
        .flat_map(|line| line.split(|c: char| c.is_whitespace() || c == ';'))
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
        .collect();
    let starts =
        |at: usize, what: &[&str]| what.iter().enumerate().all(|(i, w)| words.get(at + i).is_some_and(|x| x == w));
    (0..words.len()).any(|at| OUTSIDE.iter().any(|what| starts(at, what)))
}

/// The text of a migration; a file that a config lists and that is not there is a problem.
pub(super) fn read_or_report(reader: &mut Reader<'_>, path: &str) -> Option<Arc<SourceFile>> {
    let file = reader.sql(path);
    if file.is_none() && matches!(reader.tree().kind(path), Ok(None)) {
        let place = Span::file_start(reader.placeholder(path));
        let message = format!("`{path}` is listed as a migration, and there is no such file");
        reader.report(Diagnostic::new("input/missing-file", Severity::Error, message, Label::new(place, "")));
    }
    file
}

/// Whether a directory has a file.
pub(super) fn has(tree: &dyn Tree, dir: &str, file: &str) -> bool {
    matches!(tree.kind(&join_path(dir, file)), Ok(Some(EntryKind::File)))
}

/// The directory, the one around it, and so on to the project root.
pub(super) fn around(dir: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(dir), |dir| (!dir.is_empty()).then(|| parent_path(dir)))
}

/// The nearest `Cargo.toml` around a directory that names a crate.
pub(super) fn cargo_with(tree: &dyn Tree, dir: &str, name: &str) -> Option<String> {
    around(dir).map(|dir| join_path(dir, "Cargo.toml")).find(|path| {
        tree.read(path).ok().flatten().is_some_and(|text| {
            let text = String::from_utf8_lossy(&text);
            text.lines()
                .any(|line| line.trim_start().starts_with(name) || line.contains(&format!("dependencies.{name}")))
        })
    })
}

/// The names of a directory's SQL files.
pub(super) fn sql_names(tree: &dyn Tree, dir: &str) -> Vec<String> {
    let entries = tree.list(dir).ok().flatten().unwrap_or_default();
    entries.into_iter().filter(|e| e.kind == EntryKind::File && is_sql(&e.name)).map(|e| e.name).collect()
}

/// The first of a directory's SQL files whose text says so; only the first few are looked into.
pub(super) fn first_that(tree: &dyn Tree, dir: &str, says: impl Fn(&str) -> bool) -> Option<String> {
    sql_names(tree, dir).into_iter().take(SAMPLED).find(|name| {
        let bytes = tree.read(&join_path(dir, name)).ok().flatten();
        bytes.is_some_and(|bytes| says(&String::from_utf8_lossy(&bytes)))
    })
}
