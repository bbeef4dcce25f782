//! No runner's marks: the `*.sql` files of a directory in the order of their names, or the files that a config lists.

use super::files::{leading_digits, number_key, read_or_report, stem};
use super::reader::{file_name, is_sql, whole};
use super::{Layout, Reader};
use crate::migrations::{
    Envelope, LateMigration, Migration, MigrationSet, RenamedMigration, Runner, Runs, Splitting, Versions,
};
use crate::source::{EntryKind, Span, Tree};

pub(super) static LAYOUT: Layout = Layout { name: "plain", detect, read, records: &[] };

const RUNNER: Runner = Runner {
    name: "psql -f",
    late: LateMigration::RunsLate,
    late_words: "whoever runs the files one by one runs it late",
    edited: "whoever ran the old text does not run the new one: databases that have it keep the old form, fresh ones get the new",
    deleted: Runner::LOOKS_FORWARD,
    renamed: RenamedMigration::RunsAgain,
    twin: "their order hangs on the rest of their names",
    versions: Versions::Text,
    compares_text: true,
    rehash: None,
    tables: "",
};

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let entries = tree.list(dir).ok()??;
    let files = entries.iter().filter(|e| e.kind == EntryKind::File && is_sql(&e.name));
    // Files that undo belong to a runner that is not known here: running them all would be nonsense.
    if files.clone().any(|e| is_undo(&e.name)) {
        return None;
    }
    let count = files.count();
    let files = if count == 1 { "file" } else { "files" };
    (count > 0).then(|| format!("it holds {count} .sql {files} and no runner's marks"))
}

fn is_undo(name: &str) -> bool {
    stem(name).rsplit(['.', '_', '-']).next() == Some("down")
}

/// The most digits that a running number has; a longer one is a date, and dates of unlike length sort as names.
const RUNNING_NUMBER: usize = 6;

/// By name; by number where all names begin with a running number, since `2_b` comes before `10_c` for whoever counts.
fn sort(paths: &mut [String]) {
    let number =
        |path: &String| leading_digits(file_name(path)).filter(|digits| digits.len() <= RUNNING_NUMBER).map(number_key);
    if paths.iter().all(|path| number(path).is_some()) {
        paths.sort_by_cached_key(|path| (number(path), path.clone()));
    }
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let mut paths = reader.candidates();
    if reader.settings.files.is_empty() {
        sort(&mut paths);
    }
    for path in paths {
        let Some(file) = read_or_report(reader, &path) else { continue };
        let name = stem(file_name(&path));
        set.migrations.push(Migration {
            name: name.to_owned(),
            version: name.to_owned(),
            sections: vec![whole(&file)],
            included: Vec::new(),
            splitting: Splitting::Psql,
            envelope: Envelope::None,
            listed: Span::file_start(file.id),
            runs: Runs::Once,
            file,
        });
    }
    set
}
