//! Statements on rows, queries at the top level, settings.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    CallStmt, CopyStmt, DeleteStmt, FuncCall, InsertStmt, MergeStmt, Node, RangeVar, ReturningClause, SelectStmt,
    TruncateStmt, UpdateStmt, VariableSetKind, VariableSetStmt,
};

use super::alter::is_cascade;
use super::context::{Lower, cut, def_elem, integer, names, node_string, scalar, strings};
use super::given;
use super::query::{Uses, argument_names, argument_texts, function_name, uses};
use crate::ddl::postgres::lexer::{Kind, Tokens, fold, identifier};
use crate::ddl::postgres::print::Printer;
use crate::ddl::postgres::walk::{children, walk};
use crate::ddl::{Call, Name, Op, Write, WriteVerb};
use crate::source::Span;

pub(super) fn select(lower: &Lower<'_>, select: &SelectStmt, node: &NodeEnum) -> Op {
    if let Some(op) = super::query::select_into(lower, select) {
        return op;
    }
    if let Some(op) = set_config(select) {
        return op;
    }
    Op::Select { calls: uses(lower, node).calls, sql: lower.statement_text().to_owned() }
}

/// `SELECT [pg_catalog.]set_config('name', 'value', local)`, as pg_dump writes it.
fn set_config(select: &SelectStmt) -> Option<Op> {
    let [target] = select.target_list.as_slice() else { return None };
    let NodeEnum::ResTarget(target) = target.node.as_ref()? else { return None };
    let NodeEnum::FuncCall(call) = target.val.as_deref()?.node.as_ref()? else { return None };
    if strings(&call.funcname).last().map(String::as_str) != Some("set_config") || !select.from_clause.is_empty() {
        return None;
    }
    let constant = |i: usize| call.args.get(i).and_then(|n| n.node.as_ref()).and_then(scalar);
    let name = constant(0)?.to_ascii_lowercase();
    let value = constant(1)?;
    let values = if name == "search_path" { split_identifiers(&value) } else { vec![value] };
    Some(Op::Set { name, values: Some(values), local: constant(2)? == "true" })
}

/// A list of identifiers as the server reads it from a setting (SplitIdentifierString).
pub(super) fn split_identifiers(text: &str) -> Vec<String> {
    Tokens::new(text)
        .filter_map(|t| match t.kind {
            Kind::Word | Kind::QuotedIdentifier => identifier(text, t),
            _ => None,
        })
        .map(|name| cut(&name))
        .collect()
}

pub(super) fn set(raw: &VariableSetStmt) -> Op {
    let kind = VariableSetKind::try_from(raw.kind).unwrap_or_default();
    let name = fold(&raw.name);
    let values = || raw.args.iter().map(|n| n.node.as_ref().and_then(set_value).unwrap_or_default()).collect();
    match kind {
        // SET TRANSACTION and SET SESSION CHARACTERISTICS.
        VariableSetKind::VarSetMulti => match read_only(&raw.args) {
            Some(on) => {
                let local = name == "transaction";
                let name = if local { "transaction_read_only" } else { "default_transaction_read_only" };
                let value = if on { "on" } else { "off" };
                Op::Set { name: name.into(), values: Some(vec![value.into()]), local }
            }
            None => Op::NoEffect { what: "SET", relation: None },
        },
        VariableSetKind::VarSetValue => Op::Set { name, values: Some(values()), local: raw.is_local },
        VariableSetKind::VarResetAll => Op::Set { name: "all".into(), values: None, local: false },
        _ => Op::Set { name, values: None, local: raw.is_local },
    }
}

/// READ ONLY or READ WRITE among the modes of a transaction.
pub(super) fn read_only(modes: &[Node]) -> Option<bool> {
    let mut modes = modes.iter().filter_map(def_elem);
    let mode = modes.find(|mode| mode.defname == "transaction_read_only")?;
    integer(mode.arg.as_deref()).map(|value| value != 0)
}

fn set_value(node: &NodeEnum) -> Option<String> {
    match node {
        NodeEnum::TypeCast(cast) => cast.arg.as_deref().and_then(|n| n.node.as_ref()).and_then(scalar),
        other => scalar(other),
    }
}

