//! Which types the server casts to which without being told, as far as that is certain.
//!
//! From pg_cast (`castcontext` `i` and `a`) and the rules for I/O conversion casts in `find_coercion_pathway`
//! (src/backend/parser/parse_coerce.c): anything may be assigned to a string type, nothing but strings comes from one by assignment.

use super::state::State;
use crate::ddl::TypeUse;
use crate::model::{Expr, TypeName};

/// The families within which assignment casts go both ways.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Family {
    Number,
    String,
    Timestamp,
    Time,
    Interval,
    Json,
    Bits,
    Network,
    Money,
    /// A built-in type that is alone in its family: only to itself.
    Alone,
    Enum,
}

/// Whether a type is a built-in one to which only some others are converted: text takes every type.
pub(super) fn is_scalar(ty: &TypeName) -> bool {
    let family = family_of_built_in(&ty.name).filter(|_| ty.schema.is_none() && !ty.array);
    family.is_some_and(|family| family != Family::String)
}

pub(super) fn family_of_built_in(name: &str) -> Option<Family> {
    Some(match name {
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => Family::Number,
        "text" | "character varying" | "character" | "bpchar" | "name" => Family::String,
        "timestamp without time zone" | "timestamp with time zone" | "date" => Family::Timestamp,
        "time without time zone" | "time with time zone" => Family::Time,
        "interval" => Family::Interval,
        "json" | "jsonb" => Family::Json,
        "bit" | "bit varying" => Family::Bits,
        "inet" | "cidr" => Family::Network,
        "money" => Family::Money,
        "uuid" | "boolean" | "bytea" | "xml" | "tsvector" | "tsquery" | "macaddr" | "macaddr8" | "int4range"
        | "int8range" | "numrange" | "tsrange" | "tstzrange" | "daterange" | "pg_lsn" => Family::Alone,
        _ => return None,
    })
}

impl State {
    /// The type below a domain; others as they are.
    pub(super) fn base_type(&self, ty: &TypeName) -> TypeName {
        let mut ty = ty.clone();
        for _ in 0..32 {
            let Some(domain) = ty.qualified().filter(|_| !ty.array).and_then(|q| self.catalog.domains.get(&q)) else {
                break;
            };
            ty = domain.base.clone();
        }
        ty
    }

    /// A composite type or the row type of a table.
    pub(super) fn is_row_type(&self, ty: &TypeName) -> bool {
        let name = ty.qualified().filter(|_| !ty.array);
        name.is_some_and(|n| self.catalog.composites.contains_key(&n) || self.catalog.tables.contains_key(&n))
    }

    pub(super) fn family(&self, ty: &TypeName) -> Option<Family> {
        match ty.qualified() {
            Some(name) if self.catalog.enums.contains_key(&name) => Some(Family::Enum),
            Some(_) => None,
            None => family_of_built_in(&ty.name),
        }
    }

    /// Whether a value of one type may be stored in a column of another as it is. `None` when that cannot be told.
    pub(super) fn assignable(&self, from: &TypeName, to: &TypeName) -> Option<bool> {
        // A cast that somebody defines may allow what the table below does not.
        if self.catalog.opaque.iter().any(|o| o.what == "cast") {
            return None;
        }
        let (from, to) = (self.base_type(from), self.base_type(to));
        if (&from.schema, &from.name, from.array) == (&to.schema, &to.name, to.array) {
            return Some(true);
        }
        let to_family = self.family(&to);
        match (from.array, to.array) {
            (true, true) => return self.assignable(&from.element(), &to.element()),
            (true, false) if to_family == Some(Family::String) => return Some(true),
            (true, false) => return to_family.map(|_| false),
            (false, true) => return self.family(&from).map(|_| false),
            (false, false) => {}
        }
        if to_family == Some(Family::String) {
            return Some(true);
        }
        // Between rows and single values nothing is cast, but to text.
        let is_row = (self.is_row_type(&from), self.is_row_type(&to));
        if is_row.0 && to_family.is_some() || is_row.1 && self.family(&from).is_some() {
            return Some(false);
        }
        let (from_family, to_family) = (self.family(&from)?, to_family?);
        Some(match (from_family, to_family) {
            (Family::Alone, Family::Alone) => {
                matches!((from.name.as_str(), to.name.as_str()), ("macaddr", "macaddr8") | ("macaddr8", "macaddr"))
            }
            (Family::Enum, Family::Enum) => false,
            (Family::Time, Family::Interval) | (Family::Interval, Family::Time) => {
                from.name != "time with time zone" && to.name != "time with time zone"
            }
            (Family::Timestamp, Family::Time) => from.name != "date",
            (Family::Number, Family::Money) | (Family::Money, Family::Number) => {
                let other = if from_family == Family::Money { &to.name } else { &from.name };
                if from_family == Family::Money {
                    other == "numeric"
                } else {
                    !matches!(other.as_str(), "real" | "double precision")
                }
            }
            (a, b) => a == b,
        })
    }

