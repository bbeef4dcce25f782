//! FROM: the rows of its items, and their joins.

use std::rc::Rc;

use pg_query::NodeEnum;
use pg_query::protobuf::{Alias, JoinExpr, JoinType, Node, RangeFunction, RangeVar};

use super::conditions::Conditions;
use super::lookup_join::Lookup;
use super::query::rename;
use super::scope::{Evaluator, Scope, Source, Tuple};
use super::{Answer, Rows, Stop, Value, operator};
use crate::ddl::postgres::lower::strings;
use crate::ddl::postgres::walk::walk;

/// Rows that one question may hold at once.
const ROWS: usize = 200_000;

/// FROM as far as it is joined.
pub(super) struct Joined {
    pub(super) sources: Vec<Source>,
    pub(super) rows: Vec<(Tuple, Option<String>)>,
    pub(super) more: Option<String>,
}

impl Joined {
    pub(super) fn one_row() -> Self {
        Self { sources: Vec::new(), rows: vec![(Vec::new(), None)], more: None }
    }
}

impl Evaluator<'_> {
    /// Rows of one FROM item.
    fn item(&mut self, node: &Node, scope: &Scope<'_>, conditions: &Conditions<'_>) -> Answer<Joined> {
        match node.node.as_ref() {
            Some(NodeEnum::RangeVar(relation)) => self.relation(relation, scope, conditions),
            Some(NodeEnum::RangeSubselect(select)) => {
                let Some(NodeEnum::SelectStmt(query)) = select.subquery.as_deref().and_then(|n| n.node.as_ref()) else {
                    return Err(Stop::unknown("it holds something other than a query"));
                };
                let rows = self.select(query, scope)?;
                Ok(source(rows, select.alias.as_ref(), ""))
            }
            Some(NodeEnum::RangeFunction(function)) => self.range_function(function, scope),
            Some(NodeEnum::JoinExpr(join)) => self.join(join, scope, conditions),
            _ => Err(Stop::unknown("it reads from something that is not worked out here")),
        }
    }

    fn relation(&mut self, relation: &RangeVar, scope: &Scope<'_>, conditions: &Conditions<'_>) -> Answer<Joined> {
        let alias = relation.alias.as_ref();
        if relation.schemaname.is_empty()
            && let Some(rows) = scope.with_query(&relation.relname)
        {
            return Ok(source((*rows).clone(), alias, &relation.relname));
        }
        let name = alias.map_or(relation.relname.as_str(), |a| a.aliasname.as_str());
        let filter = conditions.constants(self, name, scope);
        let schema = (!relation.schemaname.is_empty()).then_some(relation.schemaname.as_str());
        match self.environment.rows(schema, &relation.relname, &filter) {
            Some(rows) => Ok(source(rows?, alias, &relation.relname)),
            None => Err(Stop::Raised {
                code: "42P01".into(),
                message: format!("relation \"{}\" does not exist", relation.relname),
            }),
        }
    }

    fn range_function(&mut self, function: &RangeFunction, scope: &Scope<'_>) -> Answer<Joined> {
        let [only] = function.functions.as_slice() else {
            return Err(Stop::unknown("it joins several functions in FROM"));
        };
        let call = match only.node.as_ref() {
            Some(NodeEnum::List(list)) => list.items.first().and_then(|n| n.node.as_ref()),
            other => other,
        };
        let Some(NodeEnum::FuncCall(call)) = call else { return Err(Stop::unknown("it reads from an expression")) };
        let name = strings(&call.funcname).pop().unwrap_or_default();
        let mut rows = self.set_returning(call, scope)?;
        if function.ordinality {
            rows.columns.push("ordinality".into());
            for (i, row) in rows.rows.iter_mut().enumerate() {
                row.values.push(Ok(Value::Int(i as i64 + 1)));
            }
        }
        // A function of one column names it by its alias.
        if let Some(alias) = &function.alias
            && let ([only], false) | ([only, _], true) = (rows.columns.as_mut_slice(), function.ordinality)
        {
            only.clone_from(&alias.aliasname);
        }
        Ok(source(rows, function.alias.as_ref(), &name))
    }

    fn join(&mut self, join: &JoinExpr, scope: &Scope<'_>, conditions: &Conditions<'_>) -> Answer<Joined> {
        let (Some(left), Some(right)) = (join.larg.as_deref(), join.rarg.as_deref()) else {
            return Err(Stop::unknown("a join lacks a side"));
        };
        let kind = JoinType::try_from(join.jointype).unwrap_or_default();
        if join.is_natural || join.alias.is_some() || !matches!(kind, JoinType::JoinInner | JoinType::JoinLeft) {
            return Err(Stop::unknown("this kind of join is not worked out here"));
        }
        // Conditions of WHERE must not thin out the right side of an outer join before the join.
        let none = Conditions::default();
        let left_rows = self.item(left, scope, conditions)?;
        let using = strings(&join.using_clause);
        let outer = kind == JoinType::JoinLeft;
        let conditions = if outer { &none } else { conditions };
        self.combine_with(left_rows, right, (join.quals.as_deref(), &using, outer), scope, conditions)
    }

    /// Joins an item to rows; one that sees them is worked out anew for each.
    fn combine_with(
        &mut self,
        left: Joined,
        right: &Node,
        (condition, using, outer): (Option<&Node>, &[String], bool),
        scope: &Scope<'_>,
        conditions: &Conditions<'_>,
    ) -> Answer<Joined> {
        if left.sources.is_empty() || !is_lateral(right) {
            let rows = self.item(right, scope, conditions)?;
            return self.combine(left, rows, condition, using, outer, scope);
        }
        let Joined { sources, rows, more } = left;
        if rows.is_empty() {
            // Which columns it has cannot be told without a row; no row of the join will ask.
            return Ok(Joined { sources, rows, more });
        }
        let mut out: Option<Joined> = None;
        for (tuple, doubt) in rows {
            let inner = Scope { sources: &sources, tuple: &tuple, outer: Some(scope), ..Scope::empty() };
            let found = self.item(right, &inner, &Conditions::default())?;
            let one = Joined { sources: sources.clone(), rows: vec![(tuple.clone(), doubt)], more: None };
            let joined = self.combine(one, found, condition, using, outer, scope)?;
            match &mut out {
                None => out = Some(joined),
                Some(all) => {
                    all.rows.extend(joined.rows);
                    all.more = all.more.take().or(joined.more);
                }
            }
            if out.as_ref().is_some_and(|all| all.rows.len() > ROWS) {
                return Err(Stop::unknown("it joins too many rows"));
            }
        }
        let mut out = out.unwrap_or_else(Joined::one_row);
        out.more = out.more.or(more);
        Ok(out)
    }

    fn combine(
        &mut self,
        left: Joined,
        right: Joined,
        condition: Option<&Node>,
        using: &[String],
        outer: bool,
        scope: &Scope<'_>,
    ) -> Answer<Joined> {
        let width = right.sources.iter().map(|s| s.columns.len()).collect::<Vec<_>>();
        let sources: Vec<Source> = left.sources.iter().chain(&right.sources).cloned().collect();
        let lookup = if using.is_empty() { Lookup::of(condition, &left, &right) } else { None };
        let every: Vec<usize> = if lookup.is_none() { (0..right.rows.len()).collect() } else { Vec::new() };
        let mut out = Joined { sources, rows: Vec::new(), more: left.more.clone().or(right.more.clone()) };
        if outer && right.more.is_some() {
            return Err(Stop::unknown("an outer join depends on rows that are not known"));
        }
        for (left_tuple, left_doubt) in &left.rows {
            let mut matched = false;
            let candidates = lookup.as_ref().map_or(every.as_slice(), |lookup| lookup.matching(left_tuple));
            for (right_tuple, right_doubt) in candidates.iter().filter_map(|&at| right.rows.get(at)) {
                let tuple: Tuple = left_tuple.iter().chain(right_tuple).cloned().collect();
                let inner = Scope { sources: &out.sources, tuple: &tuple, outer: Some(scope), ..Scope::empty() };
                let verdict = self.join_condition(condition, using, left.sources.len(), &inner);
                let doubt = left_doubt.clone().or_else(|| right_doubt.clone());
                match verdict {
                    Ok(true) => {
                        matched |= right_doubt.is_none();
                        push(&mut out, tuple, doubt)?;
                    }
                    Ok(false) => {}
                    Err(Stop::Unknown(why)) if !outer => push(&mut out, tuple, doubt.or(Some(why)))?,
                    Err(stop) => return Err(stop),
                }
            }
            if outer && !matched {
                let nulls = width.iter().map(|n| Rc::new(vec![Ok(Value::Null); *n]));
                let tuple = left_tuple.iter().cloned().chain(nulls).collect();
                push(&mut out, tuple, left_doubt.clone())?;
            }
        }
        Ok(out)
    }

    fn join_condition(
        &mut self,
        condition: Option<&Node>,
        using: &[String],
        left: usize,
        scope: &Scope<'_>,
    ) -> Answer<bool> {
        for name in using {
            let side = |range: std::ops::Range<usize>| {
                let part =
                    Scope { sources: &scope.sources[range.clone()], tuple: &scope.tuple[range], outer: None, ..*scope };
                part.column(None, name).unwrap_or_else(|| Err(Stop::unknown("a column of USING is not known")))
            };
            let (a, b) = (side(0..left)?, side(left..scope.sources.len())?);
            if operator::equal(&a, &b)? != Some(true) {
                return Ok(false);
            }
        }
        match condition {
            Some(node) => Ok(self.truth(Some(node), scope)? == Some(true)),
            None => Ok(true),
        }
    }

    pub(super) fn product(
        &mut self,
        left: Joined,
        right: &Node,
        scope: &Scope<'_>,
        conditions: &Conditions<'_>,
    ) -> Answer<Joined> {
        if left.sources.is_empty() {
            return self.item(right, scope, conditions);
        }
        self.combine_with(left, right, (None, &[], false), scope, conditions)
    }
}

