//! Types as the server's `format_type` prints them.
//!
//! What the server prints alike must be equal here: `int4` and `integer`, `numeric(10)` and `numeric(10,0)`. Sources: gram.y (what the grammar makes
//! of the standard's names), src/backend/utils/adt/format_type.c, and the `typmodout` functions.

use pg_query::NodeEnum;
use pg_query::protobuf::{Node, TypeName as RawType};

use super::lower::strings;
use super::parse::{Parsed, parse_computed, raw_parse};
use super::print::{Printer, quote_if_needed};
use super::refactor::single_expression;
use crate::ddl::{Op, TableElement};
use crate::dialect::ColumnText;
use crate::model::{Generated, TypeName};
use crate::source::Span;

/// A type out of the tree.
pub(super) struct LoweredType {
    pub(super) ty: TypeName,
    pub(super) serial: bool,
    /// The parts of `table.column` in `table.column%TYPE`.
    pub(super) copied_from: Option<Vec<String>>,
}

pub(super) fn lower_type(raw: &RawType) -> LoweredType {
    let mut parts = strings(&raw.names);
    for part in &mut parts {
        *part = super::lexer::truncate(part).to_owned();
    }
    let name = parts.pop().unwrap_or_default();
    let schema = parts.pop();
    let array = !raw.array_bounds.is_empty();
    if raw.pct_type {
        let ty = TypeName { array, ..TypeName::built_in(name.clone()) };
        return LoweredType { ty, serial: false, copied_from: Some(schema.into_iter().chain([name]).collect()) };
    }
    named_type(schema, name, raw.typmods.iter().map(modifier).collect(), array)
}

/// A type by the names that the grammar gives it: its schema is `pg_catalog` where it was written as a keyword. Modifiers are as written.
pub(super) fn named_type(
    schema: Option<String>,
    name: String,
    written_modifiers: Vec<String>,
    mut array: bool,
) -> LoweredType {
    let built_in = schema.is_none() || schema.as_deref() == Some("pg_catalog");
    // transformColumnDefinition: serial only where written without a schema.
    if let (None, Some(integer)) = (&schema, serial(&name)) {
        let ty = TypeName { array, ..TypeName::built_in(integer) };
        return LoweredType { ty, serial: true, copied_from: None };
    }
    let element = name.strip_prefix('_').filter(|_| built_in).and_then(canonical_name);
    let (name, modifiers) = match element {
        Some(element) => {
            array = true;
            (element.to_owned(), Vec::new())
        }
        None if built_in => {
            let canonical = match name.as_str() {
                "char" => "\"char\"",
                // format_type keeps its own name for blank-padded text of any length.
                "bpchar" if written_modifiers.is_empty() => "bpchar",
                other => canonical_name(other).unwrap_or(other),
            };
            (canonical.to_owned(), modifiers(canonical, written_modifiers))
        }
        None => {
            let modifiers = modifiers(&name, written_modifiers);
            (name, modifiers)
        }
    };
    let schema = schema.filter(|_| !built_in);
    LoweredType { ty: TypeName { schema, name, modifiers, array }, serial: false, copied_from: None }
}

fn serial(name: &str) -> Option<&'static str> {
    match name {
        "smallserial" | "serial2" => Some("smallint"),
        "serial" | "serial4" => Some("integer"),
        "bigserial" | "serial8" => Some("bigint"),
        _ => None,
    }
}

/// The printed name of a type of pg_catalog whose printed name differs from its own; its own otherwise, when it has an array type of that name.
fn canonical_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "bool" => "boolean",
        "varchar" => "character varying",
        "bpchar" => "character",
        "varbit" => "bit varying",
        "time" => "time without time zone",
        "timetz" => "time with time zone",
        "timestamp" => "timestamp without time zone",
        "timestamptz" => "timestamp with time zone",
        "text" => "text",
        "numeric" => "numeric",
        "uuid" => "uuid",
        "jsonb" => "jsonb",
        "json" => "json",
        "date" => "date",
        "bytea" => "bytea",
        "bit" => "bit",
        "interval" => "interval",
        "inet" => "inet",
        "name" => "name",
        "oid" => "oid",
        _ => return None,
    })
}

fn modifiers(name: &str, written: Vec<String>) -> Vec<String> {
    let mut out = written;
    match name {
        // numerictypmodout always prints the scale.
        "numeric" if out.len() == 1 => out.push("0".into()),
        "interval" => return interval_modifiers(&out),
        // The server takes at most 6 and says so.
        "time without time zone"
        | "time with time zone"
        | "timestamp without time zone"
        | "timestamp with time zone" => {
            if let Some(first) = out.first_mut().filter(|m| m.parse::<u32>().is_ok_and(|n| n > 6)) {
                *first = "6".into();
            }
        }
        // PostGIS prints its own spelling of the kind whatever was written, and no SRID of 0.
        "geometry" | "geography" => {
            for part in &mut out {
                *part = part.to_ascii_lowercase();
            }
            if out.get(1).is_some_and(|srid| srid == "0") {
                out.truncate(1);
            }
        }
        _ => {}
    }
    out
}

/// A modifier as text, without quotes: `10`, `Point`.
fn modifier(node: &Node) -> String {
    match node.node.as_ref() {
        Some(NodeEnum::ColumnRef(column)) => strings(&column.fields).join("."),
        Some(other) => super::lower::scalar(other).unwrap_or_else(|| {
            let mut printer = Printer::new();
            printer.expr(node);
            printer.into_sql()
        }),
        None => String::new(),
    }
}

