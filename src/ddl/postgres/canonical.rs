//! Comparison of expressions and queries by meaning.
//!
//! Two texts mean the same when the server would make the same of them: what its parser adds (casts of constants to the type of what they
//! stand beside, `~~` for LIKE, `= ANY (ARRAY[…])` for IN, two comparisons for BETWEEN) and what its printer adds (parentheses, qualified
//! names, casts) is taken away again, and constants are read as their type reads them. Sources: src/backend/parser/parse_expr.c,
//! parse_coerce.c, src/backend/utils/adt/ruleutils.c. What cannot be shown to be equal is different.

mod array;
mod call;
mod constant;
mod form;
mod kind;
mod operator;
mod program;
mod query;
#[cfg(test)]
mod tests;
mod time;

use std::collections::HashMap;

use super::lexer::{Tokens, identifier, same_tokens};
use super::on_large_stack;
use super::parse::{raw_parse, raw_parse_with};
use super::refactor::single_expression;
use crate::model::{Expr, TypeName};
use form::Canon;

/// Texts longer than this may be nested deeply, and are read on a thread with a large stack.
const SHORT: usize = 1_000;

/// Whether two expressions mean the same.
pub(super) fn same_expression(
    a: &Expr,
    b: &Expr,
    ty: Option<&TypeName>,
    columns: &dyn Fn(&str) -> Option<TypeName>,
) -> bool {
    if a.sql.trim() == b.sql.trim() {
        return true;
    }
    canonical_expression(a, ty, columns) == canonical_expression(b, ty, columns)
}

/// A canonical form of an expression; the text itself where the grammar refuses it.
pub(super) fn canonical_expression(
    expr: &Expr,
    ty: Option<&TypeName>,
    columns: &dyn Fn(&str) -> Option<TypeName>,
) -> String {
    if expr.sql.len() <= SHORT {
        return canonical(&expr.sql, ty, columns);
    }
    // Another thread cannot ask for types, so those of all names in the text go along.
    let names = Tokens::new(&expr.sql).filter_map(|token| identifier(&expr.sql, token));
    let types: HashMap<String, TypeName> = names.filter_map(|name| Some((name.clone(), columns(&name)?))).collect();
    on_large_stack(|| canonical(&expr.sql, ty, &|name| types.get(name).cloned()))
}

fn canonical(sql: &str, ty: Option<&TypeName>, columns: &dyn Fn(&str) -> Option<TypeName>) -> String {
    let statements = raw_parse_with(sql, pg_query::ParserOptions::PLPGSQL_EXPR).unwrap_or_default();
    match single_expression(&statements) {
        Some(node) => Canon { columns }.assigned(node, ty),
        None => sql.to_owned(),
    }
}

/// Whether two statements make the same trigger or function, apart from its name, table, language and body.
pub(super) fn same_program(a: &str, b: &str, columns: &dyn Fn(&str) -> Option<TypeName>) -> bool {
    if a.trim() == b.trim() {
        return true;
    }
    let form = |sql: &str, columns: &dyn Fn(&str) -> Option<TypeName>| {
        program::definition(&raw_parse(sql).unwrap_or_default(), &Canon { columns })
    };
    let same = |columns: &dyn Fn(&str) -> Option<TypeName>| match (form(a, columns), form(b, columns)) {
        (Some(a), Some(b)) => a == b,
        _ => same_tokens(a, b),
    };
    if a.len().max(b.len()) <= SHORT {
        return same(columns);
    }
    let names = [a, b].into_iter().flat_map(|sql| Tokens::new(sql).filter_map(move |token| identifier(sql, token)));
    let types: HashMap<String, TypeName> = names.filter_map(|name| Some((name.clone(), columns(&name)?))).collect();
    on_large_stack(|| same(&|name| types.get(name).cloned()))
}

/// Whether two queries mean the same; `None` where that cannot be told.
pub(super) fn same_query(a: &Expr, b: &Expr) -> Option<bool> {
    if a.sql.trim() == b.sql.trim() {
        return Some(true);
    }
    let compare = || {
        let parsed = [a, b].map(|query| raw_parse(&query.sql).ok());
        let [Some(a), Some(b)] = &parsed else { return None };
        query::same(a, b)
    };
    if a.sql.len().max(b.sql.len()) > SHORT { on_large_stack(compare) } else { compare() }
}
