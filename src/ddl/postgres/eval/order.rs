//! GROUP BY, ORDER BY, DISTINCT and LIMIT.

use pg_query::NodeEnum;
use pg_query::protobuf::{Node, SelectStmt, SortBy, SortByDir};

use super::scope::{Evaluator, Scope};
use super::{Answer, Row, Rows, Stop, Value, operator};
use crate::ddl::postgres::lower::strings;

impl Evaluator<'_> {
    /// `GROUP BY 1` means the first output column.
    pub(super) fn group_key(&mut self, node: &Node, select: &SelectStmt, scope: &Scope<'_>) -> Answer {
        if let Some(position) = position(node)
            && let Some(NodeEnum::ResTarget(target)) = select.target_list.get(position).and_then(|n| n.node.as_ref())
            && let Some(value) = target.val.as_deref()
        {
            return self.expr(value, scope);
        }
        self.expr(node, scope)
    }

    pub(super) fn sort_keys(
        &mut self,
        clause: &[Node],
        scope: &Scope<'_>,
        columns: &[String],
        values: &[Answer],
    ) -> Answer<Vec<Value>> {
        let mut keys = Vec::with_capacity(clause.len());
        for node in clause {
            let Some(NodeEnum::SortBy(sort)) = node.node.as_ref() else { continue };
            let Some(node) = sort.node.as_deref() else { continue };
            let output =
                position(node).or_else(|| output_name(node).and_then(|n| columns.iter().position(|c| *c == n)));
            keys.push(match output.and_then(|i| values.get(i)) {
                Some(answer) => answer.clone()?,
                None => self.expr(node, scope)?,
            });
        }
        Ok(keys)
    }

    pub(super) fn sort(&mut self, clause: &[Node], scope: &Scope<'_>, mut rows: Rows) -> Answer<Rows> {
        if clause.is_empty() {
            return Ok(rows);
        }
        let mut keys = Vec::new();
        for row in &rows.rows {
            keys.push(self.sort_keys(clause, scope, &rows.columns, &row.values)?);
        }
        sort_by_keys(&mut rows, keys, clause)?;
        Ok(rows)
    }

    pub(super) fn limit(&mut self, select: &SelectStmt, scope: &Scope<'_>, rows: &mut Rows) -> Answer<()> {
        let mut count = |node: Option<&Node>| -> Answer<Option<usize>> {
            match node.map(|n| self.expr(n, scope)).transpose()? {
                None | Some(Value::Null) => Ok(None),
                Some(Value::Int(i)) => Ok(Some(usize::try_from(i).unwrap_or(0))),
                Some(_) => Err(Stop::unknown("LIMIT is not a known number")),
            }
        };
        let (offset, limit) = (count(select.limit_offset.as_deref())?, count(select.limit_count.as_deref())?);
        if offset.is_none() && limit.is_none() {
            return Ok(());
        }
        // Which rows are cut off depends on those that may be there.
        if rows.doubt().is_some() {
            return if limit == Some(0) { Err(Stop::unknown("LIMIT meets unknown rows")) } else { Ok(()) };
        }
        rows.rows.drain(..offset.unwrap_or(0).min(rows.rows.len()));
        rows.rows.truncate(limit.unwrap_or(usize::MAX));
        Ok(())
    }
}

fn position(node: &Node) -> Option<usize> {
    let NodeEnum::AConst(constant) = node.node.as_ref()? else { return None };
    match constant.val.as_ref()? {
        pg_query::protobuf::a_const::Val::Ival(i) => usize::try_from(i.ival).ok()?.checked_sub(1),
        _ => None,
    }
}

fn output_name(node: &Node) -> Option<String> {
    let NodeEnum::ColumnRef(column) = node.node.as_ref()? else { return None };
    (column.fields.len() == 1).then(|| strings(&column.fields).pop())?
}

pub(super) fn distinct(mut rows: Rows) -> Answer<Rows> {
    let mut kept: Vec<Row> = Vec::new();
    for row in std::mem::take(&mut rows.rows) {
        if let Some(stop) = row.values.iter().find_map(|v| v.as_ref().err()) {
            return Err(stop.clone());
        }
        match kept.iter_mut().find(|k| k.values == row.values) {
            Some(same) => same.doubt = same.doubt.take().filter(|_| row.doubt.is_some()),
            None => kept.push(row),
        }
    }
    rows.rows = kept;
    Ok(rows)
}

/// Sorts rows by keys that were worked out for each; the order of texts is by bytes, as in the collation "C".
pub(super) fn sort_by_keys(rows: &mut Rows, keys: Vec<Vec<Value>>, clause: &[Node]) -> Answer<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let descending: Vec<bool> = clause.iter().map(is_descending).collect();
    let mut order: Vec<usize> = (0..rows.rows.len()).collect();
    order.sort_by(|&a, &b| {
        for (i, descending) in descending.iter().enumerate() {
            let (Some(x), Some(y)) = (keys[a].get(i), keys[b].get(i)) else { continue };
            let ordering = key_order(x, y);
            if ordering != std::cmp::Ordering::Equal {
                return if *descending { ordering.reverse() } else { ordering };
            }
        }
        std::cmp::Ordering::Equal
    });
    let mut old: Vec<Option<Row>> = std::mem::take(&mut rows.rows).into_iter().map(Some).collect();
    rows.rows = order.into_iter().filter_map(|i| old[i].take()).collect();
    Ok(())
}

fn is_descending(node: &Node) -> bool {
    let dir = |sort: &SortBy| sort.sortby_dir == SortByDir::SortbyDesc as i32;
    matches!(node.node.as_ref(), Some(NodeEnum::SortBy(sort)) if dir(sort))
}

fn key_order(a: &Value, b: &Value) -> std::cmp::Ordering {
    match (a.is_null(), b.is_null()) {
        (true, true) => std::cmp::Ordering::Equal,
        (true, false) => std::cmp::Ordering::Greater,
        (false, true) => std::cmp::Ordering::Less,
        (false, false) => operator::compare(a, b).unwrap_or_else(|_| a.to_text().cmp(&b.to_text())),
    }
}
