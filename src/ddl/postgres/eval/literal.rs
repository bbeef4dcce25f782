//! What an untyped literal becomes beside a column of type `name`: it is cut to 63 bytes, as names themselves are
//! (`func_select_candidate`, `namein`). Guards ask for constraints by names that Drizzle makes longer than that.

use std::borrow::Cow;

use pg_query::NodeEnum;
use pg_query::protobuf::Node;
use pg_query::protobuf::a_const::Val;

use super::{Value, cast};
use crate::ddl::postgres::lexer::truncate;
use crate::ddl::postgres::lower::strings;

/// Columns of type `name` in pg_catalog and its views, and of `information_schema.sql_identifier`, which is a domain over it.
const NAME_COLUMNS: [&str; 44] = [
    "attname",
    "column_name",
    "conname",
    "constraint_name",
    "constraint_schema",
    "datname",
    "domain_name",
    "domain_schema",
    "enumlabel",
    "event_object_schema",
    "event_object_table",
    "extname",
    "grantee",
    "indexname",
    "matviewname",
    "nspname",
    "polname",
    "policyname",
    "proname",
    "pubname",
    "relname",
    "rolname",
    "routine_name",
    "routine_schema",
    "rulename",
    "schema_name",
    "schemaname",
    "sequence_name",
    "sequence_schema",
    "sequencename",
    "specific_name",
    "subname",
    "table_name",
    "table_schema",
    "tablename",
    "tgname",
    "trigger_name",
    "trigger_schema",
    "typname",
    "udt_name",
    "udt_schema",
    "unique_constraint_name",
    "unique_constraint_schema",
    "viewname",
];

/// Whether an expression is a column that is called like one of type `name`.
pub(super) fn is_name_column(node: &Node) -> bool {
    let Some(NodeEnum::ColumnRef(column)) = node.node.as_ref() else { return false };
    strings(&column.fields).last().is_some_and(|name| NAME_COLUMNS.contains(&name.as_str()))
}

/// A string constant without a type.
pub(super) fn is_untyped(node: &Node) -> bool {
    matches!(node.node.as_ref(), Some(NodeEnum::AConst(constant)) if matches!(constant.val, Some(Val::Sval(_))))
}

/// The value of `literal` compared with what `beside` gives. A column of the project's own that only has such a name may hold longer texts;
/// beside one that is short a longer literal means nothing else.
pub(super) fn as_name<'v>(value: &'v Value, literal: &Node, beside: &Node, other: &Value) -> Cow<'v, Value> {
    let is_name = matches!(other, Value::Text(name) if name.len() <= 63) && is_name_column(beside);
    if is_name && is_untyped(literal) { cut(value) } else { Cow::Borrowed(value) }
}

/// The same of `'{…}'` after ANY and ALL.
pub(super) fn as_names<'v>(array: &'v Value, literal: &Node, beside: &Node, other: &Value) -> Cow<'v, Value> {
    if let (Cow::Owned(_), Value::Text(text)) = (as_name(array, literal, beside, other), array)
        && let Ok(items) = cast::parse_array(text)
    {
        return Cow::Owned(Value::Array(items.iter().map(|item| cut(item).into_owned()).collect()));
    }
    Cow::Borrowed(array)
}

fn cut(value: &Value) -> Cow<'_, Value> {
    match value {
        Value::Text(text) if text.len() > 63 => Cow::Owned(Value::text(truncate(text))),
        other => Cow::Borrowed(other),
    }
}
