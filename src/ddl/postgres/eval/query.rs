//! SELECT over rows that are known.

use std::rc::Rc;

use pg_query::NodeEnum;
use pg_query::protobuf::{Node, RangeVar, ResTarget, SelectStmt, SetOperation};

use super::conditions::Conditions;
use super::from::Joined;
use super::order::{distinct, sort_by_keys};
use super::scope::{Evaluator, Scope, Source, Tuple};
use super::{Answer, Row, Rows, Stop, Value};
use crate::ddl::postgres::lower::strings;

impl Evaluator<'_> {
    pub(super) fn select(&mut self, select: &SelectStmt, outer: &Scope<'_>) -> Answer<Rows> {
        self.enter()?;
        let rows = self.select_inner(select, outer);
        self.depth -= 1;
        rows
    }

    fn select_inner(&mut self, select: &SelectStmt, outer: &Scope<'_>) -> Answer<Rows> {
        if select.into_clause.is_some() {
            return Err(Stop::unknown("it is no plain query"));
        }
        let with = self.with_queries(select, outer)?;
        let scope = Scope { with: &with, outer: Some(outer), ..Scope::empty() };
        let mut rows = if select.op > SetOperation::SetopNone as i32 {
            self.set_operation(select, &scope)?
        } else if !select.values_lists.is_empty() {
            self.values(select, &scope)?
        } else {
            self.plain(select, &scope)?
        };
        self.limit(select, &scope, &mut rows)?;
        Ok(rows)
    }

    fn with_queries(&mut self, select: &SelectStmt, outer: &Scope<'_>) -> Answer<Vec<(String, Rc<Rows>)>> {
        let mut queries: Vec<(String, Rc<Rows>)> = Vec::new();
        let Some(with) = &select.with_clause else { return Ok(queries) };
        for cte in &with.ctes {
            let Some(NodeEnum::CommonTableExpr(cte)) = cte.node.as_ref() else { continue };
            let query = match cte.ctequery.as_deref().and_then(|n| n.node.as_ref()) {
                Some(NodeEnum::SelectStmt(query)) => query,
                Some(other) => {
                    let scope = Scope { with: &queries, outer: Some(outer), ..Scope::empty() };
                    let rows = self.nothing_written(other, &scope)?;
                    queries.push((cte.ctename.clone(), Rc::new(rows)));
                    continue;
                }
                None => return Err(Stop::unknown("a WITH query is empty")),
            };
            if with.recursive {
                return Err(Stop::unknown("it is a recursive query"));
            }
            let scope = Scope { with: &queries, outer: Some(outer), ..Scope::empty() };
            let mut rows = self.select(query, &scope)?;
            rename(&mut rows.columns, &strings(&cte.aliascolnames));
            queries.push((cte.ctename.clone(), Rc::new(rows)));
        }
        Ok(queries)
    }

    /// A WITH query that writes, where it finds nothing to write: it gives no rows and changes none.
    fn nothing_written(&mut self, node: &NodeEnum, scope: &Scope<'_>) -> Answer<Rows> {
        let writes = || Stop::unknown("a WITH query changes rows");
        let (rows, returning) = match node {
            NodeEnum::InsertStmt(n) => {
                let Some(NodeEnum::SelectStmt(select)) = n.select_stmt.as_deref().and_then(|n| n.node.as_ref()) else {
                    return Err(writes());
                };
                (self.select(select, scope)?, n.returning_clause.as_ref())
            }
            NodeEnum::UpdateStmt(n) => (self.written_table(n.relation.as_ref())?, n.returning_clause.as_ref()),
            NodeEnum::DeleteStmt(n) => (self.written_table(n.relation.as_ref())?, n.returning_clause.as_ref()),
            _ => return Err(writes()),
        };
        if !rows.rows.is_empty() || rows.more.is_some() {
            return Err(writes());
        }
        let mut columns = Vec::new();
        for target in returning.map(|r| r.exprs.as_slice()).unwrap_or_default() {
            let Some(NodeEnum::ResTarget(target)) = target.node.as_ref() else { continue };
            match target.val.as_deref() {
                _ if !target.name.is_empty() => columns.push(target.name.clone()),
                Some(value) if star(value).is_some() => columns.extend(rows.columns.iter().cloned()),
                Some(value) => columns.push(crate::ddl::postgres::lower::implied_column_name(value)),
                None => {}
            }
        }
        Ok(Rows { columns, ..Rows::default() })
    }

    fn written_table(&mut self, relation: Option<&RangeVar>) -> Answer<Rows> {
        let Some(relation) = relation else { return Err(Stop::unknown("a WITH query changes rows")) };
        let schema = (!relation.schemaname.is_empty()).then_some(relation.schemaname.as_str());
        match self.environment.rows(schema, &relation.relname, &[]) {
            Some(rows) => rows,
            None => Err(Stop::raised("42P01", format!("relation \"{}\" does not exist", relation.relname))),
        }
    }

    fn set_operation(&mut self, select: &SelectStmt, scope: &Scope<'_>) -> Answer<Rows> {
        let (Some(left), Some(right)) = (select.larg.as_deref(), select.rarg.as_deref()) else {
            return Err(Stop::unknown("a set operation lacks a side"));
        };
        let mut left = self.select(left, scope)?;
        let right = self.select(right, scope)?;
        if select.op == SetOperation::SetopUnion as i32 {
            left.rows.extend(right.rows);
            left.more = left.more.or(right.more);
            return if select.all { Ok(left) } else { distinct(left) };
        }
        if select.all {
            return Err(Stop::unknown("INTERSECT ALL and EXCEPT ALL are not worked out here"));
        }
        let (left, right) = (distinct(left)?, distinct(right)?);
        if let Some(why) = left.doubt().or(right.doubt()) {
            return Err(Stop::unknown(why));
        }
        let keep = select.op == SetOperation::SetopIntersect as i32;
        let mut out = Rows { columns: left.columns, ..Rows::default() };
        out.rows = left.rows.into_iter().filter(|l| right.rows.iter().any(|r| r.values == l.values) == keep).collect();
        Ok(out)
    }

    fn values(&mut self, select: &SelectStmt, scope: &Scope<'_>) -> Answer<Rows> {
        let mut out = Rows::default();
        for list in &select.values_lists {
            let Some(NodeEnum::List(list)) = list.node.as_ref() else { continue };
            let values: Vec<Answer> = list.items.iter().map(|n| self.expr(n, scope)).collect();
            if out.columns.is_empty() {
                out.columns = (1..=values.len()).map(|i| format!("column{i}")).collect();
            }
            out.rows.push(Row { values, doubt: None });
        }
        self.sort(&select.sort_clause, scope, out)
    }

    fn plain(&mut self, select: &SelectStmt, scope: &Scope<'_>) -> Answer<Rows> {
        let mut conditions = Conditions::of(select);
        let mut joined = Joined::one_row();
        for item in &select.from_clause {
            joined = self.product(joined, item, scope, &conditions)?;
            self.filter(&mut joined, &mut conditions, scope, false)?;
        }
        self.filter(&mut joined, &mut conditions, scope, true)?;
        let grouped =
            !select.group_clause.is_empty() || select.target_list.iter().any(|target| self.has_aggregate(target));
        let mut out = if grouped { self.grouped(select, joined, scope)? } else { self.project(select, joined, scope)? };
        if !select.distinct_clause.is_empty() {
            out = distinct(out)?;
        }
        Ok(out)
    }

    /// Drops the rows that a condition of WHERE refuses, as soon as all that it names is joined.
    fn filter(
        &mut self,
        joined: &mut Joined,
        conditions: &mut Conditions<'_>,
        scope: &Scope<'_>,
        last: bool,
    ) -> Answer<()> {
        let ready: Vec<&Node> = conditions.take_ready(&joined.sources, last);
        for condition in ready {
            let rows = std::mem::take(&mut joined.rows);
            for (tuple, doubt) in rows {
                let inner = Scope { sources: &joined.sources, tuple: &tuple, outer: Some(scope), ..Scope::empty() };
                match self.truth(Some(condition), &inner) {
                    Ok(Some(true)) => joined.rows.push((tuple, doubt)),
                    Ok(_) => {}
                    Err(Stop::Unknown(why)) => joined.rows.push((tuple, doubt.or(Some(why)))),
                    Err(raised) => return Err(raised),
                }
            }
        }
        Ok(())
    }

    fn project(&mut self, select: &SelectStmt, joined: Joined, scope: &Scope<'_>) -> Answer<Rows> {
        let mut out = Rows { columns: Vec::new(), rows: Vec::new(), more: joined.more };
        let mut keys: Vec<Vec<Value>> = Vec::new();
        let targets = targets(select);
        out.columns = target_names(&targets, &joined.sources);
        for (tuple, doubt) in &joined.rows {
            let inner = Scope { sources: &joined.sources, tuple, outer: Some(scope), ..Scope::empty() };
            let mut values = Vec::with_capacity(targets.len());
            // Columns that are a set's stand in `sets` until the row is spread out over it.
            let mut sets = Vec::new();
            for target in &targets {
                let set = target.val.as_deref().filter(|node| self.is_set(node));
                match set {
                    Some(_) => values.push(Ok(Value::Null)),
                    None => self.target(target, &inner, &mut values),
                }
                sets.resize(values.len() - usize::from(set.is_some()), None);
                sets.extend(set.map(Some));
            }
            for values in self.with_sets(&sets, values, &inner)? {
                if !select.sort_clause.is_empty() {
                    keys.push(self.sort_keys(&select.sort_clause, &inner, &out.columns, &values)?);
                }
                out.rows.push(Row { values, doubt: doubt.clone() });
            }
        }
        sort_by_keys(&mut out, keys, &select.sort_clause)?;
        Ok(out)
    }

    fn target(&mut self, target: &ResTarget, scope: &Scope<'_>, values: &mut Vec<Answer>) {
        let Some(node) = target.val.as_deref() else { return };
        if let Some(star) = star(node) {
            for (source, row) in scope.sources.iter().zip(scope.tuple) {
                if star.as_deref().is_none_or(|alias| alias == source.alias) {
                    values.extend(row.iter().cloned());
                }
            }
            return;
        }
        values.push(self.expr(node, scope));
    }

    fn grouped(&mut self, select: &SelectStmt, joined: Joined, scope: &Scope<'_>) -> Answer<Rows> {
        if let Some(why) = joined.more.clone().or_else(|| joined.rows.iter().find_map(|(_, d)| d.clone())) {
            return Err(Stop::Unknown(why));
        }
        let mut groups: Vec<(Vec<Value>, Vec<Tuple>)> = Vec::new();
        for (tuple, _) in joined.rows {
            let inner = Scope { sources: &joined.sources, tuple: &tuple, outer: Some(scope), ..Scope::empty() };
            let mut key = Vec::new();
            for node in &select.group_clause {
                key.push(self.group_key(node, select, &inner)?);
            }
            match groups.iter_mut().find(|(k, _)| *k == key) {
                Some((_, rows)) => rows.push(tuple),
                None => groups.push((key, vec![tuple])),
            }
        }
        if select.group_clause.is_empty() && groups.is_empty() {
            groups.push((Vec::new(), Vec::new()));
        }
        let targets = targets(select);
        let mut out = Rows { columns: target_names(&targets, &joined.sources), ..Rows::default() };
        let mut keys = Vec::new();
        let no_row: Tuple = Vec::new();
        for (_, rows) in &groups {
            let tuple = rows.first().unwrap_or(&no_row);
            let sources = if rows.is_empty() { &[][..] } else { &joined.sources[..] };
            let inner = Scope { sources, tuple, group: Some(rows), outer: Some(scope), ..Scope::empty() };
            // Aggregates see the sources even of an empty group.
            let inner = if rows.is_empty() { Scope { sources: &joined.sources, ..inner } } else { inner };
            if let Some(having) = select.having_clause.as_deref()
                && self.truth(Some(having), &inner)? != Some(true)
            {
                continue;
            }
            let mut values = Vec::new();
            for target in &targets {
                self.target(target, &inner, &mut values);
            }
            if !select.sort_clause.is_empty() {
                keys.push(self.sort_keys(&select.sort_clause, &inner, &out.columns, &values)?);
            }
            out.rows.push(Row { values, doubt: None });
        }
        sort_by_keys(&mut out, keys, &select.sort_clause)?;
        Ok(out)
    }
}

