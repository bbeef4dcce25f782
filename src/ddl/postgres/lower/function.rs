//! Functions, procedures, aggregates, triggers, and DO blocks.

use pg_query::NodeEnum;
use pg_query::protobuf::{
    CreateFunctionStmt, DefElem, DefineStmt, DoStmt, FunctionParameter, FunctionParameterMode, Node, ObjectWithArgs,
};

use super::context::{Lower, def_elem, list_items, node_string, non_empty, scalar, strings};
use super::table::type_use;
use crate::ddl::postgres::lexer::Kind;
use crate::ddl::{AggregateDef, CreateFunction, FunctionArgument, Op, Routine};
use crate::model::FunctionKind;
use crate::source::Span;

pub(super) fn create_function(lower: &Lower<'_>, raw: &CreateFunctionStmt) -> Op {
    let options: Vec<&DefElem> = raw.options.iter().filter_map(def_elem).collect();
    let option = |name: &str| options.iter().find(|d| d.defname == name);
    let text = |name: &str| option(name).and_then(|d| d.arg.as_deref()?.node.as_ref().and_then(scalar));
    let window = option("window").is_some();
    let arguments: Vec<FunctionArgument> = raw.parameters.iter().filter_map(|n| parameter(lower, n)).collect();
    let has_table = arguments.iter().any(|a| a.mode == 't');
    let sql_body = raw.sql_body.is_some();
    Op::CreateFunction(CreateFunction {
        name: lower.name(&raw.funcname),
        kind: match (raw.is_procedure, window) {
            (true, _) => FunctionKind::Procedure,
            (_, true) => FunctionKind::Window,
            _ => FunctionKind::Function,
        },
        replace: raw.replace,
        returns_set: has_table || raw.return_type.as_ref().is_some_and(|t| t.setof),
        returns: raw.return_type.as_ref().map(|t| type_use(lower, t)),
        arguments,
        immutable: text("volatility").as_deref() == Some("immutable"),
        language: text("language").map(|l| l.to_ascii_lowercase()).or_else(|| sql_body.then(|| "sql".to_owned())),
        body: option("as").and_then(|d| body(lower, d)),
        settings: options.iter().filter(|d| d.defname == "set").filter_map(|d| setting(d)).collect(),
        aggregate: None,
    })
}

fn setting(def: &DefElem) -> Option<(String, String)> {
    let Some(NodeEnum::VariableSetStmt(raw)) = def.arg.as_deref().and_then(|n| n.node.as_ref()) else { return None };
    match super::data::set(raw) {
        Op::Set { name, values: Some(values), .. } => Some((name, values.join(", "))),
        _ => None,
    }
}

/// The first string of AS; the second, where there is one, is a symbol of a C library.
fn body(lower: &Lower<'_>, def: &DefElem) -> Option<(String, Span)> {
    let [only] = list_items(def.arg.as_deref()) else { return None };
    let source = node_string(only)?;
    Some((source.to_owned(), body_span(lower, def.location)))
}

/// The inside of the first string at or after a location.
fn body_span(lower: &Lower<'_>, location: i32) -> Span {
    let from = lower.offset(location).unwrap_or(lower.range.start);
    let token = lower.tokens_from(from).find(|t| matches!(t.kind, Kind::String | Kind::DollarString));
    let Some(token) = token else { return lower.statement_span() };
    let written = &lower.source.text[token.start..token.end];
    let (open, close) = match token.kind {
        Kind::DollarString => {
            let tag = written[1..].find('$').map_or(0, |i| i + 2);
            (tag, tag)
        }
        _ => (written.find('\'').map_or(0, |i| i + 1), 1),
    };
    lower.source.span(token.start + open..(token.end.saturating_sub(close)).max(token.start + open))
}

fn parameter(lower: &Lower<'_>, node: &Node) -> Option<FunctionArgument> {
    let NodeEnum::FunctionParameter(raw) = node.node.as_ref()? else { return None };
    Some(FunctionArgument {
        name: non_empty(&raw.name),
        mode: mode(raw),
        ty: type_use(lower, raw.arg_type.as_ref()?),
        default: lower.optional_expr(raw.defexpr.as_deref()),
    })
}

fn mode(raw: &FunctionParameter) -> char {
    match FunctionParameterMode::try_from(raw.mode).unwrap_or_default() {
        FunctionParameterMode::FuncParamOut => 'o',
        FunctionParameterMode::FuncParamInout => 'b',
        FunctionParameterMode::FuncParamVariadic => 'v',
        FunctionParameterMode::FuncParamTable => 't',
        _ => 'i',
    }
}

