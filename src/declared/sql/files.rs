//! Which files an entry of `declared.sql` means: a file, a folder with all SQL files below it, or a glob. Read through the tree alone.

use globset::GlobBuilder;

use crate::source::{EntryKind, Tree, TreeError, join_path};

/// Levels of folders entered at most.
const MAX_DEPTH: usize = 16;

/// The files of all entries: entries in their order, the files of one sorted by path, each file once. Entries that mean no file come second.
pub(super) fn expand(tree: &dyn Tree, entries: &[String]) -> Result<(Vec<String>, Vec<String>), TreeError> {
    let mut files: Vec<String> = Vec::new();
    let mut empty = Vec::new();
    for entry in entries {
        let mut found = match tree.kind(entry) {
            Ok(Some(EntryKind::File)) => vec![entry.clone()],
            Ok(Some(EntryKind::Directory)) => below(tree, entry, &|path| path.ends_with(".sql"))?,
            Ok(Some(EntryKind::Link)) => return Err(TreeError::Link { path: entry.clone() }),
            _ => glob(tree, entry)?,
        };
        found.sort();
        if found.is_empty() {
            empty.push(entry.clone());
        }
        files.extend(found.into_iter().filter(|path| !files.contains(path)).collect::<Vec<_>>());
    }
    Ok((files, empty))
}

fn glob(tree: &dyn Tree, pattern: &str) -> Result<Vec<String>, TreeError> {
    let Ok(glob) = GlobBuilder::new(pattern).literal_separator(true).build() else { return Ok(Vec::new()) };
    let matcher = glob.compile_matcher();
    let literal = pattern.split(['*', '?', '[', '{']).next().unwrap_or_default();
    let folder = literal.rsplit_once('/').map_or("", |(folder, _)| folder);
    below(tree, folder, &|path| matcher.is_match(path))
}

fn below(tree: &dyn Tree, folder: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<String>, TreeError> {
    let mut files = Vec::new();
    let mut stack = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = stack.pop() {
        for entry in tree.list(&folder)?.unwrap_or_default() {
            let path = join_path(&folder, &entry.name);
            match entry.kind {
                EntryKind::Directory if depth < MAX_DEPTH && entry.name != "node_modules" => {
                    stack.push((path, depth + 1))
                }
                EntryKind::File if wanted(&path) => files.push(path),
                _ => {}
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    #[test]
    fn files_folders_and_globs() {
        let tree = MemoryTree::new(["b/2.sql", "b/1.sql", "b/c/3.sql", "b/readme.md", "a.sql"].map(|path| (path, "")));
        let check = |entries: &[&str], expect: &[&str]| {
            let entries: Vec<String> = entries.iter().map(|e| (*e).to_owned()).collect();
            assert_eq!(expand(&tree, &entries).expect("readable").0, expect);
        };
        check(&["b", "a.sql"], &["b/1.sql", "b/2.sql", "b/c/3.sql", "a.sql"]);
        check(&["b/*.sql"], &["b/1.sql", "b/2.sql"]);
        check(&["**/*.sql"], &["a.sql", "b/1.sql", "b/2.sql", "b/c/3.sql"]);
        check(&["nothing"], &[]);
    }
}
