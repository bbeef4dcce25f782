//! The head of a drizzle-kit snapshot: its id and those of its parents (`prevId` until v7, `prevIds` since v8).
//!
//! A repository may keep hundreds of snapshots of a megabyte; only the strings at the top level are looked at, and everything else is skipped
//! over by its brackets.

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::migrations::Snapshot;
use crate::migrations::layout::Reader;
use crate::migrations::layout::json::{self, Head};
use crate::source::Span;

/// The snapshot at a path from the project root; `None` where there is none or it is broken (which is reported).
pub(super) fn read(reader: &mut Reader<'_>, path: &str, migration: String) -> Option<Snapshot> {
    let file = reader.text(path)?;
    let head = match json::head(&file, &["id", "prevId", "prevIds"], 2) {
        Ok(head) => head,
        Err(fault) => {
            report(reader, fault.span, format!("`{path}` {}", fault.message));
            return None;
        }
    };
    let find = |name: &str| head.iter().find(|h| h.key == name);
    let parents: Option<&Head> = find("prevId").or_else(|| find("prevIds"));
    let (Some(id), Some(parents)) = (find("id"), parents) else {
        let message = format!("`{path}` has no `id` and `prevId`: it is not a snapshot of drizzle-kit");
        report(reader, Span::file_start(file.id), message);
        return None;
    };
    Some(Snapshot {
        id: id.strings.first().cloned().unwrap_or_default(),
        id_span: id.span,
        parents: parents.strings.clone(),
        parents_span: parents.span,
        migration,
        file,
    })
}

fn report(reader: &mut Reader<'_>, span: Span, message: String) {
    let mut problem = Diagnostic::new("input/broken-snapshot", Severity::Error, message, Label::new(span, ""));
    problem.consequence = Some("drizzle-kit generate stops here, or compares with the wrong state".into());
    reader.report(problem);
}
