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
mod subquery;
#[cfg(test)]
mod tests;
mod time;

use super::lexer::same_tokens;
use super::parse::{raw_parse, raw_parse_with};
use super::refactor::single_expression;
use crate::dialect::Resolver;
use crate::model::{Expr, TypeName};
use crate::threads::on_large_stack;
use form::Canon;
pub(super) use time::interval_fields;

/// Texts longer than this may be nested deeply, and are read on a thread with a large stack.
const SHORT: usize = 1_000;

/// Whether two expressions mean the same.
pub(super) fn same_expression(a: &Expr, b: &Expr, ty: Option<&TypeName>, names: &dyn Resolver) -> bool {
    if a.sql.trim() == b.sql.trim() {
        return true;
    }
    canonical_expression(a, ty, names) == canonical_expression(b, ty, names)
}

/// A canonical form of an expression; the text itself where the grammar refuses it.
pub(super) fn canonical_expression(expr: &Expr, ty: Option<&TypeName>, names: &dyn Resolver) -> String {
    with_room(expr.sql.len(), || canonical(&expr.sql, ty, names))
}

fn canonical(sql: &str, ty: Option<&TypeName>, names: &dyn Resolver) -> String {
    let statements = raw_parse_with(sql, pg_query::ParserOptions::PLPGSQL_EXPR).unwrap_or_default();
    match single_expression(&statements) {
        Some(node) => Canon { names, level: None }.assigned(node, ty),
        None => sql.to_owned(),
    }
}

/// Whether two statements make the same trigger or function, apart from its name, table, language and body.
pub(super) fn same_program(a: &str, b: &str, names: &dyn Resolver) -> bool {
    if a.trim() == b.trim() {
        return true;
    }
    let form = |sql| program::definition(&raw_parse(sql).unwrap_or_default(), &Canon { names, level: None });
    with_room(a.len().max(b.len()), || match (form(a), form(b)) {
        (Some(a), Some(b)) => a == b,
        _ => same_tokens(a, b),
    })
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
    with_room(a.sql.len().max(b.sql.len()), compare)
}

/// Runs what reads so many bytes of SQL where they may be nested deeply.
fn with_room<T: Send>(bytes: usize, work: impl FnOnce() -> T + Send) -> T {
    if bytes > SHORT { on_large_stack(work) } else { work() }
}
