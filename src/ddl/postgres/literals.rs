//! String constants that take their type from what they stand beside: a column that they are compared with, or a cast
//! (`make_op` and `coerce_type` in src/backend/parser/).

use pg_query::NodeEnum;
use pg_query::protobuf::a_const::Val;
use pg_query::protobuf::{AExprKind, Node};

use super::lower::strings;
use super::types::lower_type;
use crate::dialect::LiteralOf;

/// The constants of one node, each with what gives it its type.
pub(super) fn literals_of(node: &NodeEnum) -> Vec<(LiteralOf, String)> {
    match node {
        NodeEnum::AExpr(expression) => {
            let (left, right) = (expression.lexpr.as_deref(), expression.rexpr.as_deref());
            let compared = match expression.kind() {
                AExprKind::AexprOp => {
                    let operator = strings(&expression.name);
                    let compares =
                        matches!(operator.last().map(String::as_str), Some("=" | "<>" | "<" | ">" | "<=" | ">="));
                    if !compares {
                        return Vec::new();
                    }
                    if column(left).is_none() { (right, left) } else { (left, right) }
                }
                AExprKind::AexprDistinct | AExprKind::AexprNotDistinct => {
                    if column(left).is_none() {
                        (right, left)
                    } else {
                        (left, right)
                    }
                }
                AExprKind::AexprIn
                | AExprKind::AexprBetween
                | AExprKind::AexprNotBetween
                | AExprKind::AexprOpAny
                | AExprKind::AexprOpAll => (left, right),
                _ => return Vec::new(),
            };
            let Some(column) = column(compared.0) else { return Vec::new() };
            let of_elements = matches!(expression.kind(), AExprKind::AexprOpAny | AExprKind::AexprOpAll);
            if let (true, Some(array)) = (of_elements, text(compared.1)) {
                return vec![(LiteralOf::ElementsLike(column), array)];
            }
            let texts = texts(compared.1).into_iter();
            texts.map(|text| (LiteralOf::Column(column.clone()), text)).collect()
        }
        NodeEnum::TypeCast(cast) => {
            let Some(raw) = cast.type_name.as_ref() else { return Vec::new() };
            let argument = cast.arg.as_deref();
            let mut lowered = lower_type(raw);
            if lowered.serial || lowered.copied_from.is_some() {
                return Vec::new();
            }
            // The elements of ARRAY['a', 'b']::t[] are cast one by one.
            if matches!(argument.and_then(|n| n.node.as_ref()), Some(NodeEnum::AArrayExpr(_))) {
                lowered.ty.array = false;
            }
            texts(argument).into_iter().map(|text| (LiteralOf::Type(lowered.ty.clone()), text)).collect()
        }
        _ => Vec::new(),
    }
}

fn column(node: Option<&Node>) -> Option<Vec<String>> {
    match node?.node.as_ref()? {
        NodeEnum::ColumnRef(column) => {
            let parts = strings(&column.fields);
            (parts.len() == column.fields.len()).then_some(parts)
        }
        _ => None,
    }
}

/// A string constant, or those of a list that holds nothing else: another member may give all of them its type.
fn texts(node: Option<&Node>) -> Vec<String> {
    match node.and_then(|n| n.node.as_ref()) {
        Some(NodeEnum::AConst(_)) => text(node).into_iter().collect(),
        Some(NodeEnum::List(list)) => all_texts(&list.items),
        Some(NodeEnum::AArrayExpr(array)) => all_texts(&array.elements),
        _ => Vec::new(),
    }
}

fn text(node: Option<&Node>) -> Option<String> {
    match node?.node.as_ref()? {
        NodeEnum::AConst(constant) => match constant.val.as_ref()? {
            Val::Sval(text) => Some(text.sval.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn all_texts(nodes: &[Node]) -> Vec<String> {
    let found: Option<Vec<String>> = nodes.iter().map(|node| text(Some(node))).collect();
    found.unwrap_or_default()
}
