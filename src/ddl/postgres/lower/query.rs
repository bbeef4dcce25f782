//! Queries: which relations and functions they use and which columns they give; views and tables made of them; statements on rows.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    CreateTableAsStmt, FuncCall, IntoClause, LimitOption, Node, ObjectType, RangeVar, SelectStmt, ViewCheckOption,
    ViewStmt,
};

use super::context::{Lower, cut, names, node_string, non_empty, strings};
use super::table::{persistence, type_use};
use crate::ddl::postgres::print::Printer;
use crate::ddl::postgres::walk::walk;
use crate::ddl::{Call, CreateTableAs, CreateView, Name, Op, OutputColumn, Query};
use crate::model::Persistence;

/// What a query uses, in order of appearance, each once.
#[derive(Default)]
pub(super) struct Uses {
    pub(super) relations: Vec<Name>,
    pub(super) functions: Vec<Name>,
    pub(super) calls: Vec<Call>,
}

/// Collects the relations (without names of WITH queries) and functions below a node.
pub(super) fn uses(lower: &Lower<'_>, node: &NodeEnum) -> Uses {
    let mut found = Uses::default();
    let mut with_names: Vec<&str> = Vec::new();
    walk(node, &mut |n| {
        if let NodeEnum::CommonTableExpr(cte) = n {
            with_names.push(&cte.ctename);
        }
        true
    });
    let mut seen = std::collections::HashSet::new();
    walk(node, &mut |n| {
        match n {
            NodeEnum::RangeVar(relation) => {
                let is_with = relation.schemaname.is_empty() && with_names.contains(&relation.relname.as_str());
                if !is_with && seen.insert((relation.schemaname.as_str(), relation.relname.as_str())) {
                    found.relations.push(lower.relation(Some(relation)));
                }
            }
            NodeEnum::InsertStmt(s) => found.relations.extend(written(lower, s.relation.as_ref())),
            NodeEnum::UpdateStmt(s) => found.relations.extend(written(lower, s.relation.as_ref())),
            NodeEnum::DeleteStmt(s) => found.relations.extend(written(lower, s.relation.as_ref())),
            NodeEnum::FuncCall(call) => found.see_call(lower, call),
            _ => {}
        }
        true
    });
    found
}

fn written(lower: &Lower<'_>, relation: Option<&RangeVar>) -> Option<Name> {
    relation.map(|r| lower.relation(Some(r)))
}

impl Uses {
    fn see_call(&mut self, lower: &Lower<'_>, call: &FuncCall) {
        let name = function_name(lower, call);
        if name.schema.as_deref() == Some("pg_catalog") {
            return;
        }
        self.calls.push(Call {
            function: name.clone(),
            arguments: argument_texts(call),
            named: argument_names(call),
            span: lower.token_span(call.location),
        });
        if !self.functions.iter().any(|f| f.schema == name.schema && f.name == name.name) {
            self.functions.push(name);
        }
    }
}

/// The arguments of a call as SQL, without the names that some are given by.
pub(super) fn argument_texts(call: &FuncCall) -> Vec<String> {
    let value = |node: &Node| match node.node.as_ref() {
        Some(NodeEnum::NamedArgExpr(named)) => named.arg.as_deref().map(print).unwrap_or_default(),
        _ => print(node),
    };
    call.args.iter().map(value).collect()
}

/// The names of the arguments that a call gives by name, which are its last ones.
pub(in crate::ddl::postgres) fn argument_names(call: &FuncCall) -> Vec<String> {
    let names = call.args.iter().filter_map(|node| match node.node.as_ref()? {
        NodeEnum::NamedArgExpr(named) => Some(named.name.clone()),
        _ => None,
    });
    names.collect()
}

pub(super) fn function_name(lower: &Lower<'_>, call: &FuncCall) -> Name {
    let mut parts = strings(&call.funcname);
    let name = cut(&parts.pop().unwrap_or_default());
    Name { schema: parts.pop().map(|s| cut(&s)), name, span: lower.dotted_span(call.location) }
}

fn print(node: &Node) -> String {
    let mut printer = Printer::new();
    printer.expr(node);
    printer.into_sql()
}

pub(super) fn query(lower: &Lower<'_>, node: &Node) -> Query {
    let mut printer = Printer::new();
    printer.query(node);
    let uses = node.node.as_ref().map(|inner| uses(lower, inner)).unwrap_or_default();
    let columns = match node.node.as_ref() {
        Some(NodeEnum::SelectStmt(select)) => output_columns(lower, select),
        _ => Vec::new(),
    };
    Query {
        sql: printer.into_sql(),
        span: lower.statement_span(),
        relations: uses.relations,
        functions: uses.functions,
        columns,
        flaw: node.node.as_ref().and_then(flaw),
    }
}

