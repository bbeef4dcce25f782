//! Kinds of types, as far as they matter to constants and casts.

use crate::model::TypeName;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Text,
    Number,
    Boolean,
    /// Dates, times, time stamps.
    Time,
    Interval,
    Json,
    Jsonb,
    Uuid,
    Array,
    Other,
}

pub(super) fn kind(ty: &TypeName) -> Kind {
    if ty.array {
        return Kind::Array;
    }
    if ty.schema.is_some() {
        return Kind::Other;
    }
    match ty.name.as_str() {
        "text" | "character varying" | "character" | "bpchar" | "name" => Kind::Text,
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "oid" => Kind::Number,
        "boolean" => Kind::Boolean,
        "interval" => Kind::Interval,
        "json" => Kind::Json,
        "jsonb" => Kind::Jsonb,
        "uuid" => Kind::Uuid,
        "date" => Kind::Time,
        name if name.starts_with("timestamp ") || name.starts_with("time ") => Kind::Time,
        _ => Kind::Other,
    }
}

/// Whether a constant cast to `cast` and then taken for `want` is the constant taken for `want`.
pub(super) fn is_transparent(want: &TypeName, cast: &TypeName) -> bool {
    match (kind(want), kind(cast)) {
        (Kind::Array, Kind::Array) => is_transparent(&want.element(), &cast.element()),
        (Kind::Json, Kind::Jsonb) | (Kind::Jsonb, Kind::Json) | (Kind::Number, Kind::Number) => true,
        (Kind::Other, Kind::Other) => want.name == cast.name && same_schema(want, cast),
        (want_kind, cast_kind) => want_kind == cast_kind,
    }
}

/// A type written without a schema may be the one with it.
fn same_schema(one: &TypeName, other: &TypeName) -> bool {
    let schema = |ty: &TypeName| ty.schema.clone().unwrap_or_else(|| "public".into());
    schema(one) == schema(other)
}

/// Whether the constant shows its type by itself, so that a cast to it says nothing.
pub(super) fn is_evident(ty: &TypeName) -> bool {
    match kind(ty) {
        Kind::Text | Kind::Number | Kind::Boolean => true,
        Kind::Array => is_evident(&ty.element()),
        _ => false,
    }
}

/// Whether a cast of a value, not a constant, changes nothing that a comparison or function of text sees.
pub(super) fn is_plain_text(ty: &TypeName) -> bool {
    !ty.array && ty.schema.is_none() && matches!(ty.name.as_str(), "text" | "character varying" | "name")
}

/// Whether every value of one number type is the same value of the other, and compares alike.
pub(super) fn is_wider(from: &TypeName, to: &TypeName) -> bool {
    let rank = |ty: &TypeName| match ty.name.as_str() {
        "smallint" => Some(1),
        "integer" => Some(2),
        "bigint" => Some(3),
        "numeric" => Some(4),
        _ => None,
    };
    let plain = |ty: &TypeName| !ty.array && ty.schema.is_none() && ty.modifiers.is_empty();
    plain(from) && plain(to) && rank(from).zip(rank(to)).is_some_and(|(from, to)| from < 4 && from < to)
}
