//! Prisma schemas: what prisma.config.* or package.json name, `schema.prisma` files, and folders of a schema in several files.

use std::collections::BTreeSet;

use serde_json::Value;

use super::layouts::is_within;
use super::walk::Listing;
use super::{Found, names, package};
use crate::config::{DeclaredSource, MigrationsSource, Target};
use crate::declared::prisma::{LANGUAGE, is_config, read_config};
use crate::source::{SourceMap, Tree, join_path, normalize_path, parent_path};

/// A schema that was found.
struct Schema {
    /// The file, or the folder.
    path: String,
    /// The file that holds the `datasource` block.
    datasource: String,
    /// What named it.
    why: String,
    migrations: Option<String>,
}

pub(super) fn find(tree: &dyn Tree, sources: &SourceMap, listing: &Listing, found: &mut Found) {
    let datasources: Vec<(String, String)> =
        listing.ending(".prisma").filter_map(|path| Some((path.clone(), provider(&text(tree, path)?)?))).collect();
    let mut schemas = named_in_configs(tree, sources, listing, &datasources, found);
    for schema in named_in_packages(tree, listing, &datasources) {
        if !schemas.iter().any(|s| s.datasource == schema.datasource) {
            schemas.push(schema);
        }
    }
    for (file, _) in &datasources {
        if !schemas.iter().any(|s| s.datasource == *file) {
            schemas.push(unnamed(listing, &datasources, file));
        }
    }
    for schema in schemas {
        let provider = datasources.iter().find(|(file, _)| *file == schema.datasource).map(|(_, p)| p.as_str());
        add(tree, listing, schema, provider.unwrap_or("postgresql"), found);
    }
}

fn add(tree: &dyn Tree, listing: &Listing, schema: Schema, provider: &str, found: &mut Found) {
    let migrations = schema.migrations.clone().or_else(|| migrations_of(tree, &schema));
    let Some(dir) = migrations else {
        return found.not_checked(format!("{} only pushes: it has no migrations", schema.path), "");
    };
    if !matches!(provider, "postgresql" | "postgres") {
        return found.not_checked(provider, &dir);
    }
    let package = package::package_folder(listing, parent_path(&schema.datasource)).to_owned();
    let relative = |path: &str| path.strip_prefix(&package).map_or(path, |p| p.trim_start_matches('/')).to_owned();
    let is_default =
        matches!(relative(&schema.path).as_str(), "schema.prisma" | "prisma/schema.prisma" | "prisma/schema");
    let option = if is_default { String::new() } else { format!(" --schema {}", relative(&schema.path)) };
    found.add(Target {
        name: names::from_path(parent_path(&schema.path)).unwrap_or_else(|| "prisma".into()),
        dialect: "postgresql".into(),
        declared: Some(DeclaredSource::Schema { language: &LANGUAGE, path: schema.path.clone() }),
        migrations: Some(MigrationsSource { dir, layout: Some("prisma".into()), ..MigrationsSource::default() }),
        generate: Some(package::command(listing, &package, &format!("prisma migrate dev --create-only{option}"))),
        found_in: Some(schema.datasource),
        why: schema.why,
        ..Target::default()
    });
}

/// Beside the file with the `datasource` block, or beside the folder: the first that is there. A schema that is named after its system
/// (`postgresql-schema.prisma`) may keep its migrations likewise (`postgresql-migrations`).
fn migrations_of(tree: &dyn Tree, schema: &Schema) -> Option<String> {
    let beside = [parent_path(&schema.datasource), &schema.path, parent_path(&schema.path)];
    let likewise = schema.path.strip_suffix("schema.prisma").filter(|stem| !stem.is_empty() && !stem.ends_with('/'));
    let likewise = likewise.map(|stem| format!("{stem}migrations"));
    let mut folders = likewise.into_iter().chain(beside.into_iter().map(|folder| join_path(folder, "migrations")));
    folders.find(|folder| matches!(tree.list(folder), Ok(Some(entries)) if !entries.is_empty()))
}

