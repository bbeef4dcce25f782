//! Families of types, within which the server has operators across types, and between which it has none (pg_operator, pg_cast and
//! `typcategory` in pg_type).

use super::super::signatures::Ty;
use crate::dialect::SchemaObjects;
use crate::model::TypeName;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Number,
    Text,
    Boolean,
    Uuid,
    /// Dates and timestamps.
    Day,
    Time,
    Interval,
    Json,
    Jsonb,
    Bytea,
    Enum,
    /// Of elements whose class is known.
    Array,
}

impl Class {
    /// `typcategory`
    pub(super) fn category(self) -> char {
        match self {
            Self::Number => 'N',
            Self::Text => 'S',
            Self::Boolean => 'B',
            Self::Day | Self::Time => 'D',
            Self::Interval => 'T',
            Self::Enum => 'E',
            Self::Array => 'A',
            Self::Uuid | Self::Json | Self::Jsonb | Self::Bytea => 'U',
        }
    }
}

const NUMBERS: &[&str] = &["smallint", "integer", "bigint", "numeric", "real", "double precision"];
const DAYS: &[&str] = &["date", "timestamp without time zone", "timestamp with time zone"];

/// The class of a type, or of that below a domain; `None` of literals and where it is not known.
pub(super) fn class_of(ty: &Ty, objects: &dyn SchemaObjects) -> Option<Class> {
    let Ty::Is(ty) = ty else { return None };
    let ty = objects.base_type(ty);
    if ty.array {
        return class_of(&Ty::Is(ty.element()), objects).map(|_| Class::Array);
    }
    if ty.schema.is_some() {
        return objects.is_enum(&ty).then_some(Class::Enum);
    }
    Some(match ty.name.as_str() {
        name if NUMBERS.contains(&name) => Class::Number,
        name if DAYS.contains(&name) => Class::Day,
        "text" | "character varying" | "character" | "bpchar" | "name" => Class::Text,
        "boolean" => Class::Boolean,
        "uuid" => Class::Uuid,
        "time without time zone" | "time with time zone" => Class::Time,
        "interval" => Class::Interval,
        "json" => Class::Json,
        "jsonb" => Class::Jsonb,
        "bytea" => Class::Bytea,
        _ => return None,
    })
}

/// Whether the server casts to a type without being told; `None` where that is not known.
pub(super) fn is_implicit(from: &Ty, to: &TypeName, objects: &dyn SchemaObjects) -> Option<bool> {
    let Ty::Is(from) = from else { return None };
    let (from, to) = (&objects.base_type(from), &objects.base_type(to));
    if from == to {
        return Some(true);
    }
    let (a, b) = (class_of(&Ty::Is(from.clone()), objects)?, class_of(&Ty::Is(to.clone()), objects)?);
    let place = |order: &[&str], ty: &TypeName| order.iter().position(|name| *name == ty.name);
    match (a, b) {
        (Class::Number, Class::Number) => Some(place(NUMBERS, from)? <= place(NUMBERS, to)?),
        (Class::Day, Class::Day) => Some(place(DAYS, from)? <= place(DAYS, to)?),
        (Class::Time, Class::Interval) => None,
        (Class::Enum, Class::Enum) => Some(false),
        (Class::Array, Class::Array) => None,
        (a, b) if a == b => None,
        _ => Some(false),
    }
}