pub(super) fn insert(lower: &Lower<'_>, raw: &InsertStmt, node: &NodeEnum) -> Op {
    let columns = targets(lower, &raw.cols);
    let mut on = Vec::new();
    if let Some(conflict) = raw.on_conflict_clause.as_deref() {
        if let Some(infer) = conflict.infer.as_deref() {
            for element in &infer.index_elems {
                if let Some(NodeEnum::IndexElem(element)) = element.node.as_ref()
                    && !element.name.is_empty()
                {
                    on.push((cut(&element.name), lower.identifier_span(&element.name)));
                }
            }
        }
        on.extend(targets(lower, &conflict.target_list));
    }
    returning(lower, raw.returning_clause.as_ref(), &mut on);
    let mut op = write(lower, WriteVerb::Insert, raw.relation.as_ref(), columns, on, uses_of(lower, node));
    if let Op::Write(write) = &mut op {
        write.given = given::inserted(raw);
        write.flaw = given::insert_flaw(raw);
        write.gives_rows = given::gives_rows(raw);
        write.constants = given::inserted_constants(lower, raw);
        write.overriding = given::is_overriding(raw);
        write.arbiter = given::arbiter(lower, raw).map(Box::new);
    }
    op
}

pub(super) fn update(lower: &Lower<'_>, raw: &UpdateStmt, node: &NodeEnum) -> Op {
    let columns = targets(lower, &raw.target_list);
    let mut own = Vec::new();
    for target in &raw.target_list {
        unqualified(lower, target, &mut own);
    }
    if let Some(condition) = raw.where_clause.as_deref() {
        unqualified(lower, condition, &mut own);
    }
    returning(lower, raw.returning_clause.as_ref(), &mut own);
    // What stands in FROM, a function perhaps, gives columns too.
    if !raw.from_clause.is_empty() {
        own.clear();
    }
    let mut op = write(lower, WriteVerb::Update, raw.relation.as_ref(), columns, own, uses_of(lower, node));
    if let Op::Write(write) = &mut op {
        write.given = given::updated(raw);
        write.flaw = given::update_flaw(&raw.target_list);
        write.constants = given::updated_constants(lower, &raw.target_list);
        write.sets = sets(lower, &raw.target_list);
    }
    op
}

pub(super) fn delete(lower: &Lower<'_>, raw: &DeleteStmt, node: &NodeEnum) -> Op {
    let mut own = Vec::new();
    if let Some(condition) = raw.where_clause.as_deref() {
        unqualified(lower, condition, &mut own);
    }
    returning(lower, raw.returning_clause.as_ref(), &mut own);
    if !raw.using_clause.is_empty() {
        own.clear();
    }
    write(lower, WriteVerb::Delete, raw.relation.as_ref(), Vec::new(), own, uses_of(lower, node))
}

pub(super) fn merge(lower: &Lower<'_>, raw: &MergeStmt, node: &NodeEnum) -> Op {
    let mut columns = Vec::new();
    for clause in &raw.merge_when_clauses {
        if let Some(NodeEnum::MergeWhenClause(clause)) = clause.node.as_ref() {
            columns.extend(targets(lower, &clause.target_list));
        }
    }
    write(lower, WriteVerb::Merge, raw.relation.as_ref(), columns, Vec::new(), uses_of(lower, node))
}

pub(super) fn copy(lower: &Lower<'_>, raw: &CopyStmt, node: &NodeEnum) -> Op {
    if !raw.is_from {
        return Op::NoEffect { what: "COPY", relation: raw.relation.as_ref().map(|r| lower.relation(Some(r))) };
    }
    let columns = names(&raw.attlist).into_iter().map(|name| {
        let span = lower.identifier_span(&name);
        (name, span)
    });
    write(lower, WriteVerb::Copy, raw.relation.as_ref(), columns.collect(), Vec::new(), uses_of(lower, node))
}

/// The first relation is written, the rest `reads`: TRUNCATE takes a list.
pub(super) fn truncate(lower: &Lower<'_>, raw: &TruncateStmt) -> Op {
    let mut relations = raw.relations.iter().filter_map(|n| match n.node.as_ref() {
        Some(NodeEnum::RangeVar(relation)) => Some(lower.relation(Some(relation))),
        _ => None,
    });
    let relation = relations.next().unwrap_or_else(|| lower.relation(None));
    Op::Write(Write {
        verb: WriteVerb::Truncate,
        relation,
        columns: Vec::new(),
        sets: Vec::new(),
        reads: relations.collect(),
        uses: Vec::new(),
        calls: Vec::new(),
        cascade: is_cascade(raw.behavior),
        given: Vec::new(),
        flaw: None,
        gives_rows: false,
        constants: Vec::new(),
        overriding: false,
        arbiter: None,
    })
}

