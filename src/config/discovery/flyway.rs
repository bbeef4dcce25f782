//! Flyway's locations, placeholders and schemas, as `flyway.conf`, `flyway.toml` and the configs of Spring Boot, Quarkus and Micronaut give them.
//!
//! Sources: documentation.red-gate.com/flyway "Locations" (`classpath:`, `filesystem:`, searched recursively, wildcards), "Schemas" and "Default
//! schema" (all are made where they are not there, the default one comes first in the `search_path`), docs.spring.io "Database initialization"
//! (`spring.flyway.*`, `{vendor}`, the default `classpath:db/migration`), quarkus.io "Using Flyway", Micronaut Flyway (`flyway.datasources.*`).

use std::collections::{BTreeMap, BTreeSet};

use super::layouts::{is_test_data, is_within};
use super::systems::{other_system, system_in_path};
use super::walk::Listing;
use super::{Found, names};
use crate::config::{MigrationsSource, Target};
use crate::declared::yaml;
use crate::migrations::layout::flyway::version_of;
use crate::source::{Tree, join_path, normalize_path, parent_path};

/// Variables within variables are followed so far.
const MAX_DEPTH: usize = 8;

/// One Flyway of a config: that of the application, or of one of its data sources.
#[derive(Debug)]
struct Settings {
    /// As written; `None` where a value that is not known here says where.
    locations: Option<Vec<String>>,
    placeholders: BTreeMap<String, String>,
    schemas: Vec<String>,
    default_schema: Option<String>,
}

/// Adds a target for every Flyway that a config describes.
pub(super) fn find(tree: &dyn Tree, listing: &Listing, found: &mut Found) {
    for path in listing.files.iter().filter(|path| is_config(path)) {
        let Some(values) = read(tree, listing, path) else { continue };
        for settings in flyways(&values).into_values() {
            add(tree, listing, path, settings, found);
        }
    }
}

/// The configs that say what runs where no profile is chosen.
fn is_config(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_test = path.split('/').any(|part| part.to_ascii_lowercase().contains("test"));
    !is_test && matches!(name, "application.properties" | "application.yml" | "application.yaml")
        || matches!(name, "flyway.conf" | "flyway.toml")
}

/// The values of a config and, over them, of the profile that is for PostgreSQL.
fn read(tree: &dyn Tree, listing: &Listing, path: &str) -> Option<Vec<(Vec<String>, String)>> {
    let mut values = values_of(tree, path)?;
    let folder = parent_path(path);
    let profiles = listing.files.iter().filter(|other| {
        let name = other.rsplit('/').next().unwrap_or_default();
        parent_path(other) == folder
            && name.starts_with("application-")
            && name.to_ascii_lowercase().contains("postgres")
    });
    for profile in profiles {
        let own = values_of(tree, profile).unwrap_or_default();
        values.retain(|(key, _)| !own.iter().any(|(other, _)| same_key(other, key)));
        values.extend(own);
    }
    Some(values)
}

fn values_of(tree: &dyn Tree, path: &str) -> Option<Vec<(Vec<String>, String)>> {
    let bytes = tree.read(path).ok()??;
    let text = String::from_utf8_lossy(&bytes);
    if path.ends_with(".toml") {
        let mut values = Vec::new();
        flatten(&toml::Value::Table(text.parse().ok()?), &mut Vec::new(), &mut values);
        return Some(values);
    }
    if path.ends_with(".properties") || path.ends_with(".conf") {
        return Some(text.lines().filter_map(property).collect());
    }
    // A document of a profile speaks only where that is chosen.
    let documents = text.split("\n---").filter(|text| !text.contains("on-profile:") && !text.contains("  profiles: "));
    let scalars = documents.flat_map(yaml::scalars);
    Some(scalars.map(|s| (s.path.iter().flat_map(|key| parts(key)).collect(), s.value)).collect())
}

