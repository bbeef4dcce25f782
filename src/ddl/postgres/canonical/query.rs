//! Queries of views.
//!
//! The server expands and qualifies names by its catalogs, which a text alone does not give. So: equal once printed without what says
//! nothing is equal; other relations, columns, constants, functions, operators, kinds of joins, sets and orders are a difference; the rest cannot
//! be told.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    AExpr, AExprKind, BoolExprType, JoinType, RawStmt, SelectStmt, SetOperation, SortByDir, SqlValueFunctionOp,
};

use super::call::function_name;
use super::constant::constant;
use crate::ddl::postgres::lower::strings;
use crate::ddl::postgres::print::Printer;
use crate::ddl::postgres::walk::walk;

pub(super) fn same(a: &[RawStmt], b: &[RawStmt]) -> Option<bool> {
    let pair = [a, b];
    let [one, other] = pair.map(printed);
    if one == other {
        return Some(true);
    }
    let [one, other] = pair.map(Atoms::of);
    let columns_count = !one.has_star && !other.has_star;
    let differs = one.names != other.names || columns_count && one.columns != other.columns;
    differs.then_some(false)
}

fn printed(statements: &[RawStmt]) -> String {
    let mut printer = Printer::new();
    for node in statements.iter().filter_map(|s| s.stmt.as_deref()) {
        printer.query(node);
    }
    printer.into_sql()
}

/// What a query is made of, whatever the arrangement; each list sorted.
#[derive(Default)]
struct Atoms {
    names: Vec<String>,
    columns: Vec<String>,
    has_star: bool,
}

impl Atoms {
    fn of(statements: &[RawStmt]) -> Self {
        let mut atoms = Self::default();
        for node in statements.iter().filter_map(|s| s.stmt.as_deref()?.node.as_ref()) {
            walk(node, &mut |node| {
                atoms.see(node);
                true
            });
        }
        atoms.names.sort_unstable();
        atoms.columns.sort_unstable();
        // Columns of USING and of GROUP BY and ORDER BY may be written by name or by number.
        atoms.columns.dedup();
        atoms
    }

    fn see(&mut self, node: &NodeEnum) {
        match node {
            NodeEnum::RangeVar(relation) => self.names.push(format!("from {}", relation.relname)),
            NodeEnum::FuncCall(call) => {
                let name = function_name(call);
                let name = if name == "transaction_timestamp" { "now".into() } else { name };
                self.names.push(format!("call {name}"));
            }
            NodeEnum::SqlvalueFunction(value) if value.op == SqlValueFunctionOp::SvfopCurrentTimestamp as i32 => {
                self.names.push("call now".into());
            }
            NodeEnum::AConst(c) => {
                let node = pg_query::protobuf::Node { node: Some(NodeEnum::AConst(c.clone())) };
                self.names.extend(constant(&node).map(|constant| format!("value {}", constant.form(None))));
            }
            NodeEnum::ColumnRef(column) => match strings(&column.fields).last() {
                Some(name) if column.fields.len() == strings(&column.fields).len() => self.columns.push(name.clone()),
                _ => self.has_star = true,
            },
            NodeEnum::AExpr(expr) => self.operators(expr),
            NodeEnum::NullTest(test) => self.names.push(format!("null test {}", test.nulltesttype)),
            NodeEnum::BoolExpr(expr) if expr.boolop == BoolExprType::NotExpr as i32 => self.names.push("not".into()),
            // How many of them a chain of OR makes is a matter of parentheses.
            NodeEnum::BoolExpr(expr)
                if expr.boolop == BoolExprType::OrExpr as i32 && !self.names.iter().any(|name| name == "or") =>
            {
                self.names.push("or".into());
            }
            // An inner join may be written as a list in FROM.
            NodeEnum::JoinExpr(join) if join.jointype != JoinType::JoinInner as i32 => {
                self.names.push(format!("join {}", join.jointype));
            }
            NodeEnum::SortBy(sort) if sort.sortby_dir == SortByDir::SortbyDesc as i32 => self.names.push("desc".into()),
            NodeEnum::SelectStmt(select) => self.clauses(select),
            _ => {}
        }
    }

