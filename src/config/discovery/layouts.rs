//! Migration folders that bear a runner's marks, and the SQL schema that some runners keep beside them.

use std::collections::BTreeSet;

use super::walk::Listing;
use super::{Found, names};
use crate::config::{DeclaredSource, MigrationsSource, Target};
use crate::migrations::layout;
use crate::source::{Tree, join_path, parent_path};

/// Files read at most to tell the database system.
const SAMPLED_FILES: usize = 5;

/// Adds a target for every marked folder that no other target has.
pub(super) fn find(tree: &dyn Tree, listing: &Listing, found: &mut Found) {
    for dir in candidates(listing) {
        let taken = found
            .targets
            .iter()
            .filter_map(|t| t.migrations.as_ref())
            .any(|m| is_within(&dir, &m.dir) || is_within(&m.dir, &dir));
        if taken || found.passed_over.iter().any(|other| is_within(&dir, other)) {
            continue;
        }
        let Some((layout, evidence)) = layout::detect_marked(tree, &dir) else { continue };
        let name = names::from_path(&dir).unwrap_or_else(|| layout.name.to_owned());
        if let Some(system) = other_system(tree, listing, &dir) {
            found.not_checked(system, &dir);
            continue;
        }
        found.targets.push(Target {
            name,
            why: format!("`{dir}` is a folder of {} migrations: {evidence}", layout.name),
            dialect: "postgresql".into(),
            declared: declared_beside(listing, layout.name, &dir),
            migrations: Some(MigrationsSource {
                dir: dir.clone(),
                layout: Some(layout.name.into()),
                files: None,
                place: None,
            }),
            found_in: Some(dir),
            ..Target::default()
        });
    }
}

/// The last resort, where nothing else was found: a folder named `migrations` that holds SQL files, read in the order of their names.
pub(super) fn find_plain(tree: &dyn Tree, listing: &Listing, found: &mut Found) {
    for dir in candidates(listing) {
        let is_named_so = matches!(dir.rsplit('/').next(), Some("migrations" | "migration"));
        if !is_named_so || other_system(tree, listing, &dir).is_some() {
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
                    files: None,
                    place: None,
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

/// dbmate and Rails write the whole schema beside the migrations; Supabase keeps the declared one in `supabase/schemas`.
fn declared_beside(listing: &Listing, layout: &str, dir: &str) -> Option<DeclaredSource> {
    let parent = parent_path(dir);
    let path = match layout {
        "dbmate" => join_path(parent, "schema.sql"),
        "rails" => join_path(parent, "structure.sql"),
        "supabase" => {
            let folder = join_path(parent, "schemas");
            let has_files = listing.ending(".sql").any(|path| is_within(path, &folder));
            return has_files.then(|| DeclaredSource::Sql { entries: vec![folder] });
        }
        _ => return None,
    };
    listing.contains(&path).then(|| DeclaredSource::Sql { entries: vec![path] })
}

/// The database system, where the SQL bears the marks of another than PostgreSQL.
fn other_system(tree: &dyn Tree, listing: &Listing, dir: &str) -> Option<&'static str> {
    const MARKS: &[(&str, &str)] = &[
        ("AUTO_INCREMENT", "mysql"),
        ("ENGINE=", "mysql"),
        ("ENGINE =", "mysql"),
        ("CREATE TABLE `", "mysql"),
        ("AUTOINCREMENT", "sqlite"),
        ("PRAGMA ", "sqlite"),
        ("MERGETREE", "clickhouse"),
        ("NVARCHAR(", "mssql"),
        ("IDENTITY(1,1)", "mssql"),
    ];
    let files = listing.ending(".sql").filter(|path| is_within(path, dir)).take(SAMPLED_FILES);
    for path in files {
        let Ok(Some(bytes)) = tree.read(path) else { continue };
        let text = String::from_utf8_lossy(&bytes).to_ascii_uppercase();
        if let Some(&(_, system)) = MARKS.iter().find(|(mark, _)| text.contains(mark)) {
            return Some(system);
        }
    }
    None
}