/// Whether an item sees the rows of those before it: a function always may, a subquery with LATERAL.
fn is_lateral(node: &Node) -> bool {
    match node.node.as_ref() {
        Some(NodeEnum::RangeSubselect(select)) => select.lateral,
        // One that names no column gives the same rows each time, and is called once.
        Some(item @ NodeEnum::RangeFunction(_)) => {
            let mut found = false;
            walk(item, &mut |n| {
                found |= matches!(n, NodeEnum::ColumnRef(_));
                !found
            });
            found
        }
        _ => false,
    }
}

fn push(joined: &mut Joined, tuple: Tuple, doubt: Option<String>) -> Answer<()> {
    if joined.rows.len() >= ROWS {
        return Err(Stop::unknown("it joins too many rows"));
    }
    joined.rows.push((tuple, doubt));
    Ok(())
}

fn source(rows: Rows, alias: Option<&Alias>, name: &str) -> Joined {
    let mut columns = rows.columns;
    if let Some(alias) = alias {
        rename(&mut columns, &strings(&alias.colnames));
    }
    let alias = alias.map_or(name, |a| a.aliasname.as_str()).to_owned();
    Joined {
        sources: vec![Source { alias, columns: Rc::new(columns) }],
        rows: rows.rows.into_iter().map(|r| (vec![Rc::new(r.values)], r.doubt)).collect(),
        more: rows.more,
    }
}