/// What a prisma.config.* names; where it names no schema, Prisma looks in its usual places.
fn named_in_configs(
    tree: &dyn Tree,
    sources: &SourceMap,
    listing: &Listing,
    datasources: &[(String, String)],
    found: &mut Found,
) -> Vec<Schema> {
    let mut schemas = Vec::new();
    for path in listing.files.iter().filter(|path| is_config(path)) {
        let (config, problems) = read_config(tree, sources, path);
        found.problems.extend(problems);
        let package = package::package_folder(listing, parent_path(path));
        let usual = ["prisma/schema.prisma", "schema.prisma", "prisma/schema"].map(|place| join_path(package, place));
        let schema = config.schema.or_else(|| usual.into_iter().find(|at| matches!(tree.kind(at), Ok(Some(_)))));
        let Some(schema) = schema else { continue };
        if let Some((datasource, _)) = datasources.iter().find(|(file, _)| is_within(file, &schema)) {
            let why = format!("`{path}` names the Prisma schema `{schema}`");
            schemas.push(Schema { path: schema, datasource: datasource.clone(), why, migrations: config.migrations });
        }
    }
    schemas
}

/// `prisma.schema` of a package.json (<https://www.prisma.io/docs/orm/prisma-schema/overview/location>).
fn named_in_packages(tree: &dyn Tree, listing: &Listing, datasources: &[(String, String)]) -> Vec<Schema> {
    let mut schemas = Vec::new();
    for path in listing.ending("package.json") {
        let Some(json) = package::read(tree, path) else { continue };
        let Some(named) = json.get("prisma").and_then(|p| p.get("schema")).and_then(Value::as_str) else { continue };
        let Some(schema) = normalize_path(&join_path(parent_path(path), named)) else { continue };
        let datasource = datasources.iter().find(|(file, _)| is_within(file, &schema));
        if let Some((datasource, _)) = datasource {
            let why = format!("`{path}` names the Prisma schema `{schema}`");
            schemas.push(Schema { path: schema, datasource: datasource.clone(), why, migrations: None });
        }
    }
    schemas
}

/// A file by itself; or its folder, where other files without a `datasource` of their own stand in it: they can only be parts of the schema.
fn unnamed(listing: &Listing, datasources: &[(String, String)], file: &str) -> Schema {
    let folder = parent_path(file);
    let others: BTreeSet<&String> =
        listing.ending(".prisma").filter(|path| *path != file && is_within(path, folder)).collect();
    let are_parts = !others.is_empty() && others.iter().all(|path| !datasources.iter().any(|(d, _)| d == *path));
    let path = if are_parts { folder } else { file };
    let why = format!("`{file}` is a Prisma schema{}", if are_parts { " of several files" } else { "" });
    Schema { path: path.to_owned(), datasource: file.to_owned(), why, migrations: None }
}

fn text(tree: &dyn Tree, path: &str) -> Option<String> {
    Some(String::from_utf8_lossy(&tree.read(path).ok()??).into_owned())
}

/// The `provider` of the `datasource` block; `None` where there is no such block.
fn provider(text: &str) -> Option<String> {
    let mut lines = text.lines().map(str::trim).skip_while(|l| !l.starts_with("datasource ")).peekable();
    lines.peek()?;
    let line = lines.take_while(|l| *l != "}").find(|l| l.starts_with("provider"));
    let value = line.and_then(|l| l.split('"').nth(1)).unwrap_or("postgresql");
    Some(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn provider_of_a_datasource() {
        assert_eq!(
            provider("generator g {\n provider = \"x\"\n}\ndatasource db {\n  provider = \"mysql\"\n}").as_deref(),
            Some("mysql")
        );
        assert_eq!(provider("model A {\n id Int @id\n}"), None);
    }
}
