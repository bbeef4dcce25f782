//! What an expression may not hold where it stands: subqueries, aggregates, window functions, functions that return sets
//! (`transformSubLink`, `check_agglevels_and_constraints`, `transformWindowFuncCall` and `check_srf_call_placement` in src/backend/parser/).

use super::IssueKind;
use super::dependencies::name_of;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::dialect::{NameKind, NamesIn, SqlForm};
use crate::model::FunctionKind;
use crate::source::Span;

/// Where an expression stands (`ParseExprKind`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Default,
    Check,
    Generated,
    IndexExpression,
    IndexPredicate,
    Policy,
    Using,
}

impl Place {
    /// How the server calls one such expression, where it takes no subquery.
    fn without_subquery(self) -> Option<&'static str> {
        Some(match self {
            Place::Default => "DEFAULT expression",
            Place::Check => "check constraint",
            Place::Generated => "column generation expression",
            Place::IndexExpression => "index expression",
            Place::IndexPredicate => "index predicate",
            Place::Using => "transform expression",
            Place::Policy => return None,
        })
    }

    /// How the server calls one such expression, where it has to be a boolean.
    pub(super) fn condition(self) -> Option<&'static str> {
        match self {
            Place::Check => Some("CHECK"),
            Place::IndexPredicate => Some("WHERE"),
            Place::Policy => Some("POLICY"),
            _ => None,
        }
    }

    /// How the server calls all such expressions.
    fn plural(self) -> &'static str {
        match self {
            Place::Default => "DEFAULT expressions",
            Place::Check => "check constraints",
            Place::Generated => "column generation expressions",
            Place::IndexExpression => "index expressions",
            Place::IndexPredicate => "index predicates",
            Place::Policy => "policy expressions",
            Place::Using => "transform expressions",
        }
    }
}

/// Aggregates of pg_catalog (`prokind = 'a'` in pg_proc.dat), but those that are seldom called by name.
const AGGREGATES: &[&str] = &[
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bool_and",
    "bool_or",
    "count",
    "every",
    "json_agg",
    "json_object_agg",
    "jsonb_agg",
    "jsonb_object_agg",
    "max",
    "min",
    "string_agg",
    "sum",
    "xmlagg",
];

/// Window functions of pg_catalog (`prokind = 'w'`).
const WINDOW_FUNCTIONS: &[&str] = &[
    "cume_dist",
    "dense_rank",
    "first_value",
    "lag",
    "last_value",
    "lead",
    "nth_value",
    "ntile",
    "percent_rank",
    "rank",
    "row_number",
];

/// Functions of pg_catalog all of whose variants return sets (`proretset`).
const SET_FUNCTIONS: &[&str] = &[
    "generate_series",
    "generate_subscripts",
    "json_array_elements",
    "json_array_elements_text",
    "json_each",
    "json_each_text",
    "json_object_keys",
    "jsonb_array_elements",
    "jsonb_array_elements_text",
    "jsonb_each",
    "jsonb_each_text",
    "jsonb_object_keys",
    "regexp_matches",
    "regexp_split_to_table",
    "string_to_table",
    "unnest",
];

impl State {
    /// Refuses an expression for what stands in it, whatever that is given.
    pub(super) fn check_place(&self, sql: &str, span: Span, place: Place) -> Ran<()> {
        // A call or a subquery has parentheses, and most expressions of this kind have none.
        if !sql.contains('(') {
            return Ok(());
        }
        let Some(names) = self.names_in(sql, SqlForm::Expression) else { return Ok(()) };
        let refuse = |code: &'static str, message: String| {
            Err(Refusal::new(IssueKind::InvalidDefinition, code, message).at(span))
        };
        if let Some(what) = place.without_subquery().filter(|_| names.scopes.len() > 1) {
            return refuse("0A000", format!("cannot use subquery in {what}"));
        }
        let plural = place.plural();
        match self.kind_of_call(&names, sql) {
            Some(Kind::Aggregate) => refuse("42803", format!("aggregate functions are not allowed in {plural}")),
            Some(Kind::Window) => refuse("42P20", format!("window functions are not allowed in {plural}")),
            Some(Kind::Set) => refuse("0A000", format!("set-returning functions are not allowed in {plural}")),
            None => Ok(()),
        }
    }

    /// A default is made of no column, and of what may stand there.
    pub(super) fn check_default_names(&self, sql: &str, span: Span) -> Ran<()> {
        // Literals and calls without arguments name nothing.
        let plain = |c: char| c.is_ascii_digit() || matches!(c, '\'' | '-' | '.');
        if sql.starts_with(plain) || sql.ends_with("()") && !sql.contains(char::is_whitespace) {
            return Ok(());
        }
        let Some(names) = self.names_in(sql, SqlForm::Expression) else { return Ok(()) };
        // Within a subquery a column may be the subquery's own, and that is refused before it is looked at.
        if names.scopes.len() == 1 && names.uses.iter().any(|n| n.kind == NameKind::Column) {
            let message = "cannot use column reference in DEFAULT expression";
            return Err(Refusal::new(IssueKind::InvalidDefinition, "0A000", message).at(span));
        }
        self.check_place(sql, span, Place::Default)
    }

    /// The first call of the outermost level that is no plain one.
    fn kind_of_call(&self, names: &NamesIn, sql: &str) -> Option<Kind> {
        let calls = names.uses.iter().filter(|n| n.kind == NameKind::Function && n.scope == 0);
        calls.into_iter().find_map(|call| {
            let written = name_of(&call.parts, self.now)?;
            let mut own = self.functions_named(&written).peekable();
            let kind = match call.parts.as_slice() {
                _ if own.peek().is_some() => {
                    own.all(|f| f.kind == FunctionKind::Aggregate).then_some(Kind::Aggregate)?
                }
                [name] => built_in_kind(name)?,
                [schema, name] if schema == "pg_catalog" => built_in_kind(name)?,
                _ => return None,
            };
            // An aggregate over a window is a window function.
            let is_over = || {
                let rest = sql.get(call.range.end..).unwrap_or_default().to_ascii_lowercase();
                rest.split_once(')').is_some_and(|(_, after)| after.trim_start().starts_with("over"))
            };
            Some(if kind == Kind::Aggregate && is_over() { Kind::Window } else { kind })
        })
    }
}

/// What a function is, other than one that gives a value for each row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Aggregate,
    Window,
    Set,
}

fn built_in_kind(name: &str) -> Option<Kind> {
    [(AGGREGATES, Kind::Aggregate), (WINDOW_FUNCTIONS, Kind::Window), (SET_FUNCTIONS, Kind::Set)]
        .into_iter()
        .find_map(|(names, kind)| names.contains(&name).then_some(kind))
}