/// WITH TIES takes no NULL for its count (`transformLimitClause` in src/backend/parser/parse_clause.c).
fn flaw(query: &NodeEnum) -> Option<&'static str> {
    let mut flaw = None;
    walk(query, &mut |node| {
        if let NodeEnum::SelectStmt(select) = node
            && select.limit_option == LimitOption::WithTies as i32
            && let Some(NodeEnum::AConst(count)) = select.limit_count.as_deref().and_then(|n| n.node.as_ref())
            && count.isnull
        {
            flaw = Some("row count cannot be null in FETCH FIRST ... WITH TIES clause");
        }
        flaw.is_none()
    });
    flaw
}

/// The columns of the leftmost SELECT, which names the columns of a set operation.
fn output_columns(lower: &Lower<'_>, select: &SelectStmt) -> Vec<OutputColumn> {
    if let Some(left) = select.larg.as_deref() {
        return output_columns(lower, left);
    }
    if let Some(row) = select.values_lists.first() {
        let count = super::context::list_items(Some(row)).len();
        return (1..=count).map(|i| OutputColumn::Expr { name: format!("column{i}"), ty: None }).collect();
    }
    select.target_list.iter().filter_map(|n| output_column(lower, n)).collect()
}

fn output_column(lower: &Lower<'_>, node: &Node) -> Option<OutputColumn> {
    let NodeEnum::ResTarget(target) = node.node.as_ref()? else { return None };
    let value = target.val.as_deref()?.node.as_ref()?;
    if let NodeEnum::ColumnRef(column) = value {
        let relation = column.fields.len().checked_sub(2).and_then(|i| node_string(&column.fields[i])).map(cut);
        let last = column.fields.last()?;
        if matches!(last.node, Some(NodeEnum::AStar(_))) {
            return Some(OutputColumn::Star { relation });
        }
        let column = cut(node_string(last)?);
        let name = non_empty(&target.name).unwrap_or_else(|| column.clone());
        return Some(OutputColumn::Column { relation, column, name });
    }
    if let NodeEnum::AIndirection(indirection) = value
        && indirection.indirection.last().is_some_and(|n| matches!(n.node, Some(NodeEnum::AStar(_))))
    {
        // The fields of a composite value: no source of FROM has this name.
        return Some(OutputColumn::Star { relation: Some(String::new()) });
    }
    let name = non_empty(&target.name).unwrap_or_else(|| implied_name(value).0);
    let ty = match value {
        NodeEnum::TypeCast(cast) => cast.type_name.as_ref().map(|t| type_use(lower, t)),
        _ => None,
    };
    Some(OutputColumn::Expr { name, ty })
}

/// The name that the server gives to a column without AS, and how good it is (FigureColnameInternal in parse_target.c).
fn implied_name(value: &NodeEnum) -> (String, u8) {
    let inner = |node: &Option<Box<Node>>| node.as_deref().and_then(|n| n.node.as_ref()).map(implied_name);
    let fixed = |name: &str| (name.to_owned(), 2);
    let unnamed = || ("?column?".to_owned(), 0);
    match value {
        NodeEnum::ColumnRef(column) => {
            column.fields.iter().rev().find_map(node_string).map_or_else(unnamed, |n| (cut(n), 2))
        }
        NodeEnum::FuncCall(call) => call.funcname.last().and_then(node_string).map_or_else(unnamed, |n| (cut(n), 2)),
        NodeEnum::AIndirection(n) => {
            let field = n.indirection.iter().rev().find_map(node_string);
            field.map(|f| (cut(f), 2)).or_else(|| inner(&n.arg)).unwrap_or_else(unnamed)
        }
        NodeEnum::AExpr(n) if n.kind == pg_query::protobuf::AExprKind::AexprNullif as i32 => fixed("nullif"),
        NodeEnum::TypeCast(cast) => {
            let from_arg = inner(&cast.arg).filter(|(_, strength)| *strength > 1);
            let from_type = || cast.type_name.as_ref().and_then(|t| t.names.last()).and_then(node_string);
            from_arg.or_else(|| from_type().map(|n| (cut(n), 1))).unwrap_or_else(unnamed)
        }
        NodeEnum::CollateClause(n) => inner(&n.arg).unwrap_or_else(unnamed),
        NodeEnum::CaseExpr(n) => inner(&n.defresult).filter(|(_, s)| *s > 1).unwrap_or_else(|| ("case".to_owned(), 1)),
        NodeEnum::CoalesceExpr(_) => fixed("coalesce"),
        NodeEnum::MinMaxExpr(n) => fixed(if n.op == 1 { "greatest" } else { "least" }),
        NodeEnum::AArrayExpr(_) => fixed("array"),
        NodeEnum::RowExpr(_) => fixed("row"),
        NodeEnum::GroupingFunc(_) => fixed("grouping"),
        NodeEnum::SqlvalueFunction(_) => (value_function_name(value), 2),
        NodeEnum::SubLink(link) => sublink_name(link).unwrap_or_else(unnamed),
        NodeEnum::JsonObjectConstructor(_) => fixed("json_object"),
        NodeEnum::JsonArrayConstructor(_) | NodeEnum::JsonArrayQueryConstructor(_) => fixed("json_array"),
        NodeEnum::JsonObjectAgg(_) => fixed("json_objectagg"),
        NodeEnum::JsonArrayAgg(_) => fixed("json_arrayagg"),
        _ => unnamed(),
    }
}