    /// Whether `value::type` can be written at all. `None` when that cannot be told.
    pub(super) fn castable(&self, from: &TypeName, to: &TypeName) -> Option<bool> {
        if self.assignable(from, to)? {
            return Some(true);
        }
        let (from, to) = (self.base_type(from), self.base_type(to));
        if from.array || to.array {
            let both = from.array && to.array;
            let text = self.family(if from.array { &to } else { &from }) == Some(Family::String);
            return if both { self.castable(&from.element(), &to.element()) } else { Some(text) };
        }
        // Through its text anything can be had.
        if self.family(&from) == Some(Family::String) || self.family(&to) == Some(Family::String) {
            return Some(true);
        }
        if self.is_row_type(&from) && self.family(&to).is_some()
            || self.family(&from).is_some() && self.is_row_type(&to)
        {
            return Some(false);
        }
        let (from_family, to_family) = (self.family(&from)?, self.family(&to)?);
        Some(match (from_family, to_family) {
            (Family::Number, Family::Alone) => from.name == "integer" && to.name == "boolean",
            (Family::Alone, Family::Number) => from.name == "boolean" && to.name == "integer",
            (Family::Json, Family::Number) => from.name == "jsonb",
            (Family::Json, Family::Alone) => from.name == "jsonb" && to.name == "boolean",
            (Family::Number, Family::Bits) => matches!(from.name.as_str(), "integer" | "bigint"),
            (Family::Bits, Family::Number) => matches!(to.name.as_str(), "integer" | "bigint"),
            // All other casts between types of these kinds go by text (pg_cast).
            _ => false,
        })
    }

    /// The type of a constant or of a few well-known functions. `Some(None)` is a string constant or NULL, which takes the type of its place.
    pub(super) fn type_of_simple(&self, expr: &Expr) -> Option<Option<TypeName>> {
        let sql = expr.sql.trim();
        let lower = sql.to_ascii_lowercase();
        let built_in = |name: &str| Some(Some(TypeName::built_in(name)));
        if lower == "null" || string_constant(sql).is_some() {
            return Some(None);
        }
        if let Some(ty) = self.type_of_cast(sql) {
            return Some(Some(ty));
        }
        match lower.as_str() {
            "true" | "false" => return built_in("boolean"),
            "now()"
            | "current_timestamp"
            | "transaction_timestamp()"
            | "statement_timestamp()"
            | "clock_timestamp()" => {
                return built_in("timestamp with time zone");
            }
            "localtimestamp" => return built_in("timestamp without time zone"),
            "current_date" => return built_in("date"),
            "gen_random_uuid()" => return built_in("uuid"),
            "current_user" | "session_user" => return built_in("name"),
            _ => {}
        }
        let sequence = lower.strip_prefix("nextval(").and_then(|rest| rest.strip_suffix(')'));
        if sequence.is_some_and(|s| string_constant(s.strip_suffix("::regclass").unwrap_or(s)).is_some()) {
            return built_in("bigint");
        }
        // Of these there is one each, whatever is given to them.
        let of_text = ["upper(", "lower(", "md5(", "initcap(", "quote_ident("];
        let argument = of_text.iter().find_map(|name| lower.strip_prefix(name)?.strip_suffix(')'));
        if argument.is_some_and(|argument| string_constant(argument).is_some()) {
            return built_in("text");
        }
        let digits = lower.strip_prefix('-').unwrap_or(&lower).trim();
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
            return built_in(if digits.len() < 10 {
                "integer"
            } else if digits.len() < 19 {
                "bigint"
            } else {
                "numeric"
            });
        }
        if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return built_in("numeric");
        }
        None
    }
}

impl State {
    /// The type of `'constant'::type`.
    fn type_of_cast(&self, sql: &str) -> Option<TypeName> {
        if !sql.starts_with('\'') {
            return None;
        }
        let (constant, ty) = sql.rsplit_once("::")?;
        string_constant(constant)?;
        let ty = self.dialect.parse_type(ty)?;
        let written = TypeUse { ty, serial: false, copied_from: None, span: self.now };
        self.resolve_type(&written).ok()?.into_known()
    }
}

/// The text of a plain string constant: `'it''s'`.
pub(super) fn string_constant(sql: &str) -> Option<String> {
    let inner = sql.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        if c == '\'' && characters.next() != Some('\'') {
            return None;
        }
        text.push(c);
    }
    Some(text)
}
