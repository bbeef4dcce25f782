//! Whether the server takes an expression for immutable, as those of indexes and generated columns must be (`contain_mutable_functions`).
//!
//! Volatilities: src/include/catalog/pg_proc.dat. Only what is certain is told: a function with an immutable variant counts by its arguments' types.

use pg_query::NodeEnum;
use pg_query::protobuf::{AExpr, AExprKind, FuncCall, Node, TypeCast};

use super::lower::strings;
use super::parse::{raw_parse_with, statement_node};
use super::print::Printer;
use super::types::lower_type;
use super::walk::walk;
use crate::model::TypeName;

/// What the names of an expression mean.
pub trait Surroundings {
    /// The type of a part of the expression.
    fn type_of(&self, sql: &str) -> Option<TypeName>;

    /// Whether the project's own function of this name is immutable; `None` where there is none, or that cannot be told.
    fn is_immutable(&self, parts: &[String], arguments: usize) -> Option<bool>;

    fn has_extension(&self, name: &str) -> bool;
}

/// Functions all of whose variants are stable or volatile.
const MUTABLE: &[&str] = &[
    "array_to_json",
    "array_to_string",
    "clock_timestamp",
    "concat",
    "concat_ws",
    "current_schema",
    "current_setting",
    "currval",
    "format",
    "gen_random_uuid",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "lastval",
    "nextval",
    "now",
    "random",
    "row_to_json",
    "set_config",
    "setval",
    "statement_timestamp",
    "timeofday",
    "to_char",
    "to_date",
    "to_json",
    "to_jsonb",
    "transaction_timestamp",
    "txid_current",
];

const WITH_ZONE: &str = "timestamp with time zone";
const WITHOUT_ZONE: &str = "timestamp without time zone";

/// Whether an expression surely calls something that is not immutable.
#[must_use]
pub fn is_mutable(sql: &str, around: &dyn Surroundings) -> bool {
    let Ok(statements) = raw_parse_with(sql, pg_query::ParserOptions::PLPGSQL_EXPR) else { return false };
    let mut mutable = false;
    for node in statements.iter().filter_map(statement_node) {
        walk(node, &mut |inner| {
            mutable |= match inner {
                NodeEnum::SqlvalueFunction(_) => true,
                NodeEnum::FuncCall(call) => calls_mutable(call, around),
                NodeEnum::TypeCast(cast) => casts_mutably(cast, around),
                NodeEnum::AExpr(operation) => reckons_mutably(operation, around),
                _ => false,
            };
            !mutable
        });
    }
    mutable
}

fn type_of(node: Option<&Node>, around: &dyn Surroundings) -> Option<TypeName> {
    let mut printer = Printer::new();
    printer.expr(node?);
    around.type_of(&printer.into_sql()).filter(|ty| !ty.array)
}

fn is_with_zone(node: Option<&Node>, around: &dyn Surroundings) -> bool {
    type_of(node, around).is_some_and(|ty| ty.name == WITH_ZONE)
}

fn calls_mutable(call: &FuncCall, around: &dyn Surroundings) -> bool {
    let parts = strings(&call.funcname);
    let Some(name) = parts.last() else { return false };
    let count = call.args.len();
    let is_built_in = parts.len() == 2 && parts[0] == "pg_catalog";
    if !is_built_in && let Some(immutable) = around.is_immutable(&parts, count) {
        return !immutable;
    }
    if parts.len() > 1 && !is_built_in {
        return false;
    }
    match (name.as_str(), count) {
        ("unaccent", _) => around.has_extension("unaccent"),
        ("uuid_generate_v1" | "uuid_generate_v1mc" | "uuid_generate_v4", _) => around.has_extension("uuid-ossp"),
        ("to_tsvector" | "to_tsquery" | "plainto_tsquery" | "phraseto_tsquery" | "websearch_to_tsquery" | "age", 1)
        | ("to_timestamp", 2) => true,
        ("date_trunc", 2) | ("date_part" | "extract", 2) => is_with_zone(call.args.get(1), around),
        ("date", 1) => is_with_zone(call.args.first(), around),
        (name, _) => MUTABLE.contains(&name),
    }
}

/// Casts that go by the session's time zone or date style.
fn casts_mutably(cast: &TypeCast, around: &dyn Surroundings) -> bool {
    let Some(to) = cast.type_name.as_ref().map(|ty| lower_type(ty).ty).filter(|ty| !ty.array) else { return false };
    let is_constant = matches!(cast.arg.as_deref().and_then(|n| n.node.as_ref()), Some(NodeEnum::AConst(_)));
    let is_text = |name: &str| matches!(name, "text" | "character varying" | "character");
    let is_time = |name: &str| name == "date" || name.starts_with("time");
    if is_constant || !(is_time(&to.name) || is_text(&to.name) || to.name == "interval") {
        return false;
    }
    let Some(from) = type_of(cast.arg.as_deref(), around).or_else(|| field_as_text(cast.arg.as_deref())) else {
        return false;
    };
    match (from.name.as_str(), to.name.as_str()) {
        (WITH_ZONE, to) => to != WITH_ZONE && (is_time(to) || is_text(to)),
        (WITHOUT_ZONE | "date", to) => to == WITH_ZONE || is_text(to),
        (from, to) => is_text(from) && (is_time(to) || to == "interval"),
    }
}

/// `document ->> 'field'` is a text.
fn field_as_text(node: Option<&Node>) -> Option<TypeName> {
    let Some(NodeEnum::AExpr(operation)) = node?.node.as_ref() else { return None };
    let operator = strings(&operation.name).pop()?;
    matches!(operator.as_str(), "->>" | "#>>").then(|| TypeName::built_in("text"))
}

fn reckons_mutably(operation: &AExpr, around: &dyn Surroundings) -> bool {
    if operation.kind != AExprKind::AexprOp as i32 {
        return false;
    }
    let operator = strings(&operation.name).pop().unwrap_or_default();
    // `textanycat` and `anytextcat`
    let is_text = |ty: &TypeName| matches!(ty.name.as_str(), "text" | "character varying");
    let is_comparison = matches!(operator.as_str(), "=" | "<>" | "<" | ">" | "<=" | ">=");
    if !is_comparison && !matches!(operator.as_str(), "+" | "-" | "||") {
        return false;
    }
    let (Some(left), Some(right)) =
        (type_of(operation.lexpr.as_deref(), around), type_of(operation.rexpr.as_deref(), around))
    else {
        return false;
    };
    if operator == "||" {
        return is_text(&left) && prints(&right) || is_text(&right) && prints(&left);
    }
    match (left.name.as_str(), right.name.as_str()) {
        (WITH_ZONE, "interval") => !is_comparison,
        (WITH_ZONE, "date" | WITHOUT_ZONE) | ("date" | WITHOUT_ZONE, WITH_ZONE) => is_comparison,
        _ => false,
    }
}

/// Types whose values `||` prints by the session's settings to go with a text.
fn prints(ty: &TypeName) -> bool {
    ty.schema.is_none() && (ty.name == "date" || ty.name.starts_with("timestamp"))
}
