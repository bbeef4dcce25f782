//! Migration folders that bear a runner's marks, and the SQL schema that some runners keep beside them.

use std::collections::BTreeSet;

use super::systems::other_system;
use super::walk::Listing;
use super::{Found, flyway, names, platform, supabase};
use crate::config::{DeclaredSource, MigrationsSource, Target};
use crate::migrations::layout;
use crate::source::{Tree, join_path, parent_path};

/// Adds a target for every marked folder that no other target has.
pub(super) fn find(tree: &dyn Tree, listing: &Listing, found: &mut Found) {
    for dir in candidates(listing) {
        let taken = found
            .targets
            .iter()
            .filter_map(|t| t.migrations.as_ref())
            .flat_map(MigrationsSource::dirs)
            .any(|other| is_within(&dir, other) || is_within(other, &dir));
        if taken || is_test_data(&dir) || found.passed_over.iter().any(|other| is_within(&dir, other)) {
            continue;
        }
        if let Some((words, folder)) = other_runner(listing, &dir) {
            found.not_checked(words, &folder);
            continue;
        }
        let marked = layout::detect_marked(tree, &dir);
        let several =
            || flyway::one_history(tree, listing, &dir).and_then(|why| Some((layout::by_name("flyway")?, why)));
        let Some((layout, evidence)) = marked.or_else(several) else { continue };
        // Its plans have been found already, wherever their configs put them.
        if layout.name == "sqitch" {
            continue;
        }
        // Prisma runs what stands beside the schema that it is given: a folder that no schema of the project has is kept aside.
        if layout.name == "prisma" && listing.ending(".prisma").next().is_some() {
            found.not_checked(format!("`{dir}` holds migrations that no Prisma schema runs"), &dir);
            continue;
        }
        let name = names::from_path(&dir).unwrap_or_else(|| layout.name.to_owned());
        if let Some(system) = other_system(tree, listing, layout.name, &dir) {
            found.not_checked(system, &dir);
            continue;
        }
        if let Some(config) = flyway::config_without(found, &dir).filter(|_| layout.name == "flyway") {
            let words = format!("`{dir}` holds migrations that `{config}` does not name");
            found.not_checked(words, &dir);
            continue;
        }
        let mut why = format!("`{dir}` is a folder of {} migrations: {evidence}", layout.name);
        let mut platform = platform_of(listing, layout.name, &dir);
        if layout.name == "drizzle"
            && let Some((found, evidence)) = platform::around(tree, listing, &dir)
        {
            why += &format!(", on {found}: {evidence}");
            platform = Some(found.to_owned());
        }
        found.targets.push(Target {
            name,
            why,
            dialect: "postgresql".into(),
            declared: declared_beside(tree, listing, layout.name, &dir),
            platform,
            generate: if layout.name == "supabase" {
                supabase::generate(tree, listing, parent_path(&dir))
            } else {
                None
            },
            migrations: Some(MigrationsSource {
                dir: dir.clone(),
                layout: Some(layout.name.into()),
                ..MigrationsSource::default()
            }),
            found_in: Some(decided_by(listing, layout.name, dir)),
            ..Target::default()
        });
    }
}

/// The file that says what there is to check; the folder itself where none does.
fn decided_by(listing: &Listing, layout: &str, dir: String) -> String {
    let config = join_path(parent_path(&dir), "config.toml");
    if layout == "supabase" && listing.contains(&config) { config } else { dir }
}

/// The last resort, where nothing else was found: a folder named `migrations` that holds SQL files, read in the order of their names.
pub(super) fn find_plain(tree: &dyn Tree, listing: &Listing, found: &mut Found) {
    for dir in candidates(listing) {
        let is_named_so = matches!(dir.rsplit('/').next(), Some("migrations" | "migration"));
        if !is_named_so || is_test_data(&dir) || other_system(tree, listing, "plain", &dir).is_some() {
            continue;
        }
        if let Some((layout, evidence)) = layout::detect(tree, &dir) {
            let name = names::from_path(&dir).unwrap_or_else(|| "migrations".into());
            found.targets.push(Target {
                name,
                why: format!("`{dir}` is taken for a folder of migrations: {evidence}"),
                dialect: "postgresql".into(),
                migrations: Some(MigrationsSource {
                    dir: dir.clone(),
                    layout: Some(layout.name.into()),
                    ..MigrationsSource::default()
                }),
                found_in: Some(dir),
                ..Target::default()
            });
        }
    }
}

