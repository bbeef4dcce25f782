//! The migrated side of a target: its migrations, replayed.

use super::prelude;
use crate::config::Target;
use crate::diagnostic::Diagnostic;
use crate::migrations::MigrationSet;
use crate::migrations::layout::{self, LayoutSettings};
use crate::replay::{Replayed, replay};
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
#[must_use]
pub fn read(tree: &dyn Tree, sources: &SourceMap, target: &Target) -> Option<(MigrationSet, Vec<Diagnostic>)> {
    let source = target.migrations.as_ref()?;
    let layout = match &source.layout {
        Some(name) => layout::by_name(name),
        None => layout::detect(tree, &source.dir).map(|(layout, _)| layout),
    };
    let layout = layout.or_else(|| layout::by_name("plain"))?;
    let settings = LayoutSettings {
        files: source.files.clone().unwrap_or_default(),
        placeholders: target.placeholders.clone(),
        dialect: Some(target.dialect.clone()),
    };
    Some(layout.load(tree, sources, &source.dir, &settings))
}

/// Reads and replays a target's migrations; `None` where it has none.
#[must_use]
pub fn load(tree: &dyn Tree, sources: &SourceMap, target: &Target) -> Option<Migrated> {
    let (set, mut problems) = read(tree, sources, target)?;
    let (prelude, met) = prelude::files(tree, sources, target);
    problems.extend(met);
    let replayed = replay(&set, &prelude, &prelude::settings(target));
    Some(Migrated { set, replayed, problems })
}
