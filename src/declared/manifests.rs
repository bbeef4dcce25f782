//! What a project's manifests say of the versions of its packages: package.json, and the catalogs of a workspace.

use super::yaml;
use crate::source::{Tree, join_path, parent_path};

/// What the manifest nearest to `dir` (upwards, to the root) asks of the first of these packages, read by `parse`, which gives `None` for what names
/// no version (`latest`).
pub(super) fn requirement<T>(
    tree: &dyn Tree,
    dir: &str,
    packages: &[&str],
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    upwards(dir).find_map(|dir| of_manifest(tree, dir, packages, &parse))
}

/// The directory and those above it.
fn upwards(dir: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(dir), |dir| (!dir.is_empty()).then(|| parent_path(dir)))
}

fn manifest(tree: &dyn Tree, dir: &str) -> Option<serde_json::Value> {
    serde_json::from_slice(&tree.read(&join_path(dir, "package.json")).ok()??).ok()
}

fn of_manifest<T>(tree: &dyn Tree, dir: &str, packages: &[&str], parse: &impl Fn(&str) -> Option<T>) -> Option<T> {
    let manifest = manifest(tree, dir)?;
    // Where a package stands in two of them, pnpm and yarn install what the first says.
    let sections = ["dependencies", "devDependencies", "peerDependencies"];
    let requirement = |package: &str| sections.iter().find_map(|s| manifest.get(s)?.get(package)?.as_str());
    packages.iter().find_map(|package| {
        let requirement = requirement(package)?;
        match requirement.strip_prefix("catalog:") {
            Some(catalog) => upwards(dir).find_map(|dir| of_catalog(tree, dir, catalog.trim(), package, parse)),
            None => parse(requirement),
        }
    })
}

/// What a catalog of the workspace says: in package.json for Bun (<https://bun.sh/docs/install/catalogs>), in a file of its own for pnpm
/// (<https://pnpm.io/catalogs>) and yarn.
fn of_catalog<T>(
    tree: &dyn Tree,
    dir: &str,
    catalog: &str,
    package: &str,
    parse: &impl Fn(&str) -> Option<T>,
) -> Option<T> {
    let is_default = matches!(catalog, "" | "default");
    let in_manifest = manifest(tree, dir).and_then(|manifest| {
        let places = [Some(&manifest), manifest.get("workspaces")];
        places.into_iter().flatten().find_map(|place| {
            let found = if is_default { place.get("catalog") } else { place.get("catalogs")?.get(catalog) };
            parse(found?.get(package)?.as_str()?)
        })
    });
    let in_file = |name: &str| {
        let text = String::from_utf8(tree.read(&join_path(dir, name)).ok()??).ok()?;
        parse(&in_yaml(&text, if is_default { None } else { Some(catalog) }, package)?)
    };
    in_manifest.or_else(|| in_file("pnpm-workspace.yaml")).or_else(|| in_file(".yarnrc.yml"))
}

/// The version of a package under `catalog:`, or under one of `catalogs:`.
fn in_yaml(text: &str, catalog: Option<&str>, package: &str) -> Option<String> {
    let is_here = |scalar: &yaml::Scalar| match catalog {
        None => scalar.is_at(&["catalog", package]) || scalar.is_at(&["catalogs", "default", package]),
        Some(name) => scalar.is_at(&["catalogs", name, package]),
    };
    yaml::scalars(text).into_iter().find(is_here).map(|scalar| scalar.value)
}
