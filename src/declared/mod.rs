//! What a project declares, read statically from its own language into the model.
//!
//! One folder per language. A loader gives the catalog that the language's own tool would create in an empty database, and says what the language
//! can express, so that nothing else is ever drift.

pub mod drizzle;
mod manifests;
pub mod prisma;
pub mod sql;
mod typescript;
pub(crate) mod yaml;

use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::diff::Language;
use crate::model::Catalog;
use crate::source::{SourceMap, Tree};

/// A language whose schema is one file or one folder, as plain data: all that the rest of the house knows of it.
pub struct SchemaLanguage {
    /// Its key in a config's `declared = { … }`, and its name in reports.
    pub key: &'static str,
    /// What that key means, for the config's JSON Schema.
    pub doc: &'static str,
    /// Reads the schema at a path relative to the project root.
    pub load: fn(tree: &dyn Tree, sources: &SourceMap, dialect: &dyn Dialect, path: &str) -> Declared,
}

/// Every such language. Here, and in [`migrations::layout`](crate::migrations::layout) for its migrations, a language is registered; beside its
/// own folder, its layout and discovery nothing else names it.
pub static SCHEMA_LANGUAGES: &[&SchemaLanguage] = &[&prisma::LANGUAGE];

impl PartialEq for SchemaLanguage {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for SchemaLanguage {}

impl std::fmt::Debug for SchemaLanguage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key)
    }
}

/// What a loader gives.
#[derive(Clone, Debug)]
pub struct Declared {
    /// `drizzle`, `sql`, or a [`SchemaLanguage::key`].
    pub kind: &'static str,
    pub catalog: Catalog,
    pub language: Language,
    /// The entry files that were found, relative to the project root, sorted.
    pub files: Vec<String>,
    /// `input/*` problems. Every `Known::Unknown` and `unknown_*` in the catalog has its `input/unresolved` here.
    pub problems: Vec<Diagnostic>,
}