/// CREATE AGGREGATE; its arguments are a list of parameters and a count.
pub(super) fn create_aggregate(lower: &Lower<'_>, raw: &DefineStmt) -> Op {
    let parameters = list_items(raw.args.first());
    let mut arguments: Vec<FunctionArgument> = parameters.iter().filter_map(|n| parameter(lower, n)).collect();
    if raw.oldstyle {
        let base = raw.definition.iter().filter_map(def_elem).find(|d| d.defname == "basetype");
        if let Some(NodeEnum::TypeName(ty)) = base.and_then(|d| d.arg.as_deref()).and_then(|n| n.node.as_ref()) {
            let ty = type_use(lower, ty);
            // `basetype = ANY` takes rows and no argument.
            if !ty.ty.name.eq_ignore_ascii_case("any") {
                arguments.push(FunctionArgument { name: None, mode: 'i', ty, default: None });
            }
        }
    }
    Op::CreateFunction(CreateFunction {
        name: lower.name(&raw.defnames),
        kind: FunctionKind::Aggregate,
        replace: raw.replace,
        arguments,
        returns: None,
        returns_set: false,
        language: None,
        immutable: false,
        body: None,
        settings: Vec::new(),
        aggregate: Some(Box::new(aggregate_parts(lower, raw))),
    })
}

fn aggregate_parts(lower: &Lower<'_>, raw: &DefineStmt) -> AggregateDef {
    let mut parts = AggregateDef::default();
    for def in raw.definition.iter().filter_map(def_elem) {
        let Some(NodeEnum::TypeName(ty)) = def.arg.as_deref().and_then(|n| n.node.as_ref()) else { continue };
        // The grammar reads a function's name as a type's.
        let function = || Some(super::table::type_as_name(lower, ty));
        match def.defname.as_str() {
            "stype" | "stype1" => parts.state = Some(type_use(lower, ty)),
            "sfunc" | "sfunc1" => parts.transition = function(),
            "combinefunc" => parts.combine = function(),
            "serialfunc" => parts.serialize = function(),
            "deserialfunc" => parts.deserialize = function(),
            _ => {}
        }
    }
    parts
}

/// A function named by DROP, ALTER or COMMENT, with its argument types where they are written.
pub(super) fn function_ref(lower: &Lower<'_>, kind: Option<FunctionKind>, raw: &ObjectWithArgs) -> Routine {
    let arguments = (!raw.args_unspecified).then(|| {
        raw.objargs
            .iter()
            .filter_map(|n| match n.node.as_ref() {
                Some(NodeEnum::TypeName(ty)) => Some(type_use(lower, ty)),
                _ => None,
            })
            .collect()
    });
    let has_mode = |n: &Node| match n.node.as_ref() {
        Some(NodeEnum::FunctionParameter(parameter)) => {
            parameter.mode != FunctionParameterMode::FuncParamDefault as i32
        }
        _ => false,
    };
    let has_modes = raw.objfuncargs.iter().any(has_mode);
    Routine { kind, name: lower.name(&raw.objname), arguments, has_modes }
}

pub(super) fn do_block(lower: &Lower<'_>, raw: &DoStmt) -> Op {
    let options: Vec<&DefElem> = raw.args.iter().filter_map(def_elem).collect();
    let text = |name: &str| {
        let def = options.iter().find(|d| d.defname == name)?;
        def.arg.as_deref()?.node.as_ref().and_then(scalar)
    };
    let location = options.iter().find(|d| d.defname == "as").map_or(-1, |d| d.location);
    Op::Do {
        language: text("language").map_or_else(|| "plpgsql".to_owned(), |l| l.to_ascii_lowercase()),
        source: text("as").unwrap_or_default(),
        body: body_span(lower, location),
    }
}

/// A name out of an object that is a list of strings or a single one.
pub(super) fn object_parts(node: Option<&Node>) -> Vec<String> {
    match node.and_then(|n| n.node.as_ref()) {
        Some(NodeEnum::List(list)) => strings(&list.items),
        Some(NodeEnum::TypeName(ty)) => strings(&ty.names),
        Some(NodeEnum::ObjectWithArgs(function)) => strings(&function.objname),
        Some(other) => scalar(other).into_iter().collect(),
        None => Vec::new(),
    }
}
