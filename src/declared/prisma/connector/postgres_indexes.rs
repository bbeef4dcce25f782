//! Which fields the index methods of PostgreSQL take, in Prisma's eyes.
//!
//! The rules are those of prisma-engines, `postgres_datamodel_connector/validations.rs` (`generalized_index_validations`). What is written
//! `raw("…")` is left to the server.

use super::super::schema::{BuiltIn, Opclass};
use super::IndexedField;

/// What is wrong with a field of an index of this method.
pub(super) fn problem(field: &IndexedField<'_>) -> Option<String> {
    let name = field.name;
    let word = match field.opclass {
        None => {
            return (!has_default_class(field)).then(|| match field.native {
                Some(native) => {
                    format!(
                        "the native type `{native}` of `{name}` has no default operator class for a {} index",
                        field.method
                    )
                }
                None => format!("a {} index does not support the type of the field `{name}`", field.method),
            });
        }
        Some(Opclass { word: None, .. }) => return None,
        Some(Opclass { word: Some(word), .. }) => word.as_str(),
    };
    if !is_of_method(word, field.method) {
        return Some(format!("the operator class `{word}` is not one of a {} index", field.method));
    }
    (!takes(word, field))
        .then(|| format!("the operator class `{word}` does not go with the type of the field `{name}`"))
}

/// The native type of a field, written or not; `None` for an enum.
fn stored(field: &IndexedField<'_>) -> Option<&'static str> {
    field.native.or_else(|| {
        Some(match field.scalar? {
            BuiltIn::Int => "Integer",
            BuiltIn::BigInt => "BigInt",
            BuiltIn::Float => "DoublePrecision",
            BuiltIn::Decimal => "Decimal",
            BuiltIn::Boolean => "Boolean",
            BuiltIn::String => "Text",
            BuiltIn::DateTime => "Timestamp",
            BuiltIn::Json => "JsonB",
            BuiltIn::Bytes => "ByteA",
        })
    })
}

fn has_default_class(field: &IndexedField<'_>) -> bool {
    let stored = stored(field);
    match field.method {
        "gin" => field.is_list || stored == Some("JsonB"),
        // A text without a native type passes, though the server has no class for it.
        "gist" => field.scalar == Some(BuiltIn::String) && field.native.is_none(),
        "spgist" => matches!(stored, Some("Text" | "VarChar" | "Char" | "Inet")),
        "brin" => !matches!(stored, None | Some("Boolean" | "Json" | "JsonB" | "Money" | "Citext")),
        _ => true,
    }
}

fn is_of_method(word: &str, method: &str) -> bool {
    match method {
        "gin" => matches!(word, "ArrayOps" | "JsonbOps" | "JsonbPathOps"),
        "gist" => word == "InetOps",
        "spgist" => matches!(word, "InetOps" | "TextOps"),
        "brin" => ["BloomOps", "MinMaxOps", "MinMaxMultiOps", "InclusionOps"].iter().any(|kind| word.ends_with(kind)),
        _ => false,
    }
}

fn takes(word: &str, field: &IndexedField<'_>) -> bool {
    let Some(stored) = stored(field) else {
        return word == "ArrayOps" && field.is_list;
    };
    let family = ["BloomOps", "MinMaxMultiOps", "MinMaxOps", "InclusionOps"]
        .into_iter()
        .find_map(|kind| word.strip_suffix(kind))
        .unwrap_or(word);
    match family {
        "ArrayOps" => field.is_list,
        "JsonbOps" | "JsonbPathOps" => stored == "JsonB",
        "TextOps" => matches!(stored, "Text" | "VarChar" | "Char"),
        "InetOps" | "Inet" => stored == "Inet",
        "Text" => matches!(stored, "Text" | "VarChar"),
        "Bpchar" => stored == "Char",
        "Float4" => stored == "Real",
        "Float8" => stored == "DoublePrecision",
        "Int2" => stored == "SmallInt",
        "Int4" => stored == "Integer",
        "Int8" => stored == "BigInt",
        "Numeric" => stored == "Decimal",
        "TimestampTz" | "TimeTz" | "Bytea" => stored.eq_ignore_ascii_case(family),
        other => stored == other,
    }
}
