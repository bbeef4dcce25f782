//! Compares two catalogs: [`diff`] gives changes as data. Neither side's source language is known here, only what the declared one can
//! express ([`Language`]).
//!
//! A missing or undeclared table stands for all that is in it. What is not known ([`Known::Unknown`](crate::model::Known)) is never
//! compared; where a declaration could not be read whole, nothing is called undeclared for lack of it.

mod change;
mod columns;
mod constraints;
mod differ;
mod indexes;
mod language;
mod matching;
mod names;
mod pair;
mod programs;
mod relations;
mod scope;
mod tables;

pub use change::{Change, Delta, Diff, Item, Owner, Unmanaged};
pub use columns::wants_a_value;
pub use language::{Language, LeftAlone, NameDrift};
pub use pair::Pair;
pub use scope::Scope;

use crate::dialect::Dialect;
use crate::model::Catalog;
use differ::Differ;

/// All differences between what is declared and what the migrations leave behind.
#[must_use]
pub fn diff<'a>(
    catalogs: Pair<&'a Catalog>,
    language: &Language,
    dialect: &dyn Dialect,
    scope: &Scope<'_>,
) -> Diff<'a> {
    let mut differ = Differ { catalogs, language, dialect, scope, diff: Diff::default() };
    differ.schemas();
    differ.extensions();
    differ.enums();
    differ.domains();
    differ.composites();
    differ.sequences();
    differ.tables();
    differ.views();
    differ.functions();
    differ.opaque();
    differ.diff
}