    /// The operators that an expression stands for, as the server prints them: `BETWEEN` is two comparisons, `IN` is `= ANY`.
    fn operators(&mut self, expr: &AExpr) {
        let written = strings(&expr.name).pop().unwrap_or_default();
        let operators = match AExprKind::try_from(expr.kind).unwrap_or_default() {
            AExprKind::AexprBetween => vec![">=", "<="],
            AExprKind::AexprNotBetween => vec!["<", ">"],
            AExprKind::AexprDistinct => vec!["distinct"],
            AExprKind::AexprNotDistinct => vec!["not distinct"],
            AExprKind::AexprOp
            | AExprKind::AexprOpAny
            | AExprKind::AexprOpAll
            | AExprKind::AexprIn
            | AExprKind::AexprLike
            | AExprKind::AexprIlike => vec![if written == "!=" { "<>" } else { written.as_str() }],
            _ => Vec::new(),
        };
        self.names.extend(operators.iter().map(|operator| format!("operator {operator}")));
    }

    fn clauses(&mut self, select: &SelectStmt) {
        let clauses = [
            (!select.distinct_clause.is_empty(), "distinct"),
            (!select.group_clause.is_empty(), "group"),
            (select.having_clause.is_some(), "having"),
            (!select.sort_clause.is_empty(), "order"),
            (select.limit_count.is_some(), "limit"),
            (select.limit_offset.is_some(), "offset"),
        ];
        self.names.extend(clauses.iter().filter(|(stands, _)| *stands).map(|(_, name)| (*name).to_owned()));
        if select.op != SetOperation::SetopNone as i32 {
            self.names.push(format!("set {} {}", select.op, select.all));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::same;
    use crate::ddl::postgres::parse::raw_parse;

    fn check(a: &str, b: &str, expect: Option<bool>) {
        let [one, other] = [a, b].map(|sql| raw_parse(sql).expect("it parses"));
        assert_eq!(same(&one, &other), expect, "{a}\n{b}");
    }

    #[test]
    fn operators_joins_and_orders_make_a_difference() {
        for (a, b) in [
            ("SELECT a FROM t WHERE a > 1", "SELECT a FROM t WHERE a < 1"),
            ("SELECT a FROM t WHERE a IS NULL", "SELECT a FROM t WHERE a IS NOT NULL"),
            ("SELECT a FROM t WHERE b", "SELECT a FROM t WHERE NOT b"),
            ("SELECT a FROM t WHERE a = 1 AND b", "SELECT a FROM t WHERE a = 1 OR b"),
            ("SELECT a FROM t JOIN u ON t.i = u.i", "SELECT a FROM t LEFT JOIN u ON t.i = u.i"),
            ("SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a DESC"),
            ("SELECT a FROM t", "SELECT DISTINCT a FROM t"),
            ("SELECT a FROM t UNION SELECT a FROM u", "SELECT a FROM t UNION ALL SELECT a FROM u"),
        ] {
            check(a, b, Some(false));
        }
    }

    #[test]
    fn what_the_server_prints_otherwise_makes_none() {
        for (a, b) in [
            ("SELECT a FROM t WHERE a BETWEEN 1 AND 2", "SELECT t.a FROM t WHERE t.a >= 1 AND t.a <= 2"),
            ("SELECT a FROM t WHERE b LIKE 'x'", "SELECT t.a FROM t WHERE t.b ~~ 'x'::text"),
            ("SELECT a FROM t WHERE a != 1", "SELECT t.a FROM t WHERE t.a <> 1"),
            ("SELECT a FROM t, u WHERE t.i = u.i", "SELECT t.a FROM t JOIN u ON t.i = u.i"),
        ] {
            check(a, b, None);
        }
    }
}