fn flatten(value: &toml::Value, path: &mut Vec<String>, into: &mut Vec<(Vec<String>, String)>) {
    match value {
        toml::Value::Table(table) => {
            for (key, value) in table {
                path.push(key.clone());
                flatten(value, path, into);
                path.pop();
            }
        }
        toml::Value::Array(items) => items.iter().for_each(|item| flatten(item, path, into)),
        toml::Value::String(text) => into.push((path.clone(), text.clone())),
        other => into.push((path.clone(), other.to_string())),
    }
}

/// `a.b=c` or `a.b: c`; a key of a profile (`%dev.a`) is none.
fn property(line: &str) -> Option<(Vec<String>, String)> {
    let line = line.trim();
    if line.starts_with(['#', '!', '%']) {
        return None;
    }
    let (key, value) = line.split_once(['=', ':'])?;
    Some((parts(key.trim()).collect(), value.trim().to_owned()))
}

/// The parts of a dotted key, `[0]` of a list left out.
fn parts(key: &str) -> impl Iterator<Item = String> {
    let key = key.split_once('[').filter(|(_, rest)| rest.ends_with(']')).map_or(key, |(key, _)| key);
    key.split('.').map(|part| part.trim_matches('"').to_owned())
}

/// Keys of one name, however their words are joined (Spring's relaxed binding).
fn same_key(a: &[String], b: &[String]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| canonical(a) == canonical(b))
}

fn canonical(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect()
}

/// Every Flyway that the values describe, by its data source.
fn flyways(values: &[(Vec<String>, String)]) -> BTreeMap<String, Settings> {
    let mut found: BTreeMap<String, Settings> = BTreeMap::new();
    for (key, value) in values {
        let below = match key.as_slice() {
            [flyway, rest @ ..] if flyway == "flyway" => rest,
            [framework, flyway, rest @ ..] if flyway == "flyway" && matches!(&**framework, "spring" | "quarkus") => {
                rest
            }
            _ => continue,
        };
        let words: Vec<String> = below.iter().map(|word| canonical(word)).collect();
        let is_setting =
            |word: &String| matches!(&**word, "locations" | "placeholders" | "schemas" | "defaultschema" | "enabled");
        let (source, at) = match words.as_slice() {
            [first, ..] if is_setting(first) => (String::new(), 0),
            [first, _, third, ..] if first == "datasources" && is_setting(third) => (below[1].clone(), 2),
            [_, second, ..] if is_setting(second) => (below[0].clone(), 1),
            _ => continue,
        };
        let settings = found.entry(source).or_insert_with(|| Settings {
            locations: Some(Vec::new()),
            placeholders: BTreeMap::new(),
            schemas: Vec::new(),
            default_schema: None,
        });
        let value = filled(value, values, 0);
        let list = || value.iter().flat_map(|v| v.split(',')).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        match (&*words[at], &below[at + 1..]) {
            ("locations", []) if value.is_none() => settings.locations = None,
            ("locations", []) => settings.locations.iter_mut().for_each(|locations| locations.extend(list())),
            ("schemas", []) => settings.schemas.extend(list()),
            ("defaultschema", []) => settings.default_schema = value.filter(|v| !v.is_empty()),
            ("placeholders", name) if !name.is_empty() => {
                if let Some(value) = value {
                    settings.placeholders.insert(name.join("."), value);
                }
            }
            _ => {}
        }
    }
    found
}

/// A value with the variables in it put in: other keys' values, else the default behind the colon; `None` where neither is there, as the
/// environment has it then.
fn filled(value: &str, values: &[(Vec<String>, String)], depth: usize) -> Option<String> {
    let Some((before, rest)) = value.split_once("${") else { return Some(value.to_owned()) };
    let (inside, after) = rest.split_once('}').filter(|_| depth < MAX_DEPTH)?;
    let (name, default) = inside.split_once(':').map_or((inside, None), |(name, default)| (name, Some(default)));
    let name: Vec<String> = parts(name).collect();
    let other = values.iter().find(|(key, _)| same_key(key, &name)).map(|(_, value)| value.as_str());
    let put_in = filled(other.or(default)?, values, depth + 1)?;
    Some(format!("{before}{put_in}{}", filled(after, values, depth + 1)?))
}

