//! pg_type, pg_enum.

use super::{Source, Table};
use crate::ddl::postgres::eval::{Filter, Object, ObjectClass, Rows, Value};
use crate::model::{Known, QualifiedName, TypeName};

pub(super) fn rows(source: &Source<'_>, relation: &str, filter: &Filter) -> Option<Rows> {
    match relation {
        "pg_type" => Some(types(source, filter)),
        "pg_enum" => Some(labels(source, filter)),
        _ => None,
    }
}

/// Built-in types: the name in pg_type and the canonical one.
const BUILT_IN: [(&str, &str); 42] = [
    ("bool", "boolean"),
    ("bytea", "bytea"),
    ("char", "\"char\""),
    ("name", "name"),
    ("int8", "bigint"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("text", "text"),
    ("oid", "oid"),
    ("json", "json"),
    ("jsonb", "jsonb"),
    ("xml", "xml"),
    ("point", "point"),
    ("box", "box"),
    ("polygon", "polygon"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("money", "money"),
    ("inet", "inet"),
    ("cidr", "cidr"),
    ("macaddr", "macaddr"),
    ("bpchar", "character"),
    ("varchar", "character varying"),
    ("date", "date"),
    ("time", "time without time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz", "timestamp with time zone"),
    ("timetz", "time with time zone"),
    ("interval", "interval"),
    ("bit", "bit"),
    ("varbit", "bit varying"),
    ("numeric", "numeric"),
    ("uuid", "uuid"),
    ("tsvector", "tsvector"),
    ("tsquery", "tsquery"),
    ("int4range", "int4range"),
    ("int8range", "int8range"),
    ("numrange", "numrange"),
    ("tsrange", "tsrange"),
    ("tstzrange", "tstzrange"),
    ("daterange", "daterange"),
    ("regclass", "regclass"),
];

/// A type of a column as the oid of its row in pg_type.
pub(super) fn type_value(source: &Source<'_>, ty: &TypeName) -> Value {
    let suffix = if ty.array { "[]" } else { "" };
    Value::Object(match &ty.schema {
        Some(schema) => source.found(ObjectClass::Type, schema, &format!("{}{suffix}", ty.name)),
        None => Object::new(ObjectClass::Type, "pg_catalog", format!("{}{suffix}", ty.name)),
    })
}

/// A type's modifier as pg_attribute keeps it; `None` where it is made in a way that is not followed here.
pub(super) fn modifier(ty: &TypeName) -> Option<i64> {
    if ty.modifiers.is_empty() {
        return Some(-1);
    }
    let numbers: Vec<i64> = ty.modifiers.iter().map(|m| m.parse().ok()).collect::<Option<_>>()?;
    match (ty.name.as_str(), numbers.as_slice()) {
        ("character varying" | "character", [length]) => Some(length + 4),
        ("numeric", [precision]) => Some((precision << 16) + 4),
        ("numeric", [precision, scale]) => Some((precision << 16 | scale & 0x7ff) + 4),
        // pgvector's keep their dimensions (`vector_typmod_in` in src/vector.c).
        ("bit" | "bit varying" | "vector" | "halfvec" | "sparsevec", [length]) => Some(*length),
        (name, [precision]) if name.starts_with("time") => Some(*precision),
        _ => None,
    }
}

/// Whether a type is built in, by its canonical name.
pub(in crate::replay::plpgsql) fn is_built_in(canonical: &str) -> bool {
    BUILT_IN.iter().any(|(_, name)| *name == canonical)
}

fn types(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["oid", "typname", "typnamespace", "typtype", "typrelid"], filter);
    let catalog = source.catalog;
    let null = Value::Null;
    let mut push = |name: &QualifiedName, kind: char, relation: Option<Value>| {
        if !table.wants("typname", &name.name) {
            return;
        }
        table.push(vec![
            source.object(ObjectClass::Type, &name.schema, &name.name),
            Value::text(&name.name),
            source.namespace(&name.schema),
            Value::text(kind),
            relation.unwrap_or_else(|| null.clone()),
        ]);
    };
    catalog.enums.keys().for_each(|name| push(name, 'e', None));
    catalog.domains.keys().for_each(|name| push(name, 'd', None));
    catalog.composites.keys().for_each(|name| push(name, 'c', Some(source.relation(name))));
    // Every table and view has a row type.
    catalog.tables.keys().chain(catalog.views.keys()).for_each(|name| push(name, 'c', Some(source.relation(name))));
    for object in catalog.opaque.iter().filter(|o| o.what.ends_with("type")) {
        let schema = object.search_path.first().map_or("public", String::as_str);
        push(&QualifiedName::new(schema, &object.name), 'r', None);
    }
    for (name, canonical) in BUILT_IN {
        if !table.wants("typname", name) {
            continue;
        }
        table.push(vec![
            Value::Object(Object::new(ObjectClass::Type, "pg_catalog", canonical)),
            Value::text(name),
            source.namespace("pg_catalog"),
            Value::text('b'),
            Value::Null,
        ]);
    }
    extension_types(source, &mut table);
    table.done(source)
}

/// The type of the same name that these extensions bring.
fn extension_types(source: &Source<'_>, table: &mut Table<'_>) {
    for (extension, types) in [
        ("citext", &["citext"][..]),
        ("hstore", &["hstore"][..]),
        ("ltree", &["ltree", "lquery", "ltxtquery"][..]),
        ("vector", &["vector", "halfvec", "sparsevec"][..]),
        ("postgis", &["geometry", "geography", "box2d", "box3d", "raster"][..]),
    ] {
        let Some(extension) = source.catalog.extensions.get(extension) else { continue };
        let schema = extension.schema.as_deref().unwrap_or("public");
        for name in types.iter().filter(|name| table.wants("typname", name)).collect::<Vec<_>>() {
            table.push(vec![
                source.object(ObjectClass::Type, schema, name),
                Value::text(*name),
                source.namespace(schema),
                Value::text('b'),
                Value::Null,
            ]);
        }
    }
}

fn labels(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["enumtypid", "enumlabel", "enumsortorder"], filter);
    let mut doubt = None;
    for (name, ty) in &source.catalog.enums {
        let oid = source.object(ObjectClass::Type, &name.schema, &name.name);
        if !table.wants_object("enumtypid", &oid) {
            continue;
        }
        match &ty.labels {
            Known::Known(labels) => {
                for (i, label) in labels.iter().enumerate() {
                    table.push(vec![oid.clone(), Value::text(&label.value), Value::Int(i as i64 + 1)]);
                }
            }
            Known::Unknown(_) => doubt = Some("the labels of an enum are not known"),
        }
    }
    super::relations::with_doubt(table.done(source), doubt)
}
