//! Comparison of expressions and queries by meaning.
//!
//! The server's own text of an expression (ruleutils.c) hides how it was written: it adds the casts that parse analysis adds, folds names, writes
//! `IN` as `= ANY`. Two expressions are the same here when that text would be, or when they differ in a form that cannot matter (`now()` and
//! `CURRENT_TIMESTAMP`, a constant spelled with or without the cast its place gives it anyway). What cannot be shown to be the same is different.
//!
//! `tree` reads the parser's nodes into a small tree, `normalize` rewrites that by type, `constant` knows how types spell their values.

mod constant;
mod normalize;
mod tree;

#[cfg(test)]
mod tests;

use self::normalize::{Columns, normalize};
use self::tree::Canon;
use super::parse::raw_parse;
use super::print::Printer;
use super::refactor::single_expression;
use crate::model::{Expr, TypeName};

/// Whether two expressions mean the same where a value of type `ty` is wanted.
pub(super) fn same_expression(a: &Expr, b: &Expr, ty: Option<&TypeName>, columns: Columns<'_>) -> bool {
    if a.sql == b.sql {
        return true;
    }
    match (canonical(&a.sql, ty, columns), canonical(&b.sql, ty, columns)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

/// A canonical form for messages; the text as it is where it cannot be parsed.
pub(super) fn canonical_expression(expr: &Expr, ty: Option<&TypeName>, columns: Columns<'_>) -> String {
    canonical(&expr.sql, ty, columns).map_or_else(|| expr.sql.clone(), |tree| tree.to_string())
}

fn canonical(sql: &str, ty: Option<&TypeName>, columns: Columns<'_>) -> Option<Canon> {
    let statements = raw_parse(&format!("SELECT {sql}")).ok()?;
    let tree = tree::read(single_expression(&statements)?);
    Some(normalize(tree, ty, columns))
}

/// Whether two queries mean the same. `Some(false)` is never certain from text alone, so what does not print alike is `None`.
pub(super) fn same_query(a: &Expr, b: &Expr) -> Option<bool> {
    let printed = |sql: &str| {
        let mut statements = raw_parse(sql).ok()?;
        let node = statements.first_mut()?.stmt.as_deref_mut()?;
        strip_public(node);
        let mut printer = Printer::new();
        printer.query(node);
        Some(
            printer
                .into_sql()
                .to_lowercase()
                .replace(['(', ')', '"'], "")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        )
    };
    (printed(&a.sql)? == printed(&b.sql)?).then_some(true)
}

/// Takes `public.` from the relations of a query's outer FROM.
fn strip_public(node: &mut pg_query::protobuf::Node) {
    let Some(pg_query::NodeEnum::SelectStmt(select)) = node.node.as_mut() else { return };
    for from in &mut select.from_clause {
        strip_public_from(from);
    }
}

fn strip_public_from(node: &mut pg_query::protobuf::Node) {
    match node.node.as_mut() {
        Some(pg_query::NodeEnum::RangeVar(range)) if range.schemaname == "public" => range.schemaname.clear(),
        Some(pg_query::NodeEnum::JoinExpr(join)) => {
            for side in [join.larg.as_deref_mut(), join.rarg.as_deref_mut()].into_iter().flatten() {
                strip_public_from(side);
            }
        }
        _ => {}
    }
}
