//! What package.json files and lock files say: which package manager runs a tool here, and from which folder.

use serde_json::Value;

use super::walk::Listing;
use crate::source::{Tree, join_path, parent_path};

/// The program that runs a package's own tools.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PackageManager {
    Npm,
    Pnpm,
    Yarn,
    Bun,
}

impl PackageManager {
    /// What stands before a tool's name: `pnpm exec`.
    #[must_use]
    pub(super) fn exec(self) -> &'static str {
        match self {
            Self::Npm => "npx",
            Self::Pnpm => "pnpm exec",
            Self::Yarn => "yarn",
            Self::Bun => "bun x",
        }
    }
}

/// By the lock file nearest above `folder`; npm where there is none.
#[must_use]
pub(super) fn manager(listing: &Listing, folder: &str) -> PackageManager {
    const LOCKS: &[(&str, PackageManager)] = &[
        ("pnpm-lock.yaml", PackageManager::Pnpm),
        ("bun.lock", PackageManager::Bun),
        ("bun.lockb", PackageManager::Bun),
        ("yarn.lock", PackageManager::Yarn),
        ("package-lock.json", PackageManager::Npm),
        ("npm-shrinkwrap.json", PackageManager::Npm),
    ];
    let found = ancestors(folder)
        .find_map(|at| LOCKS.iter().find(|(name, _)| listing.contains(&join_path(at, name))).map(|&(_, m)| m));
    found.unwrap_or(PackageManager::Npm)
}

/// The nearest folder at or above `folder` that holds a package.json; the root where there is none.
#[must_use]
pub(super) fn package_folder<'a>(listing: &Listing, folder: &'a str) -> &'a str {
    ancestors(folder).find(|at| listing.contains(&join_path(at, "package.json"))).unwrap_or("")
}

/// `cd packages/db && pnpm exec drizzle-kit generate`, to be typed at the project root.
#[must_use]
pub(super) fn command(listing: &Listing, package: &str, tool: &str) -> String {
    let exec = manager(listing, package).exec();
    if package.is_empty() { format!("{exec} {tool}") } else { format!("cd {package} && {exec} {tool}") }
}

/// A folder and those above it, the root (`""`) last.
fn ancestors(folder: &str) -> impl Iterator<Item = &str> {
    let mut next = Some(folder);
    std::iter::from_fn(move || {
        let at = next?;
        next = (!at.is_empty()).then(|| parent_path(at));
        Some(at)
    })
}

/// A package.json that reads as JSON.
#[must_use]
pub(super) fn read(tree: &dyn Tree, path: &str) -> Option<Value> {
    let bytes = tree.read(path).ok()??;
    serde_json::from_slice(&bytes).ok()
}

/// The package.json at or above `folder` that depends on a package whose name begins with `prefix`, the nearest first, and that package.
#[must_use]
pub(super) fn dependency_above(
    tree: &dyn Tree,
    listing: &Listing,
    folder: &str,
    prefix: &str,
) -> Option<(String, String)> {
    let paths = ancestors(folder).map(|at| join_path(at, "package.json")).filter(|path| listing.contains(path));
    let mut found = paths.filter_map(|path| {
        let package = read(tree, &path)?;
        let kinds = ["dependencies", "devDependencies"].into_iter().filter_map(|kind| package.get(kind)?.as_object());
        let name = kinds.flat_map(|packages| packages.keys()).find(|name| name.starts_with(prefix))?.clone();
        Some((path, name))
    });
    found.next()
}

/// Config files that the package's scripts hand to a tool, with the script's name: `--config=x` and `--config x` of `drizzle-kit`.
#[must_use]
pub(super) fn configs_in_scripts(package: &Value, tool: &str) -> Vec<(String, String)> {
    let Some(scripts) = package.get("scripts").and_then(Value::as_object) else { return Vec::new() };
    let mut found = Vec::new();
    for (name, script) in scripts {
        let Some(script) = script.as_str().filter(|s| s.contains(tool)) else { continue };
        let words: Vec<&str> = script.split_whitespace().collect();
        for (i, word) in words.iter().enumerate() {
            let value = match word.strip_prefix("--config") {
                Some("") => words.get(i + 1).copied(),
                Some(rest) => rest.strip_prefix('='),
                None => None,
            };
            let value = value.map(|v| v.trim_matches(['"', '\'']));
            found.extend(value.filter(|v| !v.is_empty()).map(|v| (name.clone(), v.to_owned())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_name_configs() {
        let package = serde_json::json!({"scripts": {
            "db:generate": "drizzle-kit generate --config=db/tenant.ts && drizzle-kit generate --config './b.ts'",
            "test": "vitest --config vitest.ts",
        }});
        let found = configs_in_scripts(&package, "drizzle-kit");
        let paths: Vec<&str> = found.iter().map(|(_, p)| p.as_str()).collect();
        assert_eq!(paths, ["db/tenant.ts", "./b.ts"]);
    }

    #[test]
    fn the_nearest_lock_file_decides() {
        let files = ["pnpm-lock.yaml", "apps/old/yarn.lock", "apps/old/package.json"];
        let listing = Listing { files: files.iter().map(|f| (*f).to_owned()).collect(), truncated: false };
        assert_eq!(manager(&listing, "apps/new"), PackageManager::Pnpm);
        assert_eq!(package_folder(&listing, "apps/old/db"), "apps/old");
        assert_eq!(command(&listing, "apps/old", "drizzle-kit generate"), "cd apps/old && yarn drizzle-kit generate");
    }
}
