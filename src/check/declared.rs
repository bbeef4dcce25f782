//! The declared side of a target.

use super::prelude;
use crate::config::{Casing, DeclaredSource, Target};
use crate::declared::drizzle::{self, DrizzleSettings, Kit};
use crate::declared::sql::SqlSettings;
use crate::declared::{self, Declared};
use crate::dialect::Dialect;
use crate::rules::replay::{Subject, check};
use crate::source::{EntryKind, SourceMap, Tree, join_path};

/// Reads what a target declares; `None` where it declares nothing.
#[must_use]
pub fn load(tree: &dyn Tree, sources: &SourceMap, dialect: &dyn Dialect, target: &Target) -> Option<Declared> {
    let declared = match target.declared.as_ref()? {
        DeclaredSource::Drizzle { entries, casing } => {
            let casing = casing.map(|casing| match casing {
                Casing::SnakeCase => drizzle::Casing::Snake,
                Casing::CamelCase => drizzle::Casing::Camel,
            });
            let v1 = target.migrations.as_ref().is_some_and(|m| is_v1(tree, &m.dir));
            // The folder of the migrations stands with the config, and so with the package that runs drizzle-kit.
            let dir = target.migrations.as_ref().map_or_else(|| entries.first().map(String::as_str), |m| Some(&*m.dir));
            let kit = dir.and_then(|dir| Kit::find(tree, dir));
            let settings = DrizzleSettings { entries: entries.clone(), casing, v1, kit };
            drizzle::load(tree, sources, dialect, &settings)
        }
        DeclaredSource::Schema { language, path } => (language.load)(tree, sources, dialect, path),
        DeclaredSource::Sql { entries } => {
            let (prelude, problems) = prelude::files(tree, sources, target);
            let settings = SqlSettings { entries: entries.clone(), prelude, replay: prelude::settings(target) };
            let (mut declared, issues) = declared::sql::load(tree, sources, &settings);
            declared.problems.extend(problems);
            declared.problems.extend(check(&issues, Subject::DeclaredSql, &declared.catalog, sources));
            declared
        }
    };
    Some(declared)
}

/// Drizzle 1.0 keeps each migration in a folder of its own and no journal: the schema's defaults are then those of 1.0 too.
fn is_v1(tree: &dyn Tree, dir: &str) -> bool {
    let has = |path: &str| matches!(tree.kind(path), Ok(Some(_)));
    let Ok(Some(entries)) = tree.list(dir) else { return false };
    let mut folders = entries.iter().filter(|entry| entry.kind == EntryKind::Directory);
    !has(&join_path(dir, "meta/_journal.json"))
        && folders.any(|folder| has(&join_path(dir, &format!("{}/migration.sql", folder.name))))
}
