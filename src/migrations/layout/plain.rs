//! No runner's marks: the `*.sql` files of a directory in the order of their names, or the files that a config lists.

use super::reader::{file_name, is_sql, whole};
use super::{Layout, Reader};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::migrations::{Envelope, LateMigration, Migration, MigrationSet, Runner, Splitting};
use crate::source::{EntryKind, Span, Tree};

pub(super) static LAYOUT: Layout = Layout { name: "plain", detect, read };

const RUNNER: Runner = Runner { name: "psql -f", late: LateMigration::RunsLate, checks_edits: false };

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let entries = tree.list(dir).ok()??;
    let count = entries.iter().filter(|e| e.kind == EntryKind::File && is_sql(&e.name)).count();
    (count > 0).then(|| format!("it holds {count} .sql files and no runner's marks"))
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    for path in reader.candidates() {
        let Some(file) = reader.sql(&path) else {
            report_absent(reader, &path);
            continue;
        };
        let name = file_name(&path);
        let name = if is_sql(name) { &name[..name.len() - 4] } else { name };
        set.migrations.push(Migration {
            name: name.to_owned(),
            version: name.to_owned(),
            sections: vec![whole(&file)],
            splitting: Splitting::Psql,
            envelope: Envelope::None,
            listed: Span::file_start(file.id),
            repeatable: false,
            file,
        });
    }
    set
}

/// A file that a config lists and that is not there. (A file that is there and cannot be read has its problem already.)
fn report_absent(reader: &mut Reader<'_>, path: &str) {
    if reader.exists(path) {
        return;
    }
    let place = Span::file_start(reader.placeholder(path));
    let message = format!("`{path}` is listed as a migration, and there is no such file");
    reader.report(Diagnostic::new("input/missing-file", Severity::Error, message, Label::new(place, "")));
}
