//! Drizzle configs: `drizzle.config.*`, `drizzle-*.config.*`, `drizzle.*.config.*`, and those that package.json scripts name with `--config`.
//! They are read statically; nothing in them runs.

use std::collections::BTreeMap;

use super::walk::Listing;
use super::{Found, names, package, platform};
use crate::config::{Casing, DeclaredSource, MigrationsSource, Target};
use crate::declared::drizzle;
use crate::declared::drizzle::config::{DrizzleConfig, read};
use crate::source::{EntryKind, SourceMap, Tree, join_path, normalize_path, parent_path};

pub(super) fn find(tree: &dyn Tree, sources: &SourceMap, listing: &Listing, found: &mut Found) {
    let mut configs: Vec<(String, DrizzleConfig)> = Vec::new();
    for (path, why) in self::configs(tree, listing) {
        let (config, problems) = read(tree, sources, &path);
        found.problems.extend(problems);
        configs.push((why, config));
    }
    let owners: BTreeMap<String, String> =
        configs.iter().filter(|(_, c)| c.names_out).map(|(_, c)| (c.out.clone(), c.path.clone())).collect();
    for (why, config) in configs {
        // `push` needs no `out`: the default folder is only by chance that of the config which asks for it.
        match owners.get(&config.out).filter(|_| !config.names_out) {
            Some(owner) => {
                let (path, dir) = (&config.path, &config.out);
                found.not_checked(format!("{path} only pushes: `{dir}` is the `out` of {owner}"), "");
            }
            None => add(tree, listing, why, config, found),
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
            if matches!(tree.kind(&path), Ok(Some(EntryKind::File))) {
                let why = || format!("script `{script}` of `{package}` names the Drizzle config `{path}`");
                configs.entry(path.clone()).or_insert_with(why);
            }
        }
    }
    configs
}

fn is_config(path: &str) -> bool {
    const EXTENSIONS: [&str; 7] = ["ts", "js", "mjs", "cjs", "mts", "cts", "json"];
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split_once(".config.").is_some_and(|(stem, extension)| {
        let is_drizzle = stem == "drizzle" || stem.starts_with("drizzle.") || stem.starts_with("drizzle-");
        is_drizzle && EXTENSIONS.contains(&extension)
    })
}

fn add(tree: &dyn Tree, listing: &Listing, why: String, config: DrizzleConfig, found: &mut Found) {
    let (path, dir) = (config.path.clone(), config.out.clone());
    let dialect = config.dialect.as_ref().map_or("postgresql", |dialect| &dialect.value).to_owned();
    if dialect != "postgresql" {
        return found.not_checked(dialect, &dir);
    }
    if has_no_migrations(tree, &dir) {
        return found.not_checked(format!("{path} only pushes: `{dir}` holds no migrations"), &dir);
    }
    let package = package::package_folder(listing, parent_path(&path)).to_owned();
    let name = names::from_config_name(&path).or_else(|| names::from_path(&dir)).or_else(|| names::from_path(&package));
    let relative = path.strip_prefix(&package).map_or(path.as_str(), |p| p.trim_start_matches('/'));
    let option = if relative.starts_with("drizzle.config.") { String::new() } else { format!(" --config={relative}") };
    let entries: Vec<String> = config.schema.iter().map(|entry| entry.value.clone()).collect();
    let (platform, why) = match platform::of_config(tree, listing, &config, &entries) {
        Some((platform, evidence)) => (Some(platform), format!("{why}, on {platform}: {evidence}")),
        None => (None, why),
    };
    let is_cased = !drizzle::Kit::find(tree, parent_path(&path)).is_some_and(drizzle::Kit::ignores_casing);
    let casing = config.casing.filter(|_| is_cased).map(|casing| match casing {
        drizzle::Casing::Snake => Casing::SnakeCase,
        drizzle::Casing::Camel => Casing::CamelCase,
    });
    found.add(Target {
        name: name.unwrap_or_else(|| "drizzle".into()),
        dialect,
        declared: (!entries.is_empty()).then_some(DeclaredSource::Drizzle { entries, casing }),
        migrations: Some(MigrationsSource { dir, layout: Some("drizzle".into()), ..MigrationsSource::default() }),
        generate: Some(package::command(listing, &package, &format!("drizzle-kit generate{option}"))),
        platform: platform.map(str::to_owned),
        found_in: Some(path),
        why,
        ..Target::default()
    });
}

/// No folder, an empty one, or one whose journal has no entries and that holds no SQL: its database is made by `push`.
fn has_no_migrations(tree: &dyn Tree, dir: &str) -> bool {
    let entries = match tree.list(dir) {
        Ok(Some(entries)) => entries,
        Ok(None) => return true,
        // What stands there cannot be told: the target's own check says why.
        Err(_) => return false,
    };
    let holds = |entry: &crate::source::Entry| {
        entry.name.ends_with(".sql") || entry.kind == EntryKind::Directory && entry.name != "meta"
    };
    !entries.iter().any(holds) && !names_migrations(tree, dir)
}

/// Whether the journal names any; one that cannot be read may.
fn names_migrations(tree: &dyn Tree, dir: &str) -> bool {
    let Ok(Some(bytes)) = tree.read(&join_path(dir, "meta/_journal.json")) else { return false };
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(&bytes) else { return true };
    json.get("entries").and_then(|entries| entries.as_array()).is_none_or(|entries| !entries.is_empty())
}

#[cfg(test)]
mod tests {
    use super::super::{Gitignored, discover};
    use crate::source::{MemoryTree, SourceMap};

    #[test]
    fn a_config_without_out_is_no_target_where_another_names_the_folder() {
        let files = vec![
            (
                "drizzle.config.ts",
                "export default { dialect: 'postgresql', schema: './src/schema.ts', out: './drizzle' }",
            ),
            ("drizzle.config.events.ts", "export default { dialect: 'postgresql', schema: './src/events.ts' }"),
            ("drizzle/meta/_journal.json", r#"{"entries": [{"idx": 0, "tag": "0000_a", "when": 1}]}"#),
            ("drizzle/0000_a.sql", "CREATE TABLE a (id integer);"),
        ];
        let found = discover(&MemoryTree::new(files), &SourceMap::default(), Gitignored::Keep);
        let targets: Vec<_> = found.targets.iter().map(|target| target.found_in.as_deref()).collect();
        assert_eq!(targets, [Some("drizzle.config.ts")]);
    }
}
