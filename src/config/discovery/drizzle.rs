//! Drizzle configs: `drizzle.config.*`, `drizzle-*.config.*`, `drizzle.*.config.*`, and those that package.json scripts name with `--config`.
//! They are read statically; nothing in them runs.

use std::collections::BTreeMap;

use super::walk::Listing;
use super::{Found, names, package};
use crate::config::{DeclaredSource, MigrationsSource, Target};
use crate::declared::drizzle::config::{self as drizzle_config, DrizzleConfig};
use crate::source::{SourceMap, Tree, join_path, normalize_path, parent_path};

pub(super) fn find(tree: &dyn Tree, sources: &SourceMap, listing: &Listing, found: &mut Found) {
    for (path, why) in configs(tree, listing) {
        let (config, problems) = drizzle_config::read(tree, sources, &path);
        found.problems.extend(problems);
        if let Some(config) = config {
            add(tree, listing, &path, why, &config, found);
        }
    }
}

/// Every config by path, with the reason why it is one.
fn configs(tree: &dyn Tree, listing: &Listing) -> BTreeMap<String, String> {
    let mut configs = BTreeMap::new();
    for path in listing.files.iter().filter(|path| is_config(path)) {
        configs.insert(path.clone(), format!("`{path}` is a Drizzle config"));
    }
    for package in listing.ending("package.json") {
        let Some(json) = package::read(tree, package) else { continue };
        for (script, named) in package::configs_in_scripts(&json, "drizzle-kit") {
            let Some(path) = normalize_path(&join_path(parent_path(package), &named)) else { continue };
            if matches!(tree.kind(&path), Ok(Some(crate::source::EntryKind::File))) {
                configs.entry(path.clone()).or_insert_with(|| format!("script `{script}` of `{package}` names the Drizzle config `{path}`"));
            }
        }
    }
    configs
}

fn is_config(path: &str) -> bool {
    const EXTENSIONS: [&str; 7] = ["ts", "js", "mjs", "cjs", "mts", "cts", "json"];
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once(".config.").is_some_and(|(stem, extension)| {
        EXTENSIONS.contains(&extension) && (stem == "drizzle" || stem.starts_with("drizzle.") || stem.starts_with("drizzle-"))
    })
}

fn add(tree: &dyn Tree, listing: &Listing, path: &str, why: String, config: &DrizzleConfig, found: &mut Found) {
    // drizzle-kit resolves paths against the folder it is run in, which is the package's; a config in a folder of its own may be run from there.
    let package = package::package_folder(listing, parent_path(path)).to_owned();
    let bases = [package.as_str(), parent_path(path), ""];
    let base = bases.into_iter().find(|base| is_base(tree, base, config)).unwrap_or(&package);
    let out = config.out.as_deref().unwrap_or("drizzle");
    let Some(dir) = normalize_path(&join_path(base, out)) else {
        return found.not_checked(format!("{path}: `{out}` lies outside the project root"), "");
    };
    let dialect = config.dialect.as_deref().unwrap_or("postgresql");
    if dialect != "postgresql" {
        return found.not_checked(dialect, &dir);
    }
    let entries: Vec<String> = config.schema.iter().filter_map(|entry| normalize_path(&join_path(base, entry))).collect();
    let is_empty_journal = journal_entries(tree, &dir) == Some(0);
    if is_empty_journal || !matches!(tree.list(&dir), Ok(Some(listed)) if !listed.is_empty()) {
        return found.not_checked(format!("{path} only pushes: `{dir}` holds no migrations"), &dir);
    }
    let name = names::from_config_name(path).or_else(|| names::from_path(&dir)).or_else(|| names::from_path(&package));
    let relative = path.strip_prefix(&package).map_or(path, |p| p.trim_start_matches('/'));
    let option = if relative.starts_with("drizzle.config.") { String::new() } else { format!(" --config={relative}") };
    found.add(Target {
        name: name.unwrap_or_else(|| "drizzle".into()),
        dialect: dialect.into(),
        declared: (!entries.is_empty()).then_some(DeclaredSource::Drizzle { entries, casing: config.casing }),
        migrations: Some(MigrationsSource { dir, layout: Some("drizzle".into()), files: None }),
        generate: Some(package::command(listing, &package, &format!("drizzle-kit generate{option}"))),
        found_in: Some(path.to_owned()),
        why,
        ..Target::default()
    });
}

/// Whether what the config names is there, seen from this folder.
fn is_base(tree: &dyn Tree, base: &str, config: &DrizzleConfig) -> bool {
    let named = config.schema.iter().chain(&config.out);
    let mut paths = named.filter_map(|path| {
        let literal = path.split(['*', '?', '{', '[']).next().unwrap_or_default();
        normalize_path(&join_path(base, literal.trim_end_matches('/')))
    });
    paths.any(|path| !path.is_empty() && matches!(tree.kind(&path), Ok(Some(_))))
}

fn journal_entries(tree: &dyn Tree, dir: &str) -> Option<usize> {
    let bytes = tree.read(&join_path(dir, "meta/_journal.json")).ok()??;
    let json: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    Some(json.get("entries")?.as_array()?.len())
}
