//! What Prisma can say, and what its schema engine does not look at.
//!
//! The list of what is ignored is that of prisma-engines, `sql-schema-connector/src/flavour/postgres/schema_differ.rs` and
//! `sql_schema_differ/column.rs`.
//!
//! Three things the engine sees for ever, since its own migration does not settle them: an operator class of a btree index, a class written
//! `raw("…")` that it has a word for, and `dbgenerated("…")` around what it would read as a constant. Where both sides agree they are no
//! difference here.

use super::connector::Connector;
use super::lower::Lowered;
use super::schema::Schema;
use crate::diff::{Language, LeftAlone, NameDrift};
use crate::model::ObjectKind;

/// Tables that PostGIS brings; the engine passes them over in any schema.
const POSTGIS: &[&str] =
    &["spatial_ref_sys", "geometry_columns", "geography_columns", "raster_columns", "raster_overviews"];

/// The engine's own table.
const MIGRATIONS_TABLE: &str = "_prisma_migrations";

/// The language of one schema. `external` are names of tables and of enums that the project's config sets apart.
pub(super) fn of(
    schema: &Schema,
    lowered: &Lowered,
    connector: &Connector,
    default_schema: &str,
    external: &External,
) -> Language {
    let schemas = match &schema.config.schemas {
        Some(schemas) => schemas.iter().map(|s| s.value.clone()).collect(),
        None => vec![default_schema.to_owned()],
    };
    Language {
        checks: false,
        policies: false,
        row_level_security: false,
        views: false,
        sequences: false,
        functions: false,
        triggers: false,
        extensions: false,
        domains: false,
        composite_types: false,
        exclusions: false,
        partial_indexes: schema.config.has_preview("partialIndexes"),
        expression_indexes: false,
        index_key_options: false,
        include_columns: false,
        nulls_not_distinct: false,
        deferrable: false,
        collations: false,
        comments: false,
        generated_columns: false,
        partitions: false,
        sql_only: false,
        unique_index_is_constraint: true,
        names: NameDrift::Renamed,
        how_to_rename: "and put the rename in place of what it drops and adds",
        drops_undeclared: true,
        passed_over: Vec::new(),
        schemas: Some(schemas),
        left_alone: left_alone(external),
        array_nullability: false,
        loose_time_precision: true,
        loose_time_defaults: true,
        counting_forms_equal: true,
        named_types: Some(connector.type_names),
        // `index_from_row` of the describer: "Unknown index algorithm", and on as a btree.
        named_index_methods: Some(connector.index_methods.iter().map(|method| method.name).collect()),
        open: lowered.open.clone(),
        verbatim_defaults: lowered.verbatim_defaults.clone(),
        duplicate_indexes_are_one: true,
        opclasses_beyond_btree: true,
        include_columns_are_keys: true,
        unnamed_foreign_keys: lowered.unnamed_foreign_keys.clone(),
    }
}

/// `tables.external` and `enums.external` of the project's config.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct External {
    /// `schema.table`, or `table` in the default schema.
    pub tables: Vec<String>,
    pub enums: Vec<String>,
}

fn left_alone(external: &External) -> Vec<LeftAlone> {
    let own = POSTGIS.iter().chain([&MIGRATIONS_TABLE]).map(|name| LeftAlone {
        kind: ObjectKind::Table,
        schema: None,
        name: (*name).to_owned(),
    });
    let tables = external.tables.iter().map(|name| named(ObjectKind::Table, name));
    let enums = external.enums.iter().map(|name| named(ObjectKind::Enum, name));
    own.chain(tables).chain(enums).collect()
}

fn named(kind: ObjectKind, written: &str) -> LeftAlone {
    match written.split_once('.') {
        Some((schema, name)) => LeftAlone { kind, schema: Some(schema.to_owned()), name: name.to_owned() },
        None => LeftAlone { kind, schema: None, name: written.to_owned() },
    }
}