fn add(tree: &dyn Tree, listing: &Listing, config: &str, settings: Settings, found: &mut Found) {
    let is_own = config.ends_with("flyway.conf") || config.ends_with("flyway.toml");
    let defaults = [if is_own { "filesystem:sql" } else { "classpath:db/migration" }.to_owned()];
    let Some(locations) = &settings.locations else { return };
    let written = if locations.is_empty() { &defaults[..] } else { &locations[..] };
    let mut dirs: Vec<String> = Vec::new();
    for location in written {
        // What is not there holds migrations in Java, or is brought along by a dependency.
        let dir = folder_of(listing, config, location);
        if let Some(dir) = dir.filter(|dir| !dirs.iter().any(|other| is_within(dir, other))) {
            dirs.push(dir);
        }
    }
    let taken = |dir: &String| {
        let others = found.targets.iter().filter_map(|target| target.migrations.as_ref());
        others.flat_map(MigrationsSource::dirs).any(|other| is_within(dir, other) || is_within(other, dir))
    };
    let Some(first) = dirs.first().cloned() else { return };
    let is_other = |dir: &String| {
        let below = listing.ending(".sql").map(|file| parent_path(file)).filter(|folder| is_within(folder, dir));
        other_system(tree, listing, "flyway", dir).is_some() || below.into_iter().any(|f| system_in_path(f).is_some())
    };
    if dirs.iter().any(|dir| is_test_data(dir) || taken(dir) || is_other(dir)) {
        return;
    }
    let module = first.split("/src/main/").next().unwrap_or(&first);
    let schema = settings.default_schema.as_ref().or(settings.schemas.first());
    let search_path = schema.map(|schema| vec![schema.clone(), "public".to_owned()]);
    let mut schemas = settings.schemas.clone();
    schemas.extend(settings.default_schema.clone().filter(|schema| !settings.schemas.contains(schema)));
    let several = if dirs.len() == 1 { "a folder" } else { "the first folder" };
    found.targets.push(Target {
        name: names::from_path(module).unwrap_or_else(|| "flyway".into()),
        why: format!("`{first}` is {several} of flyway migrations: `{config}` says where they are"),
        dialect: "postgresql".into(),
        search_path: search_path.filter(|path| path[0] != "public").unwrap_or_default(),
        placeholders: settings.placeholders,
        migrations: Some(MigrationsSource {
            dir: first,
            more_dirs: dirs.split_off(1),
            schemas: schemas.into_iter().filter(|schema| schema != "public").collect(),
            layout: Some("flyway".into()),
            ..MigrationsSource::default()
        }),
        found_in: Some(config.to_owned()),
        ..Target::default()
    });
}

/// The config that says which folders on its classpath Flyway searches, and does not name this one.
pub(super) fn config_without<'f>(found: &'f Found, dir: &str) -> Option<&'f String> {
    let is_flyway = |target: &&Target| {
        target.migrations.as_ref().is_some_and(|migrations| migrations.layout.as_deref() == Some("flyway"))
    };
    let configs = found.targets.iter().filter(is_flyway).filter_map(|target| target.found_in.as_ref());
    configs.filter(|config| is_config(config)).find(|config| is_within(dir, parent_path(config)))
}

