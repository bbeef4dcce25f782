//! Queries of views.
//!
//! The server expands and qualifies names by its catalogs, which a text alone does not give. So: equal once printed without what says
//! nothing is equal; other relations, columns, constants, functions or operators are a difference; the rest cannot be told.

use pg_query::NodeEnum;
use pg_query::protobuf::{RawStmt, SqlValueFunctionOp};

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
            _ => {}
        }
    }
}
