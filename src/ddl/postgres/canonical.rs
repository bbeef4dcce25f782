//! Comparison of expressions and queries by meaning.

use super::parse::raw_parse_with;
use super::print::Printer;
use crate::model::{Expr, TypeName};

fn printed(sql: &str) -> String {
    let Ok(statements) = raw_parse_with(sql, pg_query::ParserOptions::PLPGSQL_EXPR) else { return sql.to_owned() };
    let mut printer = Printer::new();
    for node in statements.iter().filter_map(|s| s.stmt.as_deref()) {
        printer.query(node);
    }
    printer.into_sql()
}

/// Whether two expressions mean the same.
pub(super) fn same_expression(
    a: &Expr,
    b: &Expr,
    ty: Option<&TypeName>,
    columns: &dyn Fn(&str) -> Option<TypeName>,
) -> bool {
    canonical_expression(a, ty, columns) == canonical_expression(b, ty, columns)
}

/// A canonical form of an expression.
pub(super) fn canonical_expression(
    expr: &Expr,
    _ty: Option<&TypeName>,
    _columns: &dyn Fn(&str) -> Option<TypeName>,
) -> String {
    let text = printed(&expr.sql);
    text.strip_prefix("SELECT ").unwrap_or(&text).to_owned()
}

/// Whether two queries mean the same; only equality is certain.
pub(super) fn same_query(a: &Expr, b: &Expr) -> Option<bool> {
    let printed = |sql: &str| {
        let statements = super::parse::raw_parse(sql).ok()?;
        let mut printer = Printer::new();
        printer.query(statements.first()?.stmt.as_deref()?);
        Some(printer.into_sql())
    };
    (printed(&a.sql)? == printed(&b.sql)?).then_some(true)
}
