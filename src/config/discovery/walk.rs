//! Walks a tree for the few file names that discovery asks for. `.gitignore` files are honoured where the tree is a working tree (what is
//! ignored is not the project's), and read through the tree itself, so nothing outside the root is ever opened.

use std::collections::BTreeSet;
use std::rc::Rc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::source::{EntryKind, Tree, join_path};

/// Folders entered at most; a larger project names its targets in undrift.toml.
const MAX_FOLDERS: usize = 50_000;
/// Levels of folders entered at most.
const MAX_DEPTH: usize = 24;

/// Folders that hold what others made.
const SKIPPED: &[&str] = &[
    "node_modules",
    "dist",
    "build",
    "out",
    "target",
    "vendor",
    "coverage",
    "bower_components",
    "__pycache__",
    "venv",
    "tmp",
    "Pods",
];

/// Whether `.gitignore` files speak: a git index holds only what is tracked, and tracked files are never ignored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gitignored {
    Skip,
    Keep,
}

/// The paths of interest, sorted.
#[derive(Debug, Default)]
pub struct Listing {
    pub files: BTreeSet<String>,
    /// Some folders were not entered, because there are too many.
    pub truncated: bool,
}

impl Listing {
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        self.files.contains(path)
    }

    /// The files whose names end so.
    pub fn ending<'a>(&'a self, end: &'a str) -> impl Iterator<Item = &'a String> {
        self.files.iter().filter(move |path| path.ends_with(end))
    }
}

/// All paths of interest under the root. A folder that cannot be read is passed over: nothing in it can be a target's.
#[must_use]
pub fn walk(tree: &dyn Tree, gitignored: Gitignored) -> Listing {
    let mut listing = Listing::default();
    let mut folders = 0usize;
    let mut stack: Vec<(String, usize, Option<Rc<Ignores>>)> = vec![(String::new(), 0, None)];
    while let Some((folder, depth, mut ignores)) = stack.pop() {
        folders += 1;
        if folders > MAX_FOLDERS || depth > MAX_DEPTH {
            listing.truncated = true;
            continue;
        }
        let Ok(Some(entries)) = tree.list(&folder) else { continue };
        if gitignored == Gitignored::Skip
            && entries.iter().any(|e| e.name == ".gitignore")
            && let Some(own) = gitignore(tree, &folder)
        {
            ignores = Some(Rc::new(Ignores { own, outer: ignores }));
        }
        for entry in entries {
            let path = join_path(&folder, &entry.name);
            match entry.kind {
                EntryKind::Directory if !is_skipped(&entry.name) && !is_ignored(ignores.as_deref(), &path, true) => {
                    stack.push((path, depth + 1, ignores.clone()));
                }
                EntryKind::File if is_interesting(&entry.name) && !is_ignored(ignores.as_deref(), &path, false) => {
                    listing.files.insert(path);
                }
                _ => {}
            }
        }
    }
    listing
}

fn gitignore(tree: &dyn Tree, folder: &str) -> Option<Gitignore> {
    let bytes = tree.read(&join_path(folder, ".gitignore")).ok()??;
    // Paths are matched relative to the builder's root, which is only a prefix here and never opened.
    let mut builder = GitignoreBuilder::new(format!("/{folder}"));
    for line in String::from_utf8_lossy(&bytes).lines() {
        builder.add_line(None, line).ok();
    }
    builder.build().ok()
}

/// The `.gitignore` files that speak in a folder, the innermost first. A chain, since most folders add nothing to what they share.
struct Ignores {
    own: Gitignore,
    outer: Option<Rc<Ignores>>,
}

/// The innermost `.gitignore` that says anything of a path decides.
fn is_ignored(ignores: Option<&Ignores>, path: &str, is_folder: bool) -> bool {
    if ignores.is_none() {
        return false;
    }
    let rooted = format!("/{path}");
    let chain = std::iter::successors(ignores, |ignores| ignores.outer.as_deref());
    let decision = chain.map(|ignores| ignores.own.matched(&rooted, is_folder)).find(|m| !m.is_none());
    decision.is_some_and(|m| m.is_ignore())
}

fn is_skipped(name: &str) -> bool {
    SKIPPED.contains(&name) || name.starts_with('.') && name != ".config"
}

fn is_interesting(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "package.json",
        "pnpm-lock.yaml",
        "yarn.lock",
        "bun.lock",
        "bun.lockb",
        "package-lock.json",
        "npm-shrinkwrap.json",
        "diesel.toml",
        "atlas.sum",
        "atlas.hcl",
        "flyway.conf",
        "flyway.toml",
        "dbconfig.yml",
        "sqitch.plan",
        "sqitch.conf",
        "config.toml",
        "config.yaml",
        "migration_lock.toml",
        "_journal.json",
        "refinery.toml",
        "tern.conf",
    ];
    let is_application =
        name.starts_with("application") && [".properties", ".yml", ".yaml"].iter().any(|end| name.ends_with(end));
    let is_config =
        is_application || name.starts_with("prisma.") || name.contains(".config.") && name.contains("drizzle");
    is_config || NAMES.contains(&name) || name.ends_with(".sql") || name.ends_with(".prisma")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::MemoryTree;

    fn check(files: &[(&str, &str)], gitignored: Gitignored, expect: &[&str]) {
        let tree = MemoryTree::new(files.iter().map(|&(p, t)| (p, t)));
        let found: Vec<String> = walk(&tree, gitignored).files.into_iter().collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn ignored_folders_are_not_entered() {
        let files = [
            (".gitignore", "generated/\n/only-here.sql\n"),
            ("a/only-here.sql", ""),
            ("only-here.sql", ""),
            ("a/generated/x.sql", ""),
            ("a/.gitignore", "*.sql\n!keep.sql\n"),
            ("a/b/keep.sql", ""),
            ("a/b/drop.sql", ""),
            ("node_modules/p/package.json", "{}"),
            ("drizzle.config.ts", ""),
        ];
        check(&files, Gitignored::Skip, &["a/b/keep.sql", "drizzle.config.ts"]);
        check(
            &files,
            Gitignored::Keep,
            &[
                "a/b/drop.sql",
                "a/b/keep.sql",
                "a/generated/x.sql",
                "a/only-here.sql",
                "drizzle.config.ts",
                "only-here.sql",
            ],
        );
    }
}
