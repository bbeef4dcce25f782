//! Default operator classes: what writing one changes nothing. Sources: src/include/catalog/pg_opclass.dat, and the SQL files of the
//! extensions that people index with.

use crate::model::TypeName;

/// Whether an operator class is the type's default for an index method. `opclass` may be qualified.
pub(super) fn is_default_opclass(method: &str, opclass: &str, ty: &TypeName) -> bool {
    let name = opclass.rsplit('.').next().unwrap_or(opclass).trim_matches('"');
    if ty.array {
        return matches!((method, name), ("btree" | "hash" | "gin", "array_ops"));
    }
    let Some(base) = base(ty) else { return false };
    match method {
        "btree" | "hash" => match name.strip_suffix("_ops") {
            Some("varchar") => ty.name == "character varying",
            Some("cidr") => ty.name == "cidr",
            stem => stem == Some(base),
        },
        "gin" => {
            matches!((base, name), ("jsonb", "jsonb_ops") | ("tsvector", "tsvector_ops") | ("hstore", "gin_hstore_ops"))
        }
        "gist" => gist(base) == Some(name) || name == format!("gist_{base}_ops"),
        "spgist" => matches!(
            (base, name),
            ("text", "text_ops")
                | ("point", "quad_point_ops")
                | ("inet", "inet_ops")
                | ("range", "range_ops")
                | ("box", "box_ops")
                | ("poly", "poly_ops")
        ),
        "brin" => match base {
            "range" | "box" => name.strip_suffix("_inclusion_ops") == Some(base),
            // Of the two for addresses the containment one is the default.
            "inet" => name == "inet_inclusion_ops",
            _ => name.strip_suffix("_minmax_ops") == Some(base),
        },
        "ivfflat" => name == "vector_l2_ops" && base == "vector",
        _ => false,
    }
}

/// The default for GiST where it is not btree_gist's `gist_…_ops`.
fn gist(base: &str) -> Option<&'static str> {
    Some(match base {
        "box" => "box_ops",
        "circle" => "circle_ops",
        "point" => "point_ops",
        "poly" => "poly_ops",
        "range" => "range_ops",
        "tsvector" => "tsvector_ops",
        "tsquery" => "tsquery_ops",
        "geometry" => "gist_geometry_ops_2d",
        _ => return None,
    })
}

/// The stem of a type's operator classes.
fn base(ty: &TypeName) -> Option<&str> {
    if ty.schema.is_some() {
        // A type that a migration defines: composite types and domains have classes of other names, and are rarely indexed.
        return Some("enum");
    }
    Some(match ty.name.as_str() {
        "text" | "character varying" => "text",
        "character" => "bpchar",
        "\"char\"" => "char",
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
        "inet" | "cidr" => "inet",
        "polygon" => "poly",
        name if name.ends_with("range") && !name.ends_with("multirange") => "range",
        name if name.ends_with("multirange") => "multirange",
        name => name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, opclass: &str, ty: &str, expected: bool) {
        let ty = crate::ddl::postgres::types::parse_type(ty).expect("a type").ty;
        assert_eq!(is_default_opclass(method, opclass, &ty), expected, "{method} {opclass} {ty}");
    }

    #[test]
    fn the_default_of_a_type_may_be_written() {
        check("btree", "text_ops", "varchar(20)", true);
        check("btree", "int4_ops", "integer", true);
        check("btree", "timestamptz_ops", "timestamptz", true);
        check("hash", "uuid_ops", "uuid", true);
        check("gin", "array_ops", "text[]", true);
        check("gin", "jsonb_ops", "jsonb", true);
        check("gist", "range_ops", "tsrange", true);
        check("gist", "gist_int4_ops", "integer", true);
        check("brin", "timestamp_minmax_ops", "timestamp", true);
        check("btree", "pg_catalog.bool_ops", "boolean", true);
        check("btree", "enum_ops", "app.role", true);
    }

    #[test]
    fn another_class_makes_another_index() {
        check("btree", "text_pattern_ops", "text", false);
        check("btree", "varchar_pattern_ops", "varchar", false);
        check("gin", "gin_trgm_ops", "text", false);
        check("gin", "jsonb_path_ops", "jsonb", false);
        check("brin", "int4_bloom_ops", "integer", false);
        check("btree", "int8_ops", "integer", false);
        check("hnsw", "vector_l2_ops", "vector(3)", false);
    }
}
