//! Function calls, plain and in the standard's own syntax.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    CoercionForm, FuncCall, Node, SortBy, SortByDir, SortByNulls, SqlValueFunction, SqlValueFunctionOp,
};

use super::expr::AT_TIME_ZONE;
use super::{Printer, quote_if_needed};
use crate::ddl::postgres::lower::strings;

/// The name of a function that was written in the standard's syntax (`EXTRACT(…)`, `AT TIME ZONE`), whose name the grammar gives.
fn syntax_name(call: &FuncCall) -> Option<&str> {
    if call.funcformat != CoercionForm::CoerceSqlSyntax as i32 {
        return None;
    }
    match call.funcname.last()?.node.as_ref()? {
        NodeEnum::String(name) => Some(&name.sval),
        _ => None,
    }
}

pub(super) fn is_at_time_zone(call: &FuncCall) -> bool {
    syntax_name(call) == Some("timezone") && call.args.len() == 2
}

/// Whether the call is printed here, as an atom.
pub(super) fn prints_by_itself(call: &FuncCall) -> bool {
    match syntax_name(call) {
        None => call.over.is_none(),
        Some(name) => matches!(name, "extract" | "position" | "substring" | "btrim" | "ltrim" | "rtrim"),
    }
}

impl Printer {
    pub(super) fn call(&mut self, call: &FuncCall, node: &Node) {
        self.see(call.location);
        if call.over.is_some() || call.agg_within_group {
            return self.deparse(node);
        }
        match syntax_name(call) {
            None => self.plain_call(call),
            Some(name) => self.syntax_call(name, call, node),
        }
    }

