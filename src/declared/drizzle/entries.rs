//! The files that a schema's path means, as drizzle-kit finds them (`prepareFilenames` in `drizzle-kit/src/serializer/index.ts`): a file, the files of a
//! folder (not of folders within it), or a glob.

use std::collections::BTreeSet;

use crate::source::{EntryKind, Tree, join_path, normalize_path};

/// How far `**` reaches.
const MAX_DEPTH: usize = 24;

/// Extensions of the files that drizzle-kit loads.
const EXTENSIONS: [&str; 8] = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

/// The files of some entries, each once, in the order of the entries. Entries are relative to the project's root.
pub fn files(tree: &dyn Tree, entries: &[String]) -> Vec<String> {
    let mut files = Vec::new();
    for entry in entries {
        let mut found = matches(tree, entry);
        if found.iter().all(|path| !matches!(tree.kind(path), Ok(Some(_)))) {
            found = source_of(entry).map(|entry| matches(tree, &entry)).unwrap_or_default();
        }
        for path in found {
            match tree.kind(&path) {
                Ok(Some(EntryKind::File)) => files.push(path),
                Ok(Some(EntryKind::Directory)) => {
                    let listed = tree.list(&path).ok().flatten().unwrap_or_default();
                    files
                        .extend(listed.iter().filter(|e| e.kind == EntryKind::File).map(|e| join_path(&path, &e.name)));
                }
                _ => {}
            }
        }
    }
    let mut seen = BTreeSet::new();
    let is_script = |path: &String| EXTENSIONS.iter().any(|extension| path.ends_with(extension));
    let is_declaration = |path: &String| [".d.ts", ".d.mts", ".d.cts"].iter().any(|suffix| path.ends_with(suffix));
    files.retain(|path| is_script(path) && !is_declaration(path) && seen.insert(path.clone()));
    files
}

/// What a built file or folder (`dist/schema.js`), which is not kept in the repository, is built of: the same under `src/`, in TypeScript.
fn source_of(entry: &str) -> Option<String> {
    let is_output = |part: &&str| matches!(*part, "dist" | "build" | "out" | "lib");
    let parts: Vec<&str> = entry.split('/').collect();
    let output = parts.iter().position(is_output)?;
    let mut parts: Vec<&str> = parts;
    // Where a package is built together with others, its own path stands below the output too: `dist/apps/web/src/schema.js`.
    match parts[output..].iter().position(|part| *part == "src") {
        Some(below) => drop(parts.drain(output..output + below)),
        None => parts[output] = "src",
    }
    let path = parts.join("/");
    Some(match path.rsplit_once('.') {
        Some((stem, "js" | "cjs" | "mjs")) => format!("{stem}.ts"),
        _ => path,
    })
}

fn matches(tree: &dyn Tree, entry: &str) -> Vec<String> {
    let Some(path) = normalize_path(entry) else { return Vec::new() };
    if !path.contains(['*', '?', '{', '[']) {
        return vec![path];
    }
    // A folder or file may bear such characters itself (`app/[id]`).
    if matches!(tree.kind(&path), Ok(Some(_))) {
        return vec![path];
    }
    let Ok(glob) = globset::GlobBuilder::new(&path).literal_separator(true).build() else { return Vec::new() };
    let fixed = path.split('/').take_while(|part| !part.contains(['*', '?', '{', '['])).collect::<Vec<_>>().join("/");
    let mut found = Vec::new();
    walk(tree, &fixed, &glob.compile_matcher(), path.contains("**"), path.split('/').count(), &mut found);
    found
}

fn walk(
    tree: &dyn Tree,
    directory: &str,
    glob: &globset::GlobMatcher,
    deep: bool,
    parts: usize,
    found: &mut Vec<String>,
) {
    let depth = if directory.is_empty() { 0 } else { directory.split('/').count() };
    if depth >= if deep { MAX_DEPTH } else { parts } {
        return;
    }
    for entry in tree.list(directory).ok().flatten().unwrap_or_default() {
        let path = join_path(directory, &entry.name);
        let matched = glob.is_match(&path);
        match entry.kind {
            EntryKind::File if matched => found.push(path),
            EntryKind::Directory if entry.name != "node_modules" && !entry.name.starts_with('.') => {
                if matched {
                    found.push(path.clone());
                }
                walk(tree, &path, glob, deep, parts, found);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::files;
    use crate::source::MemoryTree;

    #[test]
    fn as_drizzle_kit_finds_them() {
        let paths = [
            "db/a.ts",
            "db/b.schema.ts",
            "db/types.d.ts",
            "db/sub/c.schema.ts",
            "db/readme.md",
            "x/node_modules/d.schema.ts",
            "src/db.ts",
        ];
        let tree = MemoryTree::new(paths.map(|path| (path, "")));
        for (entry, expect) in [
            ("./db/a.ts", "db/a.ts"),
            ("db", "db/a.ts db/b.schema.ts"),
            ("./db/*", "db/a.ts db/b.schema.ts db/sub/c.schema.ts"),
            ("**/*.schema.ts", "db/b.schema.ts db/sub/c.schema.ts"),
            ("db/{a,b.schema}.ts", "db/a.ts db/b.schema.ts"),
            ("none.ts", ""),
            ("./dist/db.js", "src/db.ts"),
            ("dist/src/d*.js", "src/db.ts"),
            ("dist/apps/web/src/db.js", "src/db.ts"),
            ("dist/none.js", ""),
            ("../x.ts", ""),
        ] {
            assert_eq!(files(&tree, &[entry.to_owned()]).join(" "), expect, "{entry}");
        }
    }
}
