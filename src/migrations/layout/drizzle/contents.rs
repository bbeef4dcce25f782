//! What a snapshot says of tables and columns: version 7 and before keep them in nested objects, version 8 in one flat list.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::migrations::Snapshot;
use crate::model::QualifiedName;

/// The columns of each table in a snapshot, by their names in the database; `None` where it is not understood.
#[must_use]
pub fn snapshot_tables(snapshot: &Snapshot) -> Option<BTreeMap<QualifiedName, BTreeSet<String>>> {
    let root: Value = serde_json::from_str(&snapshot.file.text).ok()?;
    match (root.get("tables"), root.get("ddl")) {
        (Some(Value::Object(tables)), _) => tables.values().map(nested).collect(),
        (None, Some(Value::Array(entities))) => Some(flat(entities)),
        _ => None,
    }
}

fn nested(table: &Value) -> Option<(QualifiedName, BTreeSet<String>)> {
    let columns = table.get("columns")?.as_object()?.values();
    let columns = columns.filter_map(|column| Some(column.get("name")?.as_str()?.to_owned()));
    Some((name_of(table, "name")?, columns.collect()))
}

fn flat(entities: &[Value]) -> BTreeMap<QualifiedName, BTreeSet<String>> {
    let mut tables: BTreeMap<QualifiedName, BTreeSet<String>> = BTreeMap::new();
    for entity in entities {
        match entity.get("entityType").and_then(Value::as_str) {
            Some("tables") => {
                if let Some(name) = name_of(entity, "name") {
                    tables.entry(name).or_default();
                }
            }
            Some("columns") => {
                let column = entity.get("name").and_then(Value::as_str);
                if let (Some(table), Some(column)) = (name_of(entity, "table"), column) {
                    tables.entry(table).or_default().insert(column.to_owned());
                }
            }
            _ => {}
        }
    }
    tables
}

/// An empty schema is `public`.
fn name_of(entity: &Value, key: &str) -> Option<QualifiedName> {
    let schema = entity.get("schema").and_then(Value::as_str).filter(|schema| !schema.is_empty());
    Some(QualifiedName::new(schema.unwrap_or("public"), entity.get(key)?.as_str()?))
}
