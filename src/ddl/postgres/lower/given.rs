//! What INSERT and UPDATE give their columns, as far as it shows in the statement, and the index that ON CONFLICT asks for.

use pg_query::NodeEnum;
use pg_query::protobuf::{InsertStmt, Node, OverridingKind, UpdateStmt};

use super::context::{Lower, cut, list_items, non_empty};
use crate::ddl::{Arbiter, Given, GivenTo};

fn is_default(node: Option<&Node>) -> bool {
    matches!(node.and_then(|n| n.node.as_ref()), Some(NodeEnum::SetToDefault(_)))
}

/// The columns that get something other than DEFAULT in some row, and those that get DEFAULT in all. Empty where a star stands for columns.
pub(super) fn inserted(raw: &InsertStmt) -> Vec<Given> {
    let Some(NodeEnum::SelectStmt(select)) = raw.select_stmt.as_deref().and_then(|n| n.node.as_ref()) else {
        return Vec::new();
    };
    let rows: Vec<&[Node]> = select.values_lists.iter().map(|row| list_items(Some(row))).collect();
    let width = rows.iter().map(|row| row.len()).max().unwrap_or(select.target_list.len());
    let is_default = |place: usize| !rows.is_empty() && rows.iter().all(|row| is_default(row.get(place)));
    if raw.cols.is_empty() {
        // Behind a star it is not known which place is whose.
        let has_star = rows.is_empty() && (select.larg.is_some() || select.target_list.iter().any(may_be_several));
        let places = if has_star { 0 } else { width };
        return (0..places).map(|place| Given { to: GivenTo::Place(place), default: is_default(place) }).collect();
    }
    let named = raw.cols.iter().enumerate().filter_map(|(place, node)| match node.node.as_ref() {
        Some(NodeEnum::ResTarget(target)) => {
            Some(Given { to: GivenTo::Column(cut(&target.name)), default: is_default(place) })
        }
        _ => None,
    });
    named.collect()
}

/// Whether an item of a select list gives more than one column.
fn may_be_several(target: &Node) -> bool {
    let Some(NodeEnum::ResTarget(target)) = target.node.as_ref() else { return true };
    let star = |nodes: &[Node]| matches!(nodes.last().and_then(|n| n.node.as_ref()), Some(NodeEnum::AStar(_)));
    match target.val.as_deref().and_then(|n| n.node.as_ref()) {
        Some(NodeEnum::ColumnRef(column)) => star(&column.fields),
        Some(NodeEnum::AIndirection(indirection)) => star(&indirection.indirection),
        _ => false,
    }
}

pub(super) fn updated(raw: &UpdateStmt) -> Vec<Given> {
    let targets = raw.target_list.iter().filter_map(|node| match node.node.as_ref() {
        Some(NodeEnum::ResTarget(target)) => {
            Some(Given { to: GivenTo::Column(cut(&target.name)), default: is_default(target.val.as_deref()) })
        }
        _ => None,
    });
    targets.collect()
}

/// OVERRIDING SYSTEM VALUE or USER VALUE
pub(super) fn is_overriding(raw: &InsertStmt) -> bool {
    matches!(
        OverridingKind::try_from(raw.r#override).unwrap_or_default(),
        OverridingKind::OverridingSystemValue | OverridingKind::OverridingUserValue
    )
}

pub(super) fn arbiter(lower: &Lower<'_>, raw: &InsertStmt) -> Option<Arbiter> {
    let infer = raw.on_conflict_clause.as_deref()?.infer.as_deref()?;
    let mut arbiter = Arbiter {
        columns: Vec::new(),
        expressions: 0,
        predicate: infer.where_clause.is_some(),
        constraint: non_empty(&infer.conname),
        span: lower.token_span(infer.location),
    };
    for element in &infer.index_elems {
        match element.node.as_ref() {
            Some(NodeEnum::IndexElem(element)) if !element.name.is_empty() => {
                arbiter.columns.push(cut(&element.name));
            }
            _ => arbiter.expressions += 1,
        }
    }
    Some(arbiter)
}
