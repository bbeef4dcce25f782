//! Views that rows can be written through by themselves (`view_query_is_auto_updatable` in src/backend/rewrite/rewriteHandler.c), as far as the query's
//! own text tells: what its relation is has to be asked elsewhere.

use pg_query::NodeEnum;
use pg_query::protobuf::{Node, SelectStmt};

use crate::ddl::postgres::walk::walk;

pub(super) fn is_updatable(query: &Node) -> bool {
    let Some(NodeEnum::SelectStmt(select)) = query.node.as_ref() else { return false };
    let [from] = select.from_clause.as_slice() else { return false };
    let targets = select.target_list.iter().filter_map(value);
    is_plain(select)
        && matches!(from.node, Some(NodeEnum::RangeVar(_)))
        && targets.clone().any(|value| matches!(value, NodeEnum::ColumnRef(_)))
        && !targets.into_iter().any(has_window)
}

/// Each row comes of one row of the relation.
fn is_plain(select: &SelectStmt) -> bool {
    select.distinct_clause.is_empty()
        && select.group_clause.is_empty()
        && select.having_clause.is_none()
        && select.larg.is_none()
        && select.with_clause.is_none()
        && select.limit_count.is_none()
        && select.limit_offset.is_none()
        && select.values_lists.is_empty()
}

fn value(target: &Node) -> Option<&NodeEnum> {
    match target.node.as_ref()? {
        NodeEnum::ResTarget(target) => target.val.as_deref()?.node.as_ref(),
        _ => None,
    }
}

fn has_window(value: &NodeEnum) -> bool {
    let mut found = false;
    walk(value, &mut |node| {
        found |= matches!(node, NodeEnum::FuncCall(call) if call.over.is_some());
        !found
    });
    found
}
