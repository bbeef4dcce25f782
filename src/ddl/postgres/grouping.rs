//! Which columns a grouped query gives without grouping by them: it may where a primary key of their table is grouped by, and rests on that key
//! then (`check_ungrouped_columns` in src/backend/parser/parse_agg.c, `check_functional_grouping` in src/backend/catalog/pg_constraint.c).
//!
//! Told only where it is certain: a column within a function that may be an aggregate counts for none.

use pg_query::NodeEnum;
use pg_query::protobuf::{ColumnRef, Node, SelectStmt};

use super::lower::{implied_column_name, scalar, strings};
use super::parse::raw_parse_kept;
use super::print::Printer;
use super::walk::{children, walk};
use crate::dialect::{GroupedSource, SchemaObjects};

/// Built-in functions that are often called in select lists, and are no aggregates.
const SCALAR_FUNCTIONS: &[&str] = &[
    "abs",
    "ceil",
    "concat",
    "concat_ws",
    "date_part",
    "date_trunc",
    "extract",
    "floor",
    "format",
    "jsonb_build_object",
    "left",
    "length",
    "lower",
    "md5",
    "now",
    "replace",
    "right",
    "round",
    "split_part",
    "substring",
    "to_char",
    "to_jsonb",
    "trim",
    "upper",
];

/// The relations of all select levels with a plain GROUP BY.
pub(super) fn grouped_sources(sql: &str, objects: &dyn SchemaObjects) -> Vec<GroupedSource> {
    if !sql.to_ascii_lowercase().contains("group by") {
        return Vec::new();
    }
    let Ok(statements) = raw_parse_kept(sql) else { return Vec::new() };
    let mut finder = Finder { objects, with: Vec::new(), found: Vec::new() };
    for node in statements.iter().filter_map(|s| s.stmt.as_deref()).filter_map(|n| n.node.as_ref()) {
        walk(node, &mut |inner| {
            if let NodeEnum::CommonTableExpr(cte) = inner {
                finder.with.push(cte.ctename.clone());
            }
            true
        });
        finder.below(node);
    }
    finder.found
}

struct Finder<'o> {
    objects: &'o dyn SchemaObjects,
    /// Names of WITH queries, of whatever level.
    with: Vec<String>,
    found: Vec<GroupedSource>,
}

/// One level: its FROM, and what it groups by.
#[derive(Default)]
struct Level {
    sources: Vec<Source>,
    /// Columns that USING merges.
    merged: Vec<String>,
    grouped: Vec<(usize, String)>,
    /// Other expressions, printed.
    expressions: Vec<String>,
    /// The columns within them: an expression over one of these may be equal to what is grouped by, though it is written in another way.
    within: Vec<(usize, String)>,
}

struct Source {
    name: String,
    /// As written; `None` where it is no relation.
    relation: Option<Vec<String>>,
    columns: Vec<String>,
}

impl Level {
    fn column(&self, column: &ColumnRef) -> Option<(usize, String)> {
        let mut parts = strings(&column.fields);
        if parts.len() != column.fields.len() {
            return None;
        }
        let name = parts.pop()?;
        let has = |source: &&(usize, &Source)| source.1.columns.contains(&name);
        let sources = || self.sources.iter().enumerate();
        let at = match parts.last() {
            Some(qualifier) => sources().filter(|(_, s)| s.name == *qualifier).find(|s| has(&s))?.0,
            None => {
                let mut having = sources().filter(|s| has(&s));
                let first = having.next()?.0;
                having.next().is_none().then_some(first)?
            }
        };
        Some((at, name))
    }
}

