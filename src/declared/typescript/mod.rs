//! TypeScript, read without running it: parsed by oxc, its imports resolved over a [`Tree`], its constants evaluated by a small and total
//! evaluator.
//!
//! The evaluator knows the language and nothing of any ORM. What comes from a package is kept as a symbolic expression ([`value::Node`]) with
//! all calls, properties and arguments, which a loader interprets; what cannot be known statically is a value too, with its place and the
//! reason. Everything is bounded (size, nesting, steps), and runs on a thread with a large stack. This folder is the only user of oxc.

mod bounds;
mod builtins;
mod date;
mod effects;
mod eval;
mod exec;
mod guard;
mod holders;
mod import_map;
mod json;
mod load;
mod lower;
mod lower_class;
mod lower_expr;
mod member;
mod nodes;
mod number;
mod operators;
mod package;
mod packages;
mod parse;
mod plain;
mod resolve;
mod scope;
mod syntax;
mod tsconfig;
mod validators;
pub(super) mod value;
mod workspace;

pub(super) use builtins::to_json;
pub(super) use date::to_iso;
pub(super) use load::Evaluator;
pub(super) use number::to_text as number_to_text;
pub(super) use packages::{ROOT, SYMBOLS};
pub(super) use plain::{Plain, PlainKind, default_export};
pub(super) use syntax::Atom;

use crate::source::{SourceMap, Tree};
use crate::threads::only_on_large_stack;

/// Runs `f` with an evaluator over a tree, on a thread whose stack holds the deepest expression that is allowed.
///
/// # Errors
/// When the machine cannot give such a thread.
pub(super) fn with_evaluator<T: Send>(
    tree: &dyn Tree,
    sources: &SourceMap,
    f: impl FnOnce(&mut Evaluator<'_>) -> T + Send,
) -> Result<T, String> {
    only_on_large_stack(move || f(&mut Evaluator::new(resolve::Resolver::new(tree), sources)))
}

#[cfg(test)]
mod tests;
