//! What an expression can see: the row at hand, rows of outer queries, and the environment.

use std::rc::Rc;

use super::{Answer, Environment, Rows, Stop};

/// Evaluations of sub-expressions and of rows that one question may take.
const STEPS: u32 = 2_000_000;

/// Levels of nested expressions and queries.
const DEPTH: u32 = 400;

pub(super) struct Evaluator<'e> {
    pub(super) environment: &'e mut dyn Environment,
    steps: u32,
    pub(super) depth: u32,
}

impl<'e> Evaluator<'e> {
    pub(super) fn new(environment: &'e mut dyn Environment) -> Self {
        Self { environment, steps: 0, depth: 0 }
    }

    /// Counts one step.
    pub(super) fn step(&mut self) -> Answer<()> {
        self.steps += 1;
        if self.steps > STEPS { Err(Stop::unknown("it takes too many steps to work it out")) } else { Ok(()) }
    }

    /// Goes one level down; the caller comes back with `self.depth -= 1`.
    pub(super) fn enter(&mut self) -> Answer<()> {
        self.depth += 1;
        if self.depth > DEPTH { Err(Stop::unknown("it is nested too deeply")) } else { Ok(()) }
    }
}

/// One relation of a FROM clause while its rows are gone through.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub(super) alias: String,
    pub(super) columns: Rc<Vec<String>>,
}

/// The row at hand: for each source the values of its columns.
pub(super) type Tuple = Vec<Rc<Vec<Answer>>>;

/// Column names and values.
pub(super) type WholeRow = (Rc<Vec<String>>, Rc<Vec<Answer>>);

/// A chain of rows, innermost first.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) sources: &'s [Source],
    pub(super) tuple: &'s [Rc<Vec<Answer>>],
    pub(super) with: &'s [(String, Rc<Rows>)],
    /// Rows of the group, for aggregates.
    pub(super) group: Option<&'s [Tuple]>,
    pub(super) outer: Option<&'s Scope<'s>>,
}

impl<'s> Scope<'s> {
    pub(super) fn empty() -> Self {
        Self { sources: &[], tuple: &[], with: &[], group: None, outer: None }
    }

    /// A query that WITH names.
    pub(super) fn with_query(&self, name: &str) -> Option<Rc<Rows>> {
        let own = self.with.iter().rev().find(|(n, _)| n == name).map(|(_, rows)| Rc::clone(rows));
        own.or_else(|| self.outer.and_then(|outer| outer.with_query(name)))
    }

    /// The value of a column, in this row or in an outer one.
    pub(super) fn column(&self, qualifier: Option<&str>, name: &str) -> Option<Answer> {
        for (source, values) in self.sources.iter().zip(self.tuple) {
            if qualifier.is_some_and(|q| q != source.alias) {
                continue;
            }
            if let Some(index) = source.columns.iter().position(|c| c == name) {
                return Some(values.get(index).cloned().unwrap_or_else(|| Err(Stop::unknown("a row is cut short"))));
            }
        }
        self.outer.and_then(|outer| outer.column(qualifier, name))
    }

    /// The whole row of a source.
    pub(super) fn row(&self, alias: &str) -> Option<WholeRow> {
        let own = self.sources.iter().zip(self.tuple).find(|(s, _)| s.alias == alias);
        own.map(|(s, v)| (Rc::clone(&s.columns), Rc::clone(v))).or_else(|| self.outer.and_then(|o| o.row(alias)))
    }

    /// Whether a source of this or an outer query has the name.
    pub(super) fn has_source(&self, alias: &str) -> bool {
        self.sources.iter().any(|s| s.alias == alias) || self.outer.is_some_and(|o| o.has_source(alias))
    }

    pub(super) fn has_any_source(&self) -> bool {
        !self.sources.is_empty() || self.outer.is_some_and(Scope::has_any_source)
    }
}