/// Evidence that the folders within one hold a single history, which Flyway finds by searching the outer one: no two of its versions are the same.
/// Folders for one environment or for another system stand beside a history.
pub(super) fn one_history(tree: &dyn Tree, listing: &Listing, dir: &str) -> Option<String> {
    const ENVIRONMENTS: &[&str] = &[
        "demo",
        "dev",
        "development",
        "local",
        "prod",
        "production",
        "qa",
        "sample",
        "seed",
        "staging",
        "test",
        "uat",
    ];
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    let mut versions = BTreeSet::new();
    for file in listing.ending(".sql").filter(|file| is_within(file, dir)) {
        let folder = parent_path(file);
        let Some(version) = version_of(file, false).filter(|version| !version.is_empty()) else { continue };
        let name = folder.rsplit('/').next().unwrap_or_default();
        let words: Vec<String> = name.split(['-', '_']).map(str::to_ascii_lowercase).collect();
        let is_beside = words.iter().any(|word| ENVIRONMENTS.contains(&word.as_str()));
        if parent_path(folder) != dir || is_beside || !versions.insert(version) {
            return None;
        }
        folders.insert(folder);
    }
    let is_one =
        folders.len() > 1 && folders.iter().all(|folder| other_system(tree, listing, "flyway", folder).is_none());
    is_one.then(|| format!("its {} folders are named as Flyway names migrations, and share no version", folders.len()))
}

