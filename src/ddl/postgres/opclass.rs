//! Default operator classes.

use crate::model::TypeName;

/// Whether an operator class is the type's default for an index method.
pub(super) fn is_default_opclass(method: &str, opclass: &str, ty: &TypeName) -> bool {
    let base = match ty.name.as_str() {
        "character varying" => "text",
        "integer" => "int4",
        "bigint" => "int8",
        "smallint" => "int2",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "boolean" => "bool",
        other => other,
    };
    matches!(method, "btree" | "hash") && !ty.array && opclass.strip_suffix("_ops") == Some(base)
}