/// The name of a select list's column without AS.
pub(in crate::ddl::postgres) fn implied_column_name(node: &Node) -> String {
    node.node.as_ref().map_or_else(|| "?column?".to_owned(), |n| implied_name(n).0)
}

fn value_function_name(value: &NodeEnum) -> String {
    let mut printer = Printer::new();
    printer.expr(&Node { node: Some(value.clone()) });
    let text = printer.into_sql().to_ascii_lowercase();
    text.split('(').next().unwrap_or_default().to_owned()
}

fn sublink_name(link: &pg_query::protobuf::SubLink) -> Option<(String, u8)> {
    use pg_query::protobuf::SubLinkType as T;
    match T::try_from(link.sub_link_type).unwrap_or_default() {
        T::ExistsSublink => Some(("exists".into(), 2)),
        T::ArraySublink => Some(("array".into(), 2)),
        T::ExprSublink => {
            let NodeEnum::SelectStmt(select) = link.subselect.as_deref()?.node.as_ref()? else { return None };
            let NodeEnum::ResTarget(target) = select.target_list.first()?.node.as_ref()? else { return None };
            match non_empty(&target.name) {
                Some(name) => Some((name, 2)),
                None => Some(implied_name(target.val.as_deref()?.node.as_ref()?)),
            }
        }
        _ => None,
    }
}

pub(super) fn create_view(lower: &Lower<'_>, raw: &ViewStmt) -> Option<Op> {
    let node = raw.query.as_deref()?;
    let recursive = lower
        .tokens_from(lower.range.start)
        .take(6)
        .any(|t| lower.source.text[t.start..t.end].eq_ignore_ascii_case("recursive"));
    let mut options = lower.options(&raw.options);
    options.retain(|(name, _)| name != "check_option");
    let from_option = lower.options(&raw.options).into_iter().find(|(name, _)| name == "check_option");
    Some(Op::CreateView(CreateView {
        name: lower.relation(raw.view.as_ref()),
        replace: raw.replace,
        temporary: persistence(raw.view.as_ref()) == Persistence::Temporary,
        recursive,
        column_names: names(&raw.aliases),
        query: query(lower, node),
        updatable: super::updatable::is_updatable(node),
        options,
        check_option: match ViewCheckOption::try_from(raw.with_check_option).unwrap_or_default() {
            ViewCheckOption::LocalCheckOption => Some("local".into()),
            ViewCheckOption::CascadedCheckOption => Some("cascaded".into()),
            _ => from_option.map(|(_, value)| value),
        },
    }))
}

pub(super) fn create_table_as(lower: &Lower<'_>, raw: &CreateTableAsStmt) -> Option<Op> {
    let node = raw.query.as_deref()?;
    if matches!(node.node, Some(NodeEnum::ExecuteStmt(_))) {
        return Some(Op::Opaque {
            what: "CREATE TABLE AS".into(),
            why: "its columns are those of a prepared statement".into(),
        });
    }
    let into = raw.into.as_deref()?;
    Some(into_table(
        lower,
        into,
        query(lower, node),
        raw.objtype == ObjectType::ObjectMatview as i32,
        raw.if_not_exists,
    ))
}

fn into_table(lower: &Lower<'_>, into: &IntoClause, query: Query, materialized: bool, if_not_exists: bool) -> Op {
    Op::CreateTableAs(CreateTableAs {
        name: lower.relation(into.rel.as_ref()),
        if_not_exists,
        persistence: persistence(into.rel.as_ref()),
        materialized,
        column_names: names(&into.col_names),
        query,
        with_data: !into.skip_data,
        options: lower.options(&into.options),
    })
}

/// `SELECT … INTO t`, where the clause stands in the leftmost SELECT of set operations.
pub(super) fn select_into(lower: &Lower<'_>, select: &SelectStmt) -> Option<Op> {
    let mut leftmost = select;
    while let Some(left) = leftmost.larg.as_deref() {
        leftmost = left;
    }
    let into = leftmost.into_clause.as_deref()?;
    let mut plain = select.clone();
    clear_into(&mut plain);
    let node = Node { node: Some(NodeEnum::SelectStmt(Box::new(plain))) };
    Some(into_table(lower, into, query(lower, &node), false, false))
}

fn clear_into(select: &mut SelectStmt) {
    select.into_clause = None;
    if let Some(left) = select.larg.as_deref_mut() {
        clear_into(left);
    }
}