/// The folder that a location means, where migrations stand in it.
fn folder_of(listing: &Listing, config: &str, location: &str) -> Option<String> {
    let resources = parent_path(config);
    let module = resources.split("/src/main/").next().unwrap_or(resources);
    let (is_file, path) = match location.split_once(':') {
        Some(("filesystem", path)) => (true, path),
        Some(("classpath", path)) => (false, path.trim_start_matches('/')),
        Some(_) => return None,
        None => (config.ends_with("flyway.conf") || config.ends_with("flyway.toml"), location.trim_start_matches('/')),
    };
    let path = path.replace("{vendor}", "postgresql");
    let fixed: Vec<&str> = path.split('/').take_while(|part| !part.contains(['*', '?'])).collect();
    let path = fixed.join("/");
    let holds = |dir: &String| {
        let mut files = listing.ending(".sql").filter(|file| is_within(file, dir));
        files.any(|file| version_of(file, true).is_some())
    };
    let bases: &[&str] = if is_file { &[resources, module, ""] } else { &[resources] };
    let here = bases.iter().filter_map(|base| normalize_path(&join_path(base, &path))).find(|dir| holds(dir));
    if here.is_some() || is_file {
        return here;
    }
    // What is on the classpath may be another module's.
    let end = format!("src/main/resources/{path}");
    let elsewhere: BTreeSet<String> = listing
        .ending(".sql")
        .filter_map(|file| {
            let at = file.find(&format!("{end}/")).filter(|&at| at == 0 || file.as_bytes()[at - 1] == b'/')?;
            Some(file[..at + end.len()].to_owned())
        })
        .filter(|dir| holds(dir))
        .collect();
    let mut elsewhere = elsewhere.into_iter();
    elsewhere.next().filter(|_| elsewhere.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::super::{Gitignored, discover};
    use crate::source::{MemoryTree, SourceMap};

    /// Folders, placeholders, schemas and the `search_path` of each target.
    fn check(files: &[(&str, &str)], expect: &[&str]) {
        let found = discover(&MemoryTree::new(files.iter().copied()), &SourceMap::default(), Gitignored::Keep);
        let told = found.targets.iter().filter_map(|target| {
            let migrations = target.migrations.as_ref()?;
            let dirs: Vec<&str> = migrations.dirs().map(String::as_str).collect();
            let values = target.placeholders.iter().map(|(name, value)| format!(" {name}={value}"));
            let (schemas, path) = (migrations.schemas.join(","), target.search_path.join(","));
            Some(format!("{} [{}]{} {schemas}|{path}", target.name, dirs.join(" "), values.collect::<String>()))
        });
        assert_eq!(told.collect::<Vec<_>>(), expect);
    }

    #[test]
    fn locations_of_spring() {
        let sql = |path: &'static str| (path, "CREATE TABLE t (a int);");
        let files = [
            sql("shop/src/main/resources/db/migration/common/V1__a.sql"),
            sql("shop/src/main/resources/db/migration/postgres/V2__b.sql"),
            sql("shop/src/main/resources/db/migration/local/V3__c.sql"),
            sql("shop/src/main/resources/db/migration/h2/V2__b.sql"),
        ];
        let with = |config: (&'static str, &'static str)| [&files[..], &[config]].concat();
        let properties = "shop/src/main/resources/application.properties";
        let yaml = "shop/src/main/resources/application.yml";
        check(
            &with((properties, "x=y\nspring.flyway.locations=classpath:db/migration/common,/db/migration/postgres\n")),
            &["shop [shop/src/main/resources/db/migration/common shop/src/main/resources/db/migration/postgres] |"],
        );
        let profiles = "spring:\n  flyway:\n    locations:\n      - classpath:db/migration/{vendor}\n      - db/migration/postgres\n    default-schema: ${app.schema}\n    placeholders:\n      role: ${DB_ROLE:reader}\n      password: ${DB_PASSWORD}\napp:\n  schema: shop\n---\nspring:\n  config.activate.on-profile: dev\n  flyway:\n    locations: db/migration/local\n";
        check(
            &with((yaml, profiles)),
            &["shop [shop/src/main/resources/db/migration/postgres] role=reader shop|shop,public"],
        );
    }

    #[test]
    fn locations_of_other_configs() {
        let sql = ("books/src/main/resources/db/v/20240101__a.sql", "CREATE TABLE t (a int);");
        check(
            &[
                sql,
                (
                    "books/src/main/resources/application.properties",
                    "quarkus.flyway.\"users\".locations=db/v\n%dev.quarkus.flyway.locations=db/w\nquarkus.flyway.users.schemas=a, b\n",
                ),
            ],
            &["books [books/src/main/resources/db/v] a,b|a,public"],
        );
        check(
            &[
                (
                    "shop/flyway.toml",
                    "[flyway]\nlocations = [\"filesystem:sql/*\"]\n[flyway.placeholders]\nx = \"y\"\n",
                ),
                ("shop/sql/a/V1__a.sql", ""),
                ("shop/sql/b/V2__a.sql", ""),
            ],
            &["shop [shop/sql] x=y |"],
        );
        check(
            &[
                (
                    "one/src/main/resources/application.yaml",
                    "flyway:\n  datasources:\n    main:\n      locations: classpath:db/m\n",
                ),
                ("two/src/main/resources/db/m/V1__a.sql", ""),
            ],
            &["two [two/src/main/resources/db/m] |"],
        );
    }

    #[test]
    fn locations_that_are_not_known() {
        let files = [
            ("src/main/resources/application.properties", "flyway.locations=${flyway.locations}\n"),
            ("src/main/resources/db/migration/postgresql/V1__a.sql", "CREATE TABLE t (a int);"),
            ("src/main/resources/db/migration/oracle/V1__a.sql", "CREATE TABLE t (a VARCHAR2(9));"),
            ("src/test/resources/db/migration/V1__a.sql", "CREATE TABLE t (a int);"),
        ];
        check(&files, &["flyway [src/main/resources/db/migration/postgresql] |"]);
    }

    #[test]
    fn folders_within_one_folder() {
        let sql = |path: &'static str| (path, "CREATE TABLE t (a int);");
        let (a, b) = (sql("x/db/migration/2.30/V2_30_1__a.sql"), sql("x/db/migration/2.31/V2_31_1__a.sql"));
        check(&[a, b], &["x [x/db/migration] |"]);
        check(
            &[a, sql("x/db/migration/2.31/V2_30_1__b.sql")],
            &["2.30 [x/db/migration/2.30] |", "2.31 [x/db/migration/2.31] |"],
        );
        check(
            &[a, sql("x/db/migration/dev/V9__b.sql")],
            &["2.30 [x/db/migration/2.30] |", "dev [x/db/migration/dev] |"],
        );
    }

    #[test]
    fn the_default_is_searched_below() {
        check(
            &[
                ("src/main/resources/application.yml", "spring:\n  flyway:\n    enabled: true\n"),
                ("src/main/resources/db/migration/2023/V1__a.sql", ""),
                ("src/main/resources/db/migration/2024/V2__a.sql", ""),
            ],
            &["flyway [src/main/resources/db/migration] |"],
        );
    }
}
