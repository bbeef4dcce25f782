//! Default operator classes, so that writing the default changes nothing.
//!
//! Source: src/include/catalog/pg_opclass.dat (opcdefault), pgvector's and pg_trgm's SQL scripts.

use crate::model::TypeName;

/// Whether an operator class is the type's default for an index method.
pub(super) fn is_default_opclass(method: &str, opclass: &str, ty: &TypeName) -> bool {
    let opclass = opclass.strip_prefix("pg_catalog.").unwrap_or(opclass);
    let name = internal_name(ty);
    match method {
        "btree" | "hash" => match (ty.array, opclass) {
            (true, _) => opclass == "array_ops",
            (false, "varchar_ops") => name == "text",
            (false, _) if is_range(name) => opclass == "range_ops",
            (false, _) => opclass.strip_suffix("_ops") == Some(name),
        },
        "gin" => match (ty.array, name) {
            (true, _) => opclass == "array_ops",
            (false, "jsonb") => opclass == "jsonb_ops",
            (false, "tsvector") => opclass == "tsvector_ops",
            _ => false,
        },
        "gist" => match name {
            "box" | "point" | "poly" | "circle" | "tsvector" | "tsquery" | "ltree" | "cube" | "hstore" => {
                !ty.array && opclass.strip_prefix("gist_").unwrap_or(opclass).strip_suffix("_ops") == Some(name)
            }
            "geometry" => opclass == "gist_geometry_ops_2d",
            "geography" => opclass == "gist_geography_ops",
            _ if is_range(name) => opclass == "range_ops",
            _ => false,
        },
        "spgist" => match name {
            "text" => opclass == "text_ops",
            "point" => opclass == "quad_point_ops",
            "inet" => opclass == "inet_ops",
            "box" => opclass == "box_ops",
            _ if is_range(name) => opclass == "range_ops",
            _ => false,
        },
        "brin" => match name {
            "inet" => opclass == "inet_inclusion_ops",
            "box" => opclass == "box_inclusion_ops",
            _ if is_range(name) => opclass == "range_inclusion_ops",
            _ => opclass.strip_suffix("_minmax_ops") == Some(name),
        },
        "ivfflat" => matches!((name, opclass), ("vector", "vector_l2_ops") | ("halfvec", "halfvec_l2_ops")),
        _ => false,
    }
}

/// The name that operator classes are called by.
fn internal_name(ty: &TypeName) -> &str {
    match ty.name.as_str() {
        "character varying" => "text",
        "character" => "bpchar",
        "smallint" => "int2",
        "integer" => "int4",
        "bigint" => "int8",
        "real" => "float4",
        "double precision" => "float8",
        "boolean" => "bool",
        "timestamp with time zone" => "timestamptz",
        "timestamp without time zone" => "timestamp",
        "time with time zone" => "timetz",
        "time without time zone" => "time",
        "bit varying" => "varbit",
        "cidr" => "inet",
        "polygon" => "poly",
        // Every enum shares one class.
        _ if ty.schema.is_some() => "enum",
        other => other,
    }
}

fn is_range(name: &str) -> bool {
    matches!(name, "int4range" | "int8range" | "numrange" | "tsrange" | "tstzrange" | "daterange")
}

#[cfg(test)]
mod tests {
    use super::is_default_opclass;
    use crate::ddl::postgres::types::parse_type;

    #[test]
    fn knows_the_defaults() {
        let check = |method, opclass, ty, expected| {
            let ty = parse_type(ty).map(|lowered| lowered.ty);
            assert_eq!(ty.map(|ty| is_default_opclass(method, opclass, &ty)), Some(expected), "{method} {opclass}");
        };
        check("btree", "text_ops", "varchar(10)", true);
        check("btree", "text_pattern_ops", "text", false);
        check("btree", "int8_ops", "bigint", true);
        check("btree", "int8_ops", "integer", false);
        check("btree", "timestamptz_ops", "timestamptz", true);
        check("btree", "enum_ops", "app.role", true);
        check("gin", "jsonb_ops", "jsonb", true);
        check("gin", "jsonb_path_ops", "jsonb", false);
        check("gin", "array_ops", "text[]", true);
        check("gin", "gin_trgm_ops", "text", false);
        check("hnsw", "vector_cosine_ops", "vector(3)", false);
    }
}
