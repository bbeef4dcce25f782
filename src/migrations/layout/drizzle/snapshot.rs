//! The head of a drizzle-kit snapshot: its id and those of its parents (`prevId` until v7, `prevIds` since v8).
//!
//! A repository may keep hundreds of snapshots of a megabyte; only the strings at the top level are looked at, everything else is skipped
//! over by its brackets, and only the head's text is kept.

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::migrations::Snapshot;
use crate::migrations::layout::Reader;
use crate::migrations::layout::json::{self, HeadEntry};
use crate::source::{Span, Tree};

const KEYS: &[&str] = &["id", "prevId", "prevIds"];
/// The id, and the parents under either name.
const ENOUGH: usize = 2;
/// Bytes kept of the line on which a head ends, for reports that show it.
const LINE: usize = 4096;

/// Reads a snapshot. `whole` keeps all of its text, for [`snapshot_tables`](super::snapshot_tables).
pub(super) fn read(reader: &mut Reader<'_>, path: &str, migration: String, whole: bool) -> Option<Snapshot> {
    let file = if whole { reader.text(path) } else { reader.part(path, head_of) }?;
    let head = match json::head(&file.text, KEYS, ENOUGH) {
        Ok(head) => head,
        Err(fault) => {
            report(reader, fault.span(file.id), format!("`{path}` {}", fault.message));
            return None;
        }
    };
    let find = |name: &str| head.entries.iter().find(|h| h.key == name);
    let parents: Option<&HeadEntry> = find("prevId").or_else(|| find("prevIds"));
    let (Some(id), Some(parents)) = (find("id"), parents) else {
        let message = format!("`{path}` has no `id` and `prevId`: it is not a snapshot of drizzle-kit");
        report(reader, Span::file_start(file.id), message);
        return None;
    };
    let span = |entry: &HeadEntry| Span::new(file.id, entry.range.start, entry.range.end);
    Some(Snapshot {
        id: id.strings.first().cloned().unwrap_or_default(),
        id_span: span(id),
        parents: parents.strings.clone(),
        parents_span: span(parents),
        migration,
        file,
    })
}

/// The text of a snapshot up to the line on which its head ends; all of it where it has no head, for the report to say so.
fn head_of(mut text: String) -> String {
    let end = match json::head(&text, KEYS, ENOUGH) {
        Ok(head) if head.entries.len() == ENOUGH => head.end,
        _ => return text,
    };
    let line = &text.as_bytes()[end..text.len().min(end + LINE)];
    let line = memchr::memchr(b'\n', line).unwrap_or(line.len());
    text.truncate(text.floor_char_boundary(end + line));
    text.shrink_to_fit();
    text
}

/// The id of the snapshot at a path of a tree, if one stands there.
#[must_use]
pub fn snapshot_id(tree: &dyn Tree, path: &str) -> Option<String> {
    let text = String::from_utf8(tree.read(path).ok()??).ok()?;
    let head = json::head(&text, KEYS, ENOUGH).ok()?;
    head.entries.iter().find(|entry| entry.key == "id")?.strings.first().cloned()
}

fn report(reader: &mut Reader<'_>, span: Span, message: String) {
    let mut problem = Diagnostic::new("input/broken-snapshot", Severity::Error, message, Label::new(span, ""));
    problem.consequence = Some("drizzle-kit generate stops here, or compares with the wrong state".into());
    reader.report(problem);
}
