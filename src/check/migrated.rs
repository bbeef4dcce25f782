//! The migrated side of a target: its migrations, replayed.

use super::prelude;
use crate::config::{MigrationsSource, Target};
use crate::diagnostic::Diagnostic;
use crate::migrations::MigrationSet;
use crate::migrations::layout::{self, LayoutSettings};
use crate::replay::{ReplaySettings, Replayed, replay};
use crate::source::{SourceMap, Tree};

/// Migrations and what they leave behind.
#[derive(Debug)]
pub struct Migrated {
    pub set: MigrationSet,
    pub replayed: Replayed,
    /// `input/*`
    pub problems: Vec<Diagnostic>,
}

/// Reads a target's migrations, not yet replayed; `None` where it has none.
fn read(tree: &dyn Tree, sources: &SourceMap, target: &Target) -> Option<(MigrationSet, Vec<Diagnostic>)> {
    let source = target.migrations.as_ref()?;
    let layout = match &source.layout {
        Some(name) => layout::by_name(name),
        None => layout::detect(tree, &source.dir).map(|(layout, _)| layout),
    };
    let layout = layout.or_else(|| layout::by_name("plain"))?;
    Some(layout.load(tree, sources, &source.dir, &settings(source, target)))
}

/// Reads a target's migrations as they were in another state, with sources of its own, by the layout that they have now; without snapshots.
#[must_use]
pub(super) fn read_other(tree: &dyn Tree, target: &Target, layout: &str) -> Option<(MigrationSet, Vec<Diagnostic>)> {
    let source = target.migrations.as_ref()?;
    let settings = LayoutSettings { without_snapshots: true, ..settings(source, target) };
    Some(layout::by_name(layout)?.load(tree, &SourceMap::default(), &source.dir, &settings))
}

fn settings(source: &MigrationsSource, target: &Target) -> LayoutSettings {
    LayoutSettings {
        files: source.files.clone().unwrap_or_default(),
        more_dirs: source.more_dirs.clone(),
        placeholders: target.placeholders.clone(),
        dialect: Some(target.dialect.clone()),
        without_snapshots: false,
    }
}

/// Reads and replays a target's migrations as on a server whose clock shows `now` (milliseconds since 1970); `None` where it has none.
#[must_use]
pub fn load(tree: &dyn Tree, sources: &SourceMap, target: &Target, now: Option<i64>) -> Option<Migrated> {
    let (set, mut problems) = read(tree, sources, target)?;
    let (mut prelude, met) = prelude::files(tree, sources, target);
    problems.extend(met);
    let schemas = target.migrations.iter().flat_map(|migrations| &migrations.schemas);
    let made: Vec<String> =
        schemas.map(|schema| format!("CREATE SCHEMA IF NOT EXISTS \"{}\";\n", schema.replace('"', "\"\""))).collect();
    if !made.is_empty() {
        prelude.push(sources.add(&format!("runner/{}-schemas.sql", target.name), made.concat()));
    }
    if !set.runner.tables.is_empty() {
        prelude.push(sources.add(&format!("runner/{}.sql", set.layout), set.runner.tables.to_owned()));
    }
    let now = now.and_then(|millis| millis.checked_mul(1000));
    let renames = target.renames.iter().map(|rename| (rename.from.clone(), rename.to.clone())).collect();
    let settings = ReplaySettings { now, renames, ..prelude::settings(target) };
    let replayed = replay(&set, &prelude, &settings);
    Some(Migrated { set, replayed, problems })
}
