//! The catalog as the contract's JSON: one shape for both sides, types as `format_type` prints them.

use serde_json::{Value, json};

use crate::model::{Catalog, Check, Column, ForeignKey, Index, IndexKeyPart, Key, Known, Policy, Table};
use crate::model::{Deferrable, Expr, TypeName};

/// The catalog as JSON; what is not known is null.
#[must_use]
pub fn to_json(catalog: &Catalog) -> Value {
    let enums = catalog.enums.values().map(|e| {
        let values = e.labels.known().map(|l| l.iter().map(|l| l.value.clone()).collect::<Vec<_>>());
        json!({"schema": e.name.schema, "name": e.name.name, "values": values})
    });
    let views = catalog
        .views
        .values()
        .map(|v| json!({"schema": v.name.schema, "name": v.name.name, "materialized": v.materialized}));
    let sequences = catalog.sequences.values().map(|s| {
        let owned = s.owned_by.as_ref().map(|(table, column)| format!("{table}.{column}"));
        json!({"schema": s.name.schema, "name": s.name.name, "owned_by": owned})
    });
    let domains = catalog.domains.values().map(|d| {
        json!({
            "schema": d.name.schema,
            "name": d.name.name,
            "type": d.base.to_string(),
            "nullable": !d.not_null,
            "default": d.default.as_ref().map(|e| &e.sql),
            "checks": d.checks.iter().map(check).collect::<Vec<_>>(),
        })
    });
    let functions = catalog.functions.iter().map(|f| json!({"schema": f.name.schema, "name": f.name.name}));
    let on_tables = catalog.tables.values().flat_map(|t| t.triggers.iter().map(move |g| (&t.name, g)));
    let on_views = catalog.views.values().flat_map(|v| v.triggers.iter().map(move |g| (&v.name, g)));
    let triggers = on_tables
        .chain(on_views)
        .map(|(relation, g)| json!({"schema": relation.schema, "table": relation.name, "name": g.name}));
    json!({
        "schemas": catalog.schemas.keys().collect::<Vec<_>>(),
        "extensions": catalog.extensions.keys().collect::<Vec<_>>(),
        "enums": enums.collect::<Vec<_>>(),
        "tables": catalog.tables.values().map(table).collect::<Vec<_>>(),
        "views": views.collect::<Vec<_>>(),
        "sequences": sequences.collect::<Vec<_>>(),
        "domains": domains.collect::<Vec<_>>(),
        "functions": functions.collect::<Vec<_>>(),
        "triggers": triggers.collect::<Vec<_>>(),
    })
}

fn table(table: &Table) -> Value {
    json!({
        "schema": table.name.schema,
        "name": table.name.name,
        "partition_of": table.partition.as_ref().map(|p| p.parent.to_string()),
        "rls": table.row_level_security.enabled,
        "columns": table.columns.iter().map(column).collect::<Vec<_>>(),
        "primary_key": table.primary_key.as_ref().map(|k| json!({"name": k.name, "columns": k.columns})),
        "uniques": table.uniques.iter().map(unique).collect::<Vec<_>>(),
        "foreign_keys": table.foreign_keys.iter().map(foreign_key).collect::<Vec<_>>(),
        "checks": table.checks.iter().map(check).collect::<Vec<_>>(),
        "indexes": table.indexes.iter().map(index).collect::<Vec<_>>(),
        "policies": table.policies.iter().map(policy).collect::<Vec<_>>(),
    })
}

fn column(column: &Column) -> Value {
    let generated = column.generated.known().and_then(Option::as_ref);
    json!({
        "name": column.name,
        "type": column.ty.known().map(TypeName::to_string),
        "nullable": column.not_null.known().map(|n| !n),
        "default": column.default.known().and_then(Option::as_ref).map(|d| &d.expr.sql),
        "identity": column.identity.as_ref().map(|i| if i.always { "always" } else { "by default" }),
        "generated": generated.map(|g| &g.expr.sql),
    })
}

fn unique(key: &Key) -> Value {
    json!({"name": key.name, "columns": key.columns, "nulls_not_distinct": key.nulls_not_distinct})
}

fn foreign_key(key: &ForeignKey) -> Value {
    json!({
        "name": key.name,
        "columns": key.columns,
        "ref_schema": key.ref_table.schema,
        "ref_table": key.ref_table.name,
        "ref_columns": key.ref_columns,
        "on_update": key.on_update.as_str(),
        "on_delete": key.on_delete.as_str(),
        "deferrable": key.deferrable != Deferrable::No,
    })
}

fn check(check: &Check) -> Value {
    json!({"name": check.name, "expression": check.expr.known().map(|e| &e.sql)})
}

fn text(expr: &Known<Option<Expr>>) -> Option<&String> {
    expr.known().and_then(Option::as_ref).map(|e| &e.sql)
}

fn index(index: &Index) -> Value {
    let keys = index.keys.iter().map(|k| match &k.part {
        IndexKeyPart::Column(column) => Some(column),
        IndexKeyPart::Expr(expr) => expr.known().map(|e| &e.sql),
    });
    json!({
        "name": index.name,
        "unique": index.unique,
        "method": index.method,
        "keys": keys.collect::<Vec<_>>(),
        "include": index.include,
        "predicate": text(&index.predicate),
    })
}

fn policy(policy: &Policy) -> Value {
    json!({
        "name": policy.name,
        "command": policy.command.as_str(),
        "roles": policy.roles.known(),
        "using": text(&policy.using),
        "with_check": text(&policy.with_check),
    })
}
