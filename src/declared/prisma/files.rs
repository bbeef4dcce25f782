//! The files of a schema: one file, or all `*.prisma` files below a folder.

use std::sync::Arc;

use super::problems::Problems;
use crate::diagnostic::Severity;
use crate::source::{EntryKind, SourceFile, SourceMap, Span, Tree, TreeError, join_path};

/// Folders below this depth are not entered.
const MAX_DEPTH: usize = 16;

/// Reads the files of all paths, each once, sorted by path.
pub(super) fn read(
    tree: &dyn Tree,
    sources: &SourceMap,
    paths: &[String],
    problems: &Problems,
) -> Vec<Arc<SourceFile>> {
    let mut found = Vec::new();
    for path in paths {
        let path = path.trim_end_matches('/');
        let before = found.len();
        if let Err(error) = collect(tree, path, 0, &mut found) {
            complain(sources, path, "input/unreadable", error.to_string(), problems);
        } else if found.len() == before {
            let message =
                format!("there is neither a file `{path}` nor a folder of that name with `.prisma` files in it");
            complain(sources, path, "input/missing-file", message, problems);
        }
    }
    found.sort();
    found.dedup();
    found.iter().filter_map(|path| text(tree, sources, path, problems)).collect()
}

/// The directory that a path is in, or is.
pub(super) fn directory<'p>(tree: &dyn Tree, path: &'p str) -> &'p str {
    match tree.kind(path) {
        Ok(Some(EntryKind::Directory)) => path.trim_end_matches('/'),
        _ => crate::source::parent_path(path),
    }
}

fn collect(tree: &dyn Tree, path: &str, depth: usize, found: &mut Vec<String>) -> Result<(), TreeError> {
    match tree.kind(path)? {
        Some(EntryKind::File) => found.push(path.to_owned()),
        Some(EntryKind::Directory) if depth < MAX_DEPTH => {
            for entry in tree.list(path)?.unwrap_or_default() {
                let is_schema = entry.kind == EntryKind::File && entry.name.ends_with(".prisma");
                if is_schema || entry.kind == EntryKind::Directory && entry.name != "node_modules" {
                    collect(tree, &join_path(path, &entry.name), depth + 1, found)?;
                }
            }
        }
        _ => {}
    }
    Ok(())
}

fn text(tree: &dyn Tree, sources: &SourceMap, path: &str, problems: &Problems) -> Option<Arc<SourceFile>> {
    if let Some(file) = sources.by_path(path) {
        return Some(file);
    }
    let bytes = match tree.read(path) {
        Ok(bytes) => bytes?,
        Err(error) => {
            complain(sources, path, "input/unreadable", error.to_string(), problems);
            return None;
        }
    };
    let (text, fault) = match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(offset))
        }
    };
    let file = sources.add(path, text);
    if let Some(offset) = fault {
        let place = Span::new(file.id, offset, offset);
        problems.add("input/encoding", Severity::Error, place, format!("`{path}` is not UTF-8 at offset {offset}"));
    }
    Some(file)
}

fn complain(sources: &SourceMap, path: &str, rule: &'static str, message: String, problems: &Problems) {
    let place = Span::file_start(sources.add(path, String::new()).id);
    problems.add(rule, Severity::Error, place, message);
}