pub(super) fn rename(columns: &mut [String], names: &[String]) {
    for (column, name) in columns.iter_mut().zip(names) {
        column.clone_from(name);
    }
}

fn targets(select: &SelectStmt) -> Vec<&ResTarget> {
    let targets = select.target_list.iter().filter_map(|n| match n.node.as_ref() {
        Some(NodeEnum::ResTarget(target)) => Some(&**target),
        _ => None,
    });
    targets.collect()
}

/// `Some(None)` for `*`, `Some(Some(alias))` for `alias.*`.
fn star(node: &Node) -> Option<Option<String>> {
    let NodeEnum::ColumnRef(column) = node.node.as_ref()? else { return None };
    matches!(column.fields.last()?.node, Some(NodeEnum::AStar(_))).then(|| strings(&column.fields).pop())
}

fn target_names(targets: &[&ResTarget], sources: &[Source]) -> Vec<String> {
    let mut names = Vec::new();
    for target in targets {
        let Some(node) = target.val.as_deref() else { continue };
        if let Some(star) = star(node) {
            for source in sources.iter().filter(|s| star.as_deref().is_none_or(|a| a == s.alias)) {
                names.extend(source.columns.iter().cloned());
            }
            continue;
        }
        names.push(if target.name.is_empty() {
            crate::ddl::postgres::lower::implied_column_name(node)
        } else {
            target.name.clone()
        });
    }
    names
}