    fn plain_call(&mut self, call: &FuncCall) {
        let name: Vec<String> = strings(&call.funcname).iter().map(|n| quote_if_needed(n)).collect();
        self.push(&name.join("."));
        self.push("(");
        if call.agg_star {
            self.push("*");
        }
        if call.agg_distinct {
            self.push("DISTINCT ");
        }
        let last = call.args.len().saturating_sub(1);
        for (i, arg) in call.args.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            if call.func_variadic && i == last {
                self.push("VARIADIC ");
            }
            self.expr(arg);
        }
        self.order_by(&call.agg_order);
        self.push(")");
        if let Some(filter) = call.agg_filter.as_deref() {
            self.push(" FILTER (WHERE ");
            self.expr(filter);
            self.push(")");
        }
    }

    pub(super) fn order_by(&mut self, keys: &[Node]) {
        for (i, key) in keys.iter().enumerate() {
            self.push(if i == 0 { " ORDER BY " } else { ", " });
            if let Some(NodeEnum::SortBy(sort)) = key.node.as_ref() {
                self.sort_key(sort);
            }
        }
    }

    fn sort_key(&mut self, sort: &SortBy) {
        if let Some(node) = sort.node.as_deref() {
            self.expr(node);
        }
        match SortByDir::try_from(sort.sortby_dir).unwrap_or_default() {
            SortByDir::SortbyAsc => self.push(" ASC"),
            SortByDir::SortbyDesc => self.push(" DESC"),
            SortByDir::SortbyUsing => {
                self.push(" USING ");
                self.operator_name(&strings(&sort.use_op));
            }
            _ => {}
        }
        match SortByNulls::try_from(sort.sortby_nulls).unwrap_or_default() {
            SortByNulls::SortbyNullsFirst => self.push(" NULLS FIRST"),
            SortByNulls::SortbyNullsLast => self.push(" NULLS LAST"),
            _ => {}
        }
    }

    fn syntax_call(&mut self, name: &str, call: &FuncCall, node: &Node) {
        let args = call.args.as_slice();
        match (name, args) {
            ("timezone", [zone, time]) => {
                self.operand(time, AT_TIME_ZONE);
                self.push(" AT TIME ZONE ");
                self.operand(zone, AT_TIME_ZONE);
            }
            ("extract", [field, from]) => {
                self.push("EXTRACT(");
                self.extract_field(field);
                self.push(" FROM ");
                self.expr(from);
                self.push(")");
            }
            ("position", [text, part]) => self.infix_call("POSITION(", part, " IN ", text),
            ("substring", [text, rest @ ..]) if !rest.is_empty() => {
                self.push("SUBSTRING(");
                self.expr(text);
                self.push(" FROM ");
                self.expr(&rest[0]);
                if let Some(length) = rest.get(1) {
                    self.push(" FOR ");
                    self.expr(length);
                }
                self.push(")");
            }
            ("btrim" | "ltrim" | "rtrim", [text, rest @ ..]) => {
                self.push(match name {
                    "ltrim" => "TRIM(LEADING ",
                    "rtrim" => "TRIM(TRAILING ",
                    _ => "TRIM(BOTH ",
                });
                if let Some(characters) = rest.first() {
                    self.expr(characters);
                    self.push(" ");
                }
                self.push("FROM ");
                self.expr(text);
                self.push(")");
            }
            _ => self.deparse(node),
        }
    }

    /// Both parts are b_expr in the grammar: parenthesised unless they are simple.
    fn infix_call(&mut self, open: &str, left: &Node, word: &str, right: &Node) {
        self.push(open);
        self.operand(left, AT_TIME_ZONE);
        self.push(word);
        self.operand(right, AT_TIME_ZONE);
        self.push(")");
    }

    fn extract_field(&mut self, field: &Node) {
        match field.node.as_ref().and_then(crate::ddl::postgres::lower::scalar) {
            Some(name) if name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') => self.push(&name),
            _ => self.expr(field),
        }
    }

    pub(super) fn keyword_call(&mut self, word: &str, args: &[Node], location: i32) {
        self.see(location);
        self.push(word);
        self.push("(");
        self.expr_list(args);
        self.push(")");
    }

    pub(super) fn value_function(&mut self, value: &SqlValueFunction, node: &Node) {
        self.see(value.location);
        let word =
            match SqlValueFunctionOp::try_from(value.op).unwrap_or(SqlValueFunctionOp::SqlvalueFunctionOpUndefined) {
                SqlValueFunctionOp::SvfopCurrentDate => "CURRENT_DATE",
                SqlValueFunctionOp::SvfopCurrentTime | SqlValueFunctionOp::SvfopCurrentTimeN => "CURRENT_TIME",
                SqlValueFunctionOp::SvfopCurrentTimestamp | SqlValueFunctionOp::SvfopCurrentTimestampN => {
                    "CURRENT_TIMESTAMP"
                }
                SqlValueFunctionOp::SvfopLocaltime | SqlValueFunctionOp::SvfopLocaltimeN => "LOCALTIME",
                SqlValueFunctionOp::SvfopLocaltimestamp | SqlValueFunctionOp::SvfopLocaltimestampN => "LOCALTIMESTAMP",
                SqlValueFunctionOp::SvfopCurrentRole => "CURRENT_ROLE",
                SqlValueFunctionOp::SvfopCurrentUser => "CURRENT_USER",
                SqlValueFunctionOp::SvfopUser => "USER",
                SqlValueFunctionOp::SvfopSessionUser => "SESSION_USER",
                SqlValueFunctionOp::SvfopCurrentCatalog => "CURRENT_CATALOG",
                SqlValueFunctionOp::SvfopCurrentSchema => "CURRENT_SCHEMA",
                SqlValueFunctionOp::SqlvalueFunctionOpUndefined => return self.deparse(node),
            };
        self.push(word);
        let precision = matches!(
            SqlValueFunctionOp::try_from(value.op),
            Ok(SqlValueFunctionOp::SvfopCurrentTimeN
                | SqlValueFunctionOp::SvfopCurrentTimestampN
                | SqlValueFunctionOp::SvfopLocaltimeN
                | SqlValueFunctionOp::SvfopLocaltimestampN)
        );
        if precision {
            self.push(&format!("({})", value.typmod));
        }
    }
}
