//! A target, resolved: what one pair of declared schema and migrations is, wherever it was found.

use std::collections::BTreeMap;

use super::Casing;
use crate::declared::SchemaLanguage;
use crate::diagnostic::RuleLevel;

/// One thing to check. All paths are relative to the project root and normalised.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Target {
    pub name: String,
    /// The contract's word: `postgresql`.
    pub dialect: String,
    pub declared: Option<DeclaredSource>,
    pub migrations: Option<MigrationsSource>,
    pub search_path: Vec<String>,
    pub prelude: Vec<String>,
    pub platform: Option<String>,
    pub placeholders: BTreeMap<String, String>,
    pub settings: BTreeMap<String, String>,
    pub unmanaged: Vec<String>,
    pub renames: Vec<Rename>,
    pub postgres_version: Option<u32>,
    pub rules: BTreeMap<String, RuleLevel>,
    /// The command that makes the next migration: `pnpm exec drizzle-kit generate --config=drizzle.tenant.config.ts`.
    pub generate: Option<String>,
    /// The config that names it (`drizzle.config.ts`, `undrift.toml`), for messages and for the question whether a commit concerns it.
    pub found_in: Option<String>,
    /// Of a discovered target: what was found, in a sentence.
    pub why: String,
}

/// A table or column that the schema declares under a new name, and no migration has renamed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rename {
    /// `[schema.]table[.column]`, as the migrations call it.
    pub from: String,
    /// The last part of its new name.
    pub to: String,
    /// 1-based line and column in the config; `None` where the command line says it.
    pub place: Option<(usize, usize)>,
}

/// Where the declared schema is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredSource {
    /// Files, folders and globs, as in a drizzle config.
    Drizzle { entries: Vec<String>, casing: Option<Casing> },
    /// One file, or the folder of a schema of several files.
    Schema { language: &'static SchemaLanguage, path: String },
    /// SQL files, folders and globs.
    Sql { entries: Vec<String> },
}

impl DeclaredSource {
    /// The contract's word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Drizzle { .. } => "drizzle",
            Self::Schema { language, .. } => language.key,
            Self::Sql { .. } => "sql",
        }
    }

    /// The paths and globs as they were given.
    #[must_use]
    pub fn entries(&self) -> &[String] {
        match self {
            Self::Drizzle { entries, .. } | Self::Sql { entries } => entries,
            Self::Schema { path, .. } => std::slice::from_ref(path),
        }
    }
}

/// Where the migrations are.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct MigrationsSource {
    /// Empty when only files are given.
    pub dir: String,
    /// Further folders whose migrations run together with those of `dir`, in one order (Flyway's `locations`).
    pub more_dirs: Vec<String>,
    /// Schemas that the runner makes before the first migration where they are not there yet (Flyway's `schemas`).
    pub schemas: Vec<String>,
    /// `None`: to be found from the folder's marks.
    pub layout: Option<String>,
    /// An explicit order.
    pub files: Option<Vec<String>>,
    /// 1-based line and column in the config that names the folder.
    pub place: Option<(usize, usize)>,
}

impl MigrationsSource {
    /// All folders, the first one first; none where only files are given.
    pub fn dirs(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.dir).filter(|dir| !dir.is_empty()).chain(&self.more_dirs)
    }
}
