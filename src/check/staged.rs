//! Whether a commit concerns any target, so that a hook can end before it reads a single migration.

use rayon::prelude::*;

use super::{Project, dialect_of, load_declared};
use crate::config::{CONFIG_NAME, DeclaredSource, Target};
use crate::diagnostic::BASELINE_FILE;
use crate::threads::on_large_stack;

/// Files that decide how TypeScript imports are found.
const RESOLUTION: &[&str] = &["package.json", "pnpm-workspace.yaml"];
const SCRIPT_ENDINGS: &[&str] = &[".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"];

/// Whether one of these paths belongs to a target: its migrations, its config, its schema or what the schema imports.
#[must_use]
pub fn concerns(project: &Project<'_>, paths: &[String]) -> bool {
    let is_named = |path: &String| path == CONFIG_NAME || path == BASELINE_FILE;
    if paths.iter().any(|path| is_named(path) || project.targets.iter().any(|target| names(target, path))) {
        return true;
    }
    // Only reading a schema tells what it imports.
    on_large_stack(|| project.targets.par_iter().any(|target| imports(project, target, paths)))
}

/// Whether a target's description names a path.
fn names(target: &Target, path: &String) -> bool {
    let is_migration = target.migrations.as_ref().is_some_and(|m| {
        m.dirs().any(|dir| is_within(path, dir)) || m.files.as_ref().is_some_and(|files| files.contains(path))
    });
    let is_declared = || match &target.declared {
        None => false,
        Some(DeclaredSource::Schema { path: schema, .. }) => is_within(path, schema),
        Some(DeclaredSource::Sql { entries }) => entries.iter().any(|entry| may_mean(entry, path, &[".sql"])),
        Some(DeclaredSource::Drizzle { entries, .. }) => {
            entries.iter().any(|entry| may_mean(entry, path, SCRIPT_ENDINGS))
        }
    };
    target.found_in.as_ref() == Some(path) || target.prelude.contains(path) || is_migration || is_declared()
}

/// Whether a schema in TypeScript, which is all that it imports, is made of one of these paths.
fn imports(project: &Project<'_>, target: &Target, paths: &[String]) -> bool {
    let Some(DeclaredSource::Drizzle { .. }) = &target.declared else { return false };
    let scripts: Vec<&String> = paths.iter().filter(|path| has_ending(path, SCRIPT_ENDINGS)).collect();
    if scripts.is_empty() {
        return false;
    }
    let decides = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or(path);
        RESOLUTION.contains(&name) || name.starts_with("tsconfig")
    };
    // What was deleted may have been imported, and can no longer be found by reading.
    let is_gone = |path: &str| !matches!(project.tree.kind(path), Ok(Some(_)));
    if scripts.iter().any(|path| decides(path) || is_gone(path)) {
        return true;
    }
    let Some(dialect) = dialect_of(target) else { return false };
    // What the schema imports is then among the sources.
    if let Some(declared) = load_declared(project.tree, project.sources, dialect, target) {
        project.read.keep(target, declared);
    }
    scripts.iter().any(|path| project.sources.by_path(path).is_some())
}

fn is_within(path: &str, folder: &str) -> bool {
    !folder.is_empty() && path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether an entry (file, folder or glob) may mean a path; a glob by the folder before its first wildcard and the endings of what it is for.
fn may_mean(entry: &str, path: &str, endings: &[&str]) -> bool {
    match entry.find(['*', '?', '[', '{']) {
        Some(at) => {
            let folder = entry[..at].rsplit_once('/').map_or("", |(folder, _)| folder);
            has_ending(path, endings) && path.starts_with(folder)
        }
        None => is_within(path, entry),
    }
}

fn has_ending(path: &str, endings: &[&str]) -> bool {
    endings.iter().any(|ending| path.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::ReadAhead;
    use crate::config::discovery::{Gitignored, discover};
    use crate::diagnostic::Levels;
    use crate::source::{MemoryTree, SourceMap};

    const CONFIG: &str = "export default { dialect: 'postgresql', schema: './src/db/*.ts', out: './drizzle' }";
    const USERS: &str = "import { pgTable } from 'drizzle-orm/pg-core';\nimport { id } from '../columns';\nexport const users = pgTable('users', { id });";

    #[test]
    fn a_commit_concerns_what_a_target_is_made_of() {
        let tree = MemoryTree::new([
            ("drizzle.config.ts", CONFIG),
            ("drizzle/meta/_journal.json", r#"{"entries": [{"idx": 0, "tag": "0000_a", "when": 1}]}"#),
            ("drizzle/0000_a.sql", "CREATE TABLE users (id integer);"),
            ("src/db/users.ts", USERS),
            ("src/columns.ts", "import { integer } from 'drizzle-orm/pg-core';\nexport const id = integer();"),
            ("src/page.ts", "export const page = 1;"),
            ("package.json", "{}"),
        ]);
        let check = |path: &str, expect: bool| {
            let sources = SourceMap::default();
            let found = discover(&tree, &sources, Gitignored::Keep);
            let project = Project {
                tree: &tree,
                sources: &sources,
                targets: found.targets,
                levels: Levels::default(),
                baseline: None,
                not_checked: Vec::new(),
                problems: Vec::new(),
                read: ReadAhead::default(),
            };
            assert_eq!(concerns(&project, &[path.to_owned()]), expect, "{path}");
        };
        for path in ["drizzle.config.ts", "drizzle/0000_a.sql", "src/db/users.ts", "src/columns.ts", "package.json"] {
            check(path, true);
        }
        // What was deleted may have been part of it.
        for path in ["drizzle/0001_gone.sql", "src/db/gone.ts", "src/gone.ts", "undrift.toml"] {
            check(path, true);
        }
        for path in ["src/page.ts", "README.md", "drizzle.sql", "other/0000_a.sql"] {
            check(path, false);
        }
    }
}