impl Finder<'_> {
    /// Every select level within a node.
    fn below(&mut self, node: &NodeEnum) {
        if let NodeEnum::SelectStmt(select) = node {
            self.select(select);
        } else {
            children(node, &mut |child| self.below(child));
        }
    }

    fn select(&mut self, select: &SelectStmt) {
        for arm in select.larg.iter().chain(&select.rarg) {
            self.select(arm);
        }
        if !select.group_clause.is_empty() {
            self.level(select);
        }
        let with = select.with_clause.iter().flat_map(|with| &with.ctes);
        let clauses = with
            .chain(&select.from_clause)
            .chain(&select.target_list)
            .chain(select.where_clause.as_deref())
            .chain(select.having_clause.as_deref())
            .chain(&select.sort_clause);
        for node in clauses.filter_map(|n| n.node.as_ref()) {
            self.below(node);
        }
    }

    fn level(&mut self, select: &SelectStmt) -> Option<()> {
        let mut level = Level::default();
        for item in &select.from_clause {
            self.item(item, &mut level)?;
        }
        // A merged column is that of one side or of both, by the kind of the join.
        if !level.merged.is_empty() {
            return None;
        }
        for node in &select.group_clause {
            self.group_by(node, select, &mut level)?;
        }
        let mut ungrouped = Vec::new();
        for target in &select.target_list {
            let Some(NodeEnum::ResTarget(target)) = target.node.as_ref() else { return None };
            self.ungrouped(target.val.as_deref()?, &level, false, &mut ungrouped);
        }
        if let Some(having) = select.having_clause.as_deref() {
            self.ungrouped(having, &level, false, &mut ungrouped);
        }
        for (at, source) in level.sources.into_iter().enumerate() {
            let Some(relation) = source.relation else { continue };
            let of = |columns: &[(usize, String)]| -> Vec<String> {
                columns.iter().filter(|(source, _)| *source == at).map(|(_, column)| column.clone()).collect()
            };
            let (grouped, ungrouped) = (of(&level.grouped), of(&ungrouped));
            if !ungrouped.is_empty() {
                self.found.push(GroupedSource { relation, name: source.name, grouped, ungrouped });
            }
        }
        Some(())
    }

    /// `None` where what `*` and a bare name mean cannot be told.
    fn item(&self, node: &Node, level: &mut Level) -> Option<()> {
        match node.node.as_ref()? {
            NodeEnum::RangeVar(relation) => {
                let schema = Some(&relation.schemaname).filter(|s| !s.is_empty());
                let parts: Vec<String> = schema.into_iter().chain([&relation.relname]).cloned().collect();
                let alias = relation.alias.as_ref();
                if alias.is_some_and(|a| !a.colnames.is_empty()) {
                    return None;
                }
                let name = alias.map_or(&relation.relname, |a| &a.aliasname).clone();
                let is_with = schema.is_none() && self.with.contains(&relation.relname);
                let columns = if is_with { None } else { self.objects.relation(&parts) };
                let relation = columns.is_some().then_some(parts);
                let columns = columns.unwrap_or_default().into_iter().map(|c| c.name).collect();
                level.sources.push(Source { name, relation, columns });
            }
            NodeEnum::JoinExpr(join) => {
                if join.is_natural || join.alias.is_some() {
                    return None;
                }
                self.item(join.larg.as_deref()?, level)?;
                self.item(join.rarg.as_deref()?, level)?;
                level.merged.extend(strings(&join.using_clause));
            }
            NodeEnum::RangeSubselect(sub) => {
                let name = sub.alias.as_ref().map(|a| a.aliasname.clone()).unwrap_or_default();
                level.sources.push(Source { name, relation: None, columns: Vec::new() });
            }
            NodeEnum::RangeFunction(function) => {
                let name = function.alias.as_ref().map(|a| a.aliasname.clone()).unwrap_or_default();
                level.sources.push(Source { name, relation: None, columns: Vec::new() });
            }
            _ => return None,
        }
        Some(())
    }

    /// An item of GROUP BY: a column, the number or the name of an output column, or an expression.
    fn group_by(&self, node: &Node, select: &SelectStmt, level: &mut Level) -> Option<()> {
        let inner = node.node.as_ref()?;
        let output = |wanted: &dyn Fn(usize, &str) -> bool| {
            select.target_list.iter().enumerate().find_map(|(at, target)| match target.node.as_ref() {
                Some(NodeEnum::ResTarget(target)) => {
                    let value = target.val.as_deref()?;
                    let implied = || implied_column_name(value);
                    let name = if target.name.is_empty() { implied() } else { target.name.clone() };
                    wanted(at, &name).then_some(value)
                }
                _ => None,
            })
        };
        let meant = match inner {
            NodeEnum::GroupingSet(_) => return None,
            NodeEnum::AConst(_) => {
                let number: usize = scalar(inner)?.parse().ok()?;
                output(&|at, _| at + 1 == number)?
            }
            NodeEnum::ColumnRef(column) if level.column(column).is_none() => match strings(&column.fields).as_slice() {
                [name] => output(&|_, output| output == name).unwrap_or(node),
                _ => node,
            },
            _ => node,
        };
        match meant.node.as_ref()? {
            NodeEnum::ColumnRef(column) => match level.column(column) {
                Some(column) => level.grouped.push(column),
                None => level.expressions.push(printed(meant)),
            },
            expression => {
                level.expressions.push(printed(meant));
                let mut within = Vec::new();
                walk(expression, &mut |inner| {
                    if let NodeEnum::ColumnRef(column) = inner {
                        within.extend(level.column(column));
                    }
                    true
                });
                level.within.extend(within);
            }
        }
        Some(())
    }

    fn ungrouped(&self, node: &Node, level: &Level, nested: bool, out: &mut Vec<(usize, String)>) {
        let Some(inner) = node.node.as_ref() else { return };
        if let NodeEnum::ColumnRef(column) = inner {
            if matches!(column.fields.last().and_then(|f| f.node.as_ref()), Some(NodeEnum::AStar(_))) {
                let qualifier = strings(&column.fields).pop();
                let meant = level.sources.iter().enumerate();
                for (at, source) in meant.filter(|(_, s)| qualifier.as_ref().is_none_or(|q| *q == s.name)) {
                    let columns = source.columns.iter().map(|c| (at, c.clone()));
                    out.extend(columns.filter(|c| !level.grouped.contains(c)));
                }
            } else if let Some(column) = level.column(column).filter(|c| !level.grouped.contains(c))
                && !level.expressions.contains(&printed(node))
                && !(nested && level.within.contains(&column))
            {
                out.push(column);
            }
            return;
        }
        if !level.expressions.is_empty() && level.expressions.contains(&printed(node)) {
            return;
        }
        match inner {
            NodeEnum::SubLink(_) | NodeEnum::GroupingFunc(_) => {}
            NodeEnum::FuncCall(call) if call.over.is_none() && !self.is_scalar(&strings(&call.funcname)) => {}
            // Nodes of the standard's JSON may be aggregates.
            NodeEnum::AExpr(_)
            | NodeEnum::BoolExpr(_)
            | NodeEnum::NullTest(_)
            | NodeEnum::BooleanTest(_)
            | NodeEnum::TypeCast(_)
            | NodeEnum::CollateClause(_)
            | NodeEnum::FuncCall(_)
            | NodeEnum::CaseExpr(_)
            | NodeEnum::CaseWhen(_)
            | NodeEnum::CoalesceExpr(_)
            | NodeEnum::MinMaxExpr(_)
            | NodeEnum::AArrayExpr(_)
            | NodeEnum::RowExpr(_)
            | NodeEnum::List(_) => children(inner, &mut |child| {
                self.ungrouped(&Node { node: Some(child.clone()) }, level, true, out);
            }),
            _ => {}
        }
    }

    fn is_scalar(&self, name: &[String]) -> bool {
        let own = self.objects.functions(name);
        if !own.is_empty() {
            return own.iter().all(|f| f.returns.is_some());
        }
        match name {
            [name] => SCALAR_FUNCTIONS.contains(&name.as_str()),
            [schema, name] => schema == "pg_catalog" && SCALAR_FUNCTIONS.contains(&name.as_str()),
            _ => false,
        }
    }
}

fn printed(node: &Node) -> String {
    let mut printer = Printer::new();
    printer.expr(node);
    printer.into_sql()
}