pub(super) fn call(lower: &Lower<'_>, raw: &CallStmt) -> Option<Op> {
    Some(Op::Call(call_of(lower, raw.funccall.as_deref()?)))
}

fn call_of(lower: &Lower<'_>, call: &FuncCall) -> Call {
    Call {
        function: function_name(lower, call),
        arguments: argument_texts(call),
        named: argument_names(call),
        span: lower.token_span(call.location),
    }
}

/// What the statement reads: its own relation is no child of the walk.
fn uses_of(lower: &Lower<'_>, node: &NodeEnum) -> Uses {
    let mut found = Uses::default();
    children(node, &mut |child| {
        let mut below = uses(lower, child);
        found.relations.append(&mut below.relations);
        found.calls.append(&mut below.calls);
    });
    let with = with_names(node);
    found.relations.retain(|r| r.schema.is_some() || !with.contains(&r.name.as_str()));
    found
}

fn with_names(node: &NodeEnum) -> Vec<&str> {
    let mut names = Vec::new();
    walk(node, &mut |n| {
        if let NodeEnum::CommonTableExpr(cte) = n {
            names.push(cte.ctename.as_str());
        }
        true
    });
    names
}

fn write(
    lower: &Lower<'_>,
    verb: WriteVerb,
    relation: Option<&RangeVar>,
    columns: Vec<(String, Span)>,
    own: Vec<(String, Span)>,
    found: Uses,
) -> Op {
    let relation = lower.relation(relation);
    let uses = if found.relations.is_empty() { own } else { Vec::new() };
    Op::Write(Write {
        verb,
        relation,
        columns,
        sets: Vec::new(),
        reads: found.relations,
        uses,
        calls: found.calls,
        cascade: false,
        given: Vec::new(),
        flaw: None,
        gives_rows: false,
        constants: Vec::new(),
        overriding: false,
        arbiter: None,
    })
}

/// What SET gives whole columns. A constant or a parameter takes the column's type; of a row's parts nothing is told.
fn sets(lower: &Lower<'_>, targets: &[Node]) -> Vec<(String, String, Span)> {
    let set = |node: &Node| {
        let Some(NodeEnum::ResTarget(target)) = node.node.as_ref() else { return None };
        let value = target.val.as_deref()?;
        let untyped = matches!(
            value.node.as_ref()?,
            NodeEnum::AConst(_) | NodeEnum::SetToDefault(_) | NodeEnum::MultiAssignRef(_) | NodeEnum::ParamRef(_)
        );
        if untyped || !target.indirection.is_empty() {
            return None;
        }
        let mut printer = Printer::new();
        printer.expr(value);
        Some((cut(&target.name), printer.into_sql(), lower.token_span(target.location)))
    };
    targets.iter().filter_map(set).collect()
}

/// Names of an INSERT's column list or of SET.
fn targets(lower: &Lower<'_>, nodes: &[Node]) -> Vec<(String, Span)> {
    nodes
        .iter()
        .filter_map(|n| match n.node.as_ref() {
            Some(NodeEnum::ResTarget(target)) if !target.name.is_empty() => {
                Some((cut(&target.name), lower.token_span(target.location)))
            }
            _ => None,
        })
        .collect()
}

fn returning(lower: &Lower<'_>, clause: Option<&ReturningClause>, out: &mut Vec<(String, Span)>) {
    for node in clause.map(|c| c.exprs.as_slice()).unwrap_or_default() {
        unqualified(lower, node, out);
    }
}

/// Columns named without a table, outside of sub-queries.
fn unqualified(lower: &Lower<'_>, node: &Node, out: &mut Vec<(String, Span)>) {
    let Some(inner) = node.node.as_ref() else { return };
    walk(inner, &mut |n| {
        if let NodeEnum::ColumnRef(column) = n
            && let [only] = column.fields.as_slice()
            && let Some(name) = node_string(only)
        {
            out.push((cut(name), lower.token_span(column.location)));
        }
        !matches!(n, NodeEnum::SelectStmt(_))
    });
}

/// A relation with its name only; for statements that name one and change nothing.
pub(super) fn no_effect_on(lower: &Lower<'_>, what: &'static str, relation: Option<&RangeVar>) -> Op {
    let relation: Option<Name> = relation.map(|r| lower.relation(Some(r)));
    Op::NoEffect { what, relation }
}
