//! The conditions of WHERE, each applied as soon as what it names is there.

use pg_query::NodeEnum;
use pg_query::protobuf::{Node, SelectStmt};

use super::Value;
use super::literal::is_name_column;
use super::scope::{Evaluator, Scope, Source};
use crate::ddl::postgres::lower::strings;
use crate::ddl::postgres::walk::walk;

/// The parts of WHERE between its ANDs.
#[derive(Default)]
pub(super) struct Conditions<'n> {
    parts: Vec<&'n Node>,
    /// What FROM calls its relations.
    own: Vec<String>,
}

impl<'n> Conditions<'n> {
    pub(super) fn of(select: &'n SelectStmt) -> Self {
        let mut parts = Vec::new();
        if let Some(node) = select.where_clause.as_deref() {
            flatten(node, &mut parts);
        }
        let mut own = Vec::new();
        for item in select.from_clause.iter().filter_map(|item| item.node.as_ref()) {
            walk(item, &mut |node| {
                own.extend(source_name(node));
                true
            });
        }
        Self { parts, own }
    }

    /// `column = constant` for a relation, worked out beforehand.
    pub(super) fn constants(
        &self,
        evaluator: &mut Evaluator<'_>,
        alias: &str,
        scope: &Scope<'_>,
    ) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        for part in &self.parts {
            let Some(NodeEnum::AExpr(expr)) = part.node.as_ref() else { continue };
            let (Some(left), Some(right)) = (expr.lexpr.as_deref(), expr.rexpr.as_deref()) else { continue };
            if strings(&expr.name) != ["="] || expr.kind != pg_query::protobuf::AExprKind::AexprOp as i32 {
                continue;
            }
            for (column, value) in [(left, right), (right, left)] {
                let Some(NodeEnum::ColumnRef(reference)) = column.node.as_ref() else { continue };
                let parts = strings(&reference.fields);
                let meant = match parts.as_slice() {
                    [_] => true,
                    [.., qualifier, _] => qualifier == alias,
                    [] => false,
                };
                if let (true, true, Some(name)) = (meant, self.is_constant(value), parts.last())
                    && let Ok(value) = evaluator.expr(value, scope)
                    && !matches!(&value, Value::Text(text) if text.len() > 63 && is_name_column(column))
                {
                    found.push((name.clone(), value));
                }
            }
        }
        found
    }

    /// Whether an expression means the same for every row of FROM: it names no column, or one of a record or an outer query only.
    fn is_constant(&self, node: &Node) -> bool {
        let Some(inner) = node.node.as_ref() else { return false };
        let mut constant = true;
        walk(inner, &mut |n| {
            constant &= match n {
                NodeEnum::ColumnRef(column) => match strings(&column.fields).as_slice() {
                    [.., qualifier, _] => !self.own.contains(qualifier),
                    _ => false,
                },
                NodeEnum::SubLink(_) | NodeEnum::FuncCall(_) => false,
                _ => true,
            };
            constant
        });
        constant
    }

    /// Conditions whose columns all belong to sources that are there; at the end all that are left.
    pub(super) fn take_ready(&mut self, sources: &[Source], last: bool) -> Vec<&'n Node> {
        let mut ready = Vec::new();
        self.parts.retain(|part| {
            let is_ready = last || names_only(part, sources);
            if is_ready {
                ready.push(*part);
            }
            !is_ready
        });
        ready
    }
}

fn flatten<'n>(node: &'n Node, out: &mut Vec<&'n Node>) {
    if let Some(NodeEnum::BoolExpr(expr)) = node.node.as_ref()
        && expr.boolop == pg_query::protobuf::BoolExprType::AndExpr as i32
    {
        for arg in &expr.args {
            flatten(arg, out);
        }
        return;
    }
    out.push(node);
}

/// The name under which an item of FROM is known.
fn source_name(node: &NodeEnum) -> Option<String> {
    let (alias, name) = match node {
        NodeEnum::RangeVar(relation) => (relation.alias.as_ref(), relation.relname.clone()),
        NodeEnum::RangeSubselect(query) => (query.alias.as_ref(), String::new()),
        NodeEnum::RangeFunction(function) => (function.alias.as_ref(), String::new()),
        _ => return None,
    };
    Some(alias.map_or(name, |alias| alias.aliasname.clone())).filter(|name| !name.is_empty())
}

/// Whether every column is qualified by one of the sources, or is one of theirs, and there is no sub-query.
fn names_only(node: &Node, sources: &[Source]) -> bool {
    let Some(inner) = node.node.as_ref() else { return false };
    let mut only = true;
    walk(inner, &mut |n| {
        match n {
            NodeEnum::SubLink(_) => only = false,
            NodeEnum::ColumnRef(column) => {
                let parts = strings(&column.fields);
                only &= match parts.as_slice() {
                    [name] => sources.iter().any(|s| s.columns.iter().any(|c| c == name)),
                    [.., qualifier, _] => sources.iter().any(|s| s.alias == *qualifier),
                    [] => false,
                };
            }
            _ => {}
        }
        only
    });
    only
}
