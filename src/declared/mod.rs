//! What a project declares, read statically from its own language into the model.
//!
//! One folder per language. A loader gives the catalog that the language's own tool would create in an empty database, and says what the language
//! can express, so that nothing else is ever drift.

pub mod drizzle;
pub mod prisma;
pub mod sql;
mod typescript;

use crate::diagnostic::Diagnostic;
use crate::diff::Language;
use crate::model::Catalog;

/// What a loader gives.
#[derive(Clone, Debug)]
pub struct Declared {
    /// `drizzle`, `prisma`, `sql`.
    pub kind: &'static str,
    pub catalog: Catalog,
    pub language: Language,
    /// The entry files that were found, relative to the project root, sorted.
    pub files: Vec<String>,
    /// `input/*` problems. Every `Known::Unknown` and `unknown_*` in the catalog has its `input/unresolved` here.
    pub problems: Vec<Diagnostic>,
}
