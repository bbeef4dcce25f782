//! Whether a commit concerns any target, so that a hook can end before it reads a single migration.

use super::{Project, dialect_of, load_declared};
use crate::config::{CONFIG_NAME, DeclaredSource, Target};
use crate::diagnostic::BASELINE_FILE;

/// Files that decide how TypeScript imports are found.
const RESOLUTION: &[&str] = &["package.json", "pnpm-workspace.yaml"];
const SCRIPT_ENDINGS: &[&str] = &[".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"];

/// Whether one of these paths belongs to a target: its migrations, its config, its schema or what the schema imports.
#[must_use]
pub fn concerns(project: &Project<'_>, paths: &[String]) -> bool {
    paths.iter().any(|path| path == CONFIG_NAME || path == BASELINE_FILE)
        || project.targets.iter().any(|target| concerns_target(project, target, paths))
}

fn concerns_target(project: &Project<'_>, target: &Target, paths: &[String]) -> bool {
    let migrations = target.migrations.as_ref();
    let is_named = |path: &String| {
        target.found_in.as_ref() == Some(path)
            || target.prelude.contains(path)
            || migrations.is_some_and(|m| is_within(path, &m.dir) || m.files.as_ref().is_some_and(|f| f.contains(path)))
    };
    if paths.iter().any(is_named) {
        return true;
    }
    match &target.declared {
        None => false,
        Some(DeclaredSource::Schema { path: schema, .. }) => paths.iter().any(|path| is_within(path, schema)),
        Some(DeclaredSource::Sql { entries }) => {
            paths.iter().any(|path| entries.iter().any(|entry| may_mean(entry, path)))
        }
        Some(DeclaredSource::Drizzle { .. }) => concerns_script(project, target, paths),
    }
}

/// A schema in TypeScript is all that it imports: known once it is read.
fn concerns_script(project: &Project<'_>, target: &Target, paths: &[String]) -> bool {
    let scripts: Vec<&String> =
        paths.iter().filter(|path| SCRIPT_ENDINGS.iter().any(|ending| path.ends_with(ending))).collect();
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

/// Whether an entry (file, folder or glob) may mean a path; a glob by the folder before its first wildcard.
fn may_mean(entry: &str, path: &str) -> bool {
    match entry.find(['*', '?', '[', '{']) {
        Some(at) => {
            path.ends_with(".sql") && path.starts_with(entry[..at].rsplit_once('/').map_or("", |(folder, _)| folder))
        }
        None => is_within(path, entry),
    }
}