/// Folders with SQL files in them or one level below, outermost first.
fn candidates(listing: &Listing) -> Vec<String> {
    let mut folders = BTreeSet::new();
    for path in listing.ending(".sql") {
        let folder = parent_path(path);
        folders.insert(folder);
        folders.insert(parent_path(folder));
    }
    folders.remove("");
    let mut folders: Vec<String> = folders.into_iter().map(str::to_owned).collect();
    folders.sort_by_key(|f| (f.matches('/').count(), f.clone()));
    folders
}

pub(super) fn is_within(path: &str, folder: &str) -> bool {
    !folder.is_empty() && path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The platform whose own runner a layout is: its migrations are written for a database that has the platform's objects. Another tool may order
/// them (Atlas with its sums) where the platform's keeps them.
fn platform_of(listing: &Listing, layout: &str, dir: &str) -> Option<String> {
    let project = parent_path(dir);
    let kept = project.rsplit('/').next() == Some("supabase") && listing.contains(&join_path(project, "config.toml"));
    let layout = if kept { "supabase" } else { layout };
    matches!(layout, "supabase" | "hasura").then(|| layout.to_owned())
}

/// dbmate and Rails write the whole schema beside the migrations; Supabase's config says where it is declared.
fn declared_beside(tree: &dyn Tree, listing: &Listing, layout: &str, dir: &str) -> Option<DeclaredSource> {
    let parent = parent_path(dir);
    let path = match layout {
        "dbmate" => join_path(parent, "schema.sql"),
        "rails" => join_path(parent, "structure.sql"),
        "supabase" => return supabase::declared(tree, listing, parent),
        _ => return None,
    };
    listing.contains(&path).then(|| DeclaredSource::Sql { entries: vec![path] })
}

/// Go's tools pass over folders of this name; what is in them is made to be odd. Maven and Gradle keep what only tests see below `src/test`.
pub(super) fn is_test_data(dir: &str) -> bool {
    let parts: Vec<&str> = dir.split('/').collect();
    parts.contains(&"testdata")
        || parts.windows(3).any(|three| three[0] == "src" && three[1] == "test" && three[2] == "resources")
}

/// Folders whose order no layout here knows: in words, and the outermost folder.
fn other_runner(listing: &Listing, dir: &str) -> Option<(String, String)> {
    // `0/01_a.up.sql`, `1/01_b.up.sql`: numbers within numbers are a runner of the project's own.
    let is_number = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_digit());
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let outer = parent_path(dir);
    let siblings: BTreeSet<&str> = listing
        .ending(".sql")
        .map(|path| parent_path(path))
        .filter(|folder| parent_path(folder) == outer && is_number(&name(folder)))
        .collect();
    (is_number(&name(dir)) && siblings.len() > 1)
        .then(|| (format!("the numbered folders of `{outer}`: list their files in undrift.toml"), outer.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::{Gitignored, discover};
    use crate::source::{MemoryTree, SourceMap};

    #[test]
    fn migrations_that_no_schema_runs_are_named() {
        let found = |schema: &[(&str, &str)]| {
            let mut files = vec![
                ("prisma/old/migration_lock.toml", "provider = \"postgresql\""),
                ("prisma/old/20240101000000_a/migration.sql", "ALTER TABLE gone ADD x int;"),
            ];
            files.extend(schema);
            let found = discover(&MemoryTree::new(files), &SourceMap::default(), Gitignored::Keep);
            (found.targets.iter().map(|target| target.name.clone()).collect::<Vec<_>>(), found.not_checked)
        };
        let kept_aside = found(&[
            ("prisma/schema.prisma", "datasource db {\n  provider = \"postgresql\"\n}"),
            ("prisma/migrations/20250101000000_a/migration.sql", ""),
        ]);
        let words = "`prisma/old` holds migrations that no Prisma schema runs".to_owned();
        assert_eq!(kept_aside, (vec!["prisma".to_owned()], vec![words]));
        let alone = found(&[]);
        assert_eq!((alone.0.len(), alone.1.len()), (1, 0));
    }
}