/// The grammar gives the fields as a mask (datetime.h, INTERVAL_MASK) and then the precision.
fn interval_modifiers(raw: &[String]) -> Vec<String> {
    const YEAR: u32 = 1 << 2;
    const MONTH: u32 = 1 << 1;
    const DAY: u32 = 1 << 3;
    const HOUR: u32 = 1 << 10;
    const MINUTE: u32 = 1 << 11;
    const SECOND: u32 = 1 << 12;
    let mask: u32 = raw.first().and_then(|m| m.parse().ok()).unwrap_or(0x7fff);
    let fields =
        [(YEAR, "year"), (MONTH, "month"), (DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second")];
    let named: Vec<&str> = fields.iter().filter(|(bit, _)| mask & bit != 0).map(|(_, name)| *name).collect();
    let mut out = Vec::new();
    if mask != 0x7fff {
        match named.as_slice() {
            [] => {}
            [only] => out.push((*only).to_owned()),
            [first, .., last] => out.push(format!("{first} to {last}")),
        }
    }
    out.extend(raw.get(1).cloned());
    out
}

/// A type as DDL text. User types are quoted where they must be and carry the schema they have; with `always_quote` as ORMs write them.
pub(super) fn print_type(ty: &TypeName) -> String {
    let mut out = String::new();
    if let Some(schema) = &ty.schema {
        out.push_str(&quote_if_needed(schema));
        out.push('.');
    }
    let shown = TypeName { schema: None, ..ty.clone() };
    if ty.schema.is_none() && is_multi_word(&ty.name) {
        out.push_str(&shown.to_string());
        return out;
    }
    let name = if ty.schema.is_none() && (ty.name.starts_with('"') || is_keyword_type(&ty.name)) {
        ty.name.clone()
    } else {
        quote_if_needed(&ty.name)
    };
    // Through Display, so that modifiers stand where they belong.
    let display = TypeName { schema: None, name: "x".into(), ..ty.clone() }.to_string();
    if ty.name == "interval" {
        out.push_str(&shown.to_string());
    } else {
        out.push_str(&name);
        out.push_str(&display[1..]);
    }
    out
}

fn is_multi_word(name: &str) -> bool {
    matches!(
        name,
        "double precision"
            | "character varying"
            | "bit varying"
            | "time without time zone"
            | "time with time zone"
            | "timestamp without time zone"
            | "timestamp with time zone"
    )
}

/// Built-in names that are keywords of the grammar and must not be quoted (quoted, they would lose their meaning).
fn is_keyword_type(name: &str) -> bool {
    matches!(
        name,
        "smallint" | "integer" | "bigint" | "real" | "boolean" | "character" | "numeric" | "bit" | "interval" | "json"
    )
}

/// Reads a type from text.
pub(super) fn parse_type(text: &str) -> Option<LoweredType> {
    super::everyday::type_of(text).or_else(|| type_by_the_grammar(text))
}

/// The grammar's mode for type names gives a tree that has no form in protobuf, so it is read as a cast.
pub(super) fn type_by_the_grammar(text: &str) -> Option<LoweredType> {
    let statements = raw_parse(&format!("SELECT NULL::{text}")).ok()?;
    let [_] = statements.as_slice() else { return None };
    let NodeEnum::TypeCast(cast) = single_expression(&statements)?.node.as_ref()? else { return None };
    let NodeEnum::AConst(_) = cast.arg.as_deref()?.node.as_ref()? else { return None };
    cast.type_name.as_ref().map(lower_type)
}

/// The definition of a column without its name; `None` where it makes a constraint or a sequence.
pub(super) fn parse_column(text: &str, at: Span) -> Option<ColumnText> {
    let mut parsed = parse_computed(at, &format!("CREATE TABLE t (c {text})"));
    let (Some((Parsed::Statement(statement), _)), None) = (parsed.pop(), parsed.pop()) else { return None };
    let Op::CreateTable(mut table) = statement.op else { return None };
    let (Some(TableElement::Column(column)), None) = (table.elements.pop(), table.elements.pop()) else { return None };
    let ty = column.ty.filter(|ty| !ty.serial && ty.copied_from.is_none())?;
    (column.constraints.is_empty() && column.identity.is_none()).then_some(ColumnText {
        ty: ty.ty,
        collation: column.collation,
        not_null: column.not_null,
        default: column.default,
        generated: column.generated.map(|(expr, stored)| Generated { expr, stored }),
    })
}

/// A type in a message, as `format_type_be` gives it: without modifiers.
#[must_use]
pub fn format_type(ty: &TypeName) -> String {
    let bare = TypeName { modifiers: Vec::new(), ..ty.clone() };
    let Some(schema) = ty.schema.as_deref() else { return bare.to_string() };
    let prefix = if schema == "public" { String::new() } else { format!("{}.", quote_if_needed(schema)) };
    format!("{prefix}{}{}", quote_if_needed(&ty.name), if ty.array { "[]" } else { "" })
}

/// A type as ORMs write it in DDL: user types always quoted, with their schema unless that is `public`.
pub(super) fn type_to_ddl(ty: &TypeName) -> String {
    let Some(schema) = &ty.schema else { return print_type(ty) };
    let display = TypeName { schema: None, name: "x".into(), ..ty.clone() }.to_string();
    let quoted = super::print::quote_always(&ty.name);
    let prefix = if schema == "public" { String::new() } else { format!("{}.", super::print::quote_always(schema)) };
    format!("{prefix}{quoted}{}", &display[1..])
}
