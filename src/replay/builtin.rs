//! What every PostgreSQL has, and what the well-known extensions bring: enough to tell a name that cannot exist from one that the tool does not hold.

/// Built-in types by their canonical names (`format_type`), the pseudo-types included.
const TYPES: &[&str] = &[
    "\"any\"",
    "\"char\"",
    "aclitem",
    "any",
    "anyarray",
    "anycompatible",
    "anycompatiblearray",
    "anycompatiblemultirange",
    "anycompatiblenonarray",
    "anycompatiblerange",
    "anyelement",
    "anyenum",
    "anymultirange",
    "anynonarray",
    "anyrange",
    "bigint",
    "bit",
    "bit varying",
    "boolean",
    "box",
    "bpchar",
    "bytea",
    "char",
    "character",
    "character varying",
    "cid",
    "cidr",
    "circle",
    "cstring",
    "date",
    "datemultirange",
    "daterange",
    "double precision",
    "event_trigger",
    "fdw_handler",
    "gtsvector",
    "index_am_handler",
    "inet",
    "int2vector",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "integer",
    "internal",
    "interval",
    "json",
    "jsonb",
    "jsonpath",
    "language_handler",
    "line",
    "lseg",
    "macaddr",
    "macaddr8",
    "money",
    "name",
    "numeric",
    "nummultirange",
    "numrange",
    "oid",
    "oidvector",
    "path",
    "pg_ddl_command",
    "pg_dependencies",
    "pg_lsn",
    "pg_mcv_list",
    "pg_ndistinct",
    "pg_node_tree",
    "pg_snapshot",
    "point",
    "polygon",
    "real",
    "record",
    "refcursor",
    "regclass",
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
    "regrole",
    "regtype",
    "smallint",
    "table_am_handler",
    "text",
    "tid",
    "time with time zone",
    "time without time zone",
    "timestamp with time zone",
    "timestamp without time zone",
    "trigger",
    "tsm_handler",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "txid_snapshot",
    "unknown",
    "uuid",
    "void",
    "xid",
    "xid8",
    "xml",
];

/// Whether this is the canonical name of a built-in type.
pub(super) fn is_type(name: &str) -> bool {
    TYPES.binary_search(&name).is_ok() || INFORMATION_SCHEMA_TYPES.contains(&name)
}

const INFORMATION_SCHEMA_TYPES: &[&str] =
    &["cardinal_number", "character_data", "sql_identifier", "time_stamp", "yes_or_no"];

/// Whether an unqualified name may be one of pg_catalog's relations.
pub(super) fn is_system_relation(name: &str) -> bool {
    name.starts_with("pg_")
}

/// What an extension brings, as far as names go.
pub(super) struct ExtensionMembers {
    pub types: &'static [&'static str],
    pub relations: &'static [&'static str],
}

const NOTHING: ExtensionMembers = ExtensionMembers { types: &[], relations: &[] };

/// The members of a well-known extension; `None` for one that the tool does not know, which may bring anything.
pub(super) fn extension(name: &str) -> Option<ExtensionMembers> {
    let types: &'static [&'static str] = match name {
        "citext" => &["citext"],
        "hstore" => &["hstore", "ghstore"],
        "ltree" => &["ltree", "lquery", "ltxtquery", "ltree_gist"],
        "vector" => &["vector", "halfvec", "sparsevec"],
        "cube" => &["cube"],
        "seg" => &["seg"],
        "isn" => &["ean13", "isbn", "isbn13", "ismn", "ismn13", "issn", "issn13", "upc"],
        "lo" => &["lo"],
        "pg_trgm" => &["gtrgm"],
        "intarray" => &["query_int", "intbig_gkey"],
        "btree_gist" => &["gbtreekey4", "gbtreekey8", "gbtreekey16", "gbtreekey32", "gbtreekey_var", "gbtreekey2"],
        "earthdistance" => &["earth"],
        "tablefunc" => &["tablefunc_crosstab_2", "tablefunc_crosstab_3", "tablefunc_crosstab_4"],
        "ulid" => &["ulid"],
        "uint" => &["uint1", "uint2", "uint4", "uint8", "int1"],
        "pg_stat_statements" => {
            return Some(ExtensionMembers {
                types: &["pg_stat_statements", "pg_stat_statements_info"],
                relations: &["pg_stat_statements", "pg_stat_statements_info"],
            });
        }
        "postgis" => {
            return Some(ExtensionMembers {
                types: &[
                    "geometry",
                    "geography",
                    "box2d",
                    "box3d",
                    "spheroid",
                    "box2df",
                    "gidx",
                    "geometry_dump",
                    "valid_detail",
                    "raster",
                ],
                relations: &["spatial_ref_sys", "geometry_columns", "geography_columns"],
            });
        }
        "plpgsql" | "uuid-ossp" | "pgcrypto" | "btree_gin" | "unaccent" | "fuzzystrmatch" | "dict_int"
        | "dict_xsyn" | "tsm_system_rows" | "tsm_system_time" | "pgrowlocks" | "pgstattuple" | "pg_buffercache"
        | "pg_freespacemap" | "pg_visibility" | "amcheck" | "bloom" | "intagg" | "moddatetime" | "autoinc"
        | "insert_username" | "refint" | "sslinfo" | "tcn" | "xml2" | "adminpack" | "pageinspect" | "pg_prewarm"
        | "pg_walinspect" | "pg_surgery" | "rum" | "pg_jsonschema" | "pgjwt" | "pg_bigm" | "pg_uuidv7"
        | "pg_hashids" | "hypopg" | "plpgsql_check" | "pg_similarity" | "index_advisor" | "file_fdw"
        | "postgres_fdw" => return Some(NOTHING),
        _ => return None,
    };
    Some(ExtensionMembers { types, relations: &[] })
}

/// Whether an extension may bring a type of this name: it does, or what it brings is not known.
pub(crate) fn extension_may_have_type(extension_name: &str, ty: &str) -> bool {
    extension(extension_name).is_none_or(|members| members.types.contains(&ty))
}

/// Whether a well-known extension brings a type of this name.
#[must_use]
pub fn extension_has_type(extension_name: &str, ty: &str) -> bool {
    extension(extension_name).is_some_and(|members| members.types.contains(&ty))
}

/// The well-known extension that brings a type of this name.
#[must_use]
pub fn extension_of_type(ty: &str) -> Option<&'static str> {
    const WITH_TYPES: &[&str] = &["citext", "hstore", "ltree", "vector", "postgis", "cube", "seg", "isn", "lo", "ulid"];
    WITH_TYPES.iter().copied().find(|extension| extension_has_type(extension, ty))
}

/// Columns that every table has beside its own.
pub(super) fn is_system_column(name: &str) -> bool {
    matches!(name, "ctid" | "xmin" | "xmax" | "cmin" | "cmax" | "tableoid" | "oid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted() {
        assert!(TYPES.is_sorted());
        assert!(is_type("timestamp with time zone") && !is_type("timestampz"));
    }
}
