//! pg_inherits, and the bounds of partitions.

use super::{Source, Table, not_known};
use crate::ddl::postgres::eval::{Answer, Filter, Rows, Value, time_text};
use crate::model::{Key, Known, QualifiedName, Table as ModelTable, TableKind};

pub(super) fn rows(source: &Source<'_>, relation: &str, filter: &Filter) -> Option<Rows> {
    (relation == "pg_inherits").then(|| inherits(source, filter))
}

/// The parents of tables and indexes.
fn inherits(source: &Source<'_>, filter: &Filter) -> Rows {
    let mut table = Table::new(&["inhrelid", "inhparent", "inhseqno", "inhdetachpending"], filter);
    let mut push = |child: Value, parent: Answer, number: i64| {
        let wanted = parent.as_ref().map_or(true, |parent| table.wants_object("inhparent", parent));
        if wanted && table.wants_object("inhrelid", &child) {
            table.push_answers(vec![Ok(child), parent, Ok(Value::Int(number)), Ok(Value::Bool(false))]);
        }
    };
    for (name, child) in &source.catalog.tables {
        let parents = child.partition.iter().map(|partition| &partition.parent).chain(&child.inherits);
        for (number, parent) in (1..).zip(parents) {
            push(source.relation(name), Ok(source.relation(parent)), number);
        }
        let index = |of: &QualifiedName, name: &str| source.relation(&QualifiedName::new(&of.schema, name));
        for part in &child.indexes {
            if let Some(parent) = &part.partition_of {
                push(index(name, &part.name), Ok(source.relation(parent)), 1);
            }
        }
        let parent = child.partition.as_ref().map(|partition| &partition.parent);
        let above = parent.and_then(|parent| source.catalog.tables.get(parent));
        for key in keys(child).filter(|key| key.inherited) {
            let same = above.and_then(|above| keys(above).find(|other| other.columns == key.columns));
            let of = parent.zip(same).map(|(parent, same)| index(parent, &same.name));
            push(index(name, &key.name), of.map_or_else(not_known, Ok), 1);
        }
    }
    table.done(source)
}

fn keys(table: &ModelTable) -> impl Iterator<Item = &Key> {
    table.primary_key.iter().chain(&table.uniques)
}

/// The bound of a partition as `pg_get_expr(relpartbound, oid)` prints it; NULL for any other table.
pub(super) fn bound(source: &Source<'_>, table: &ModelTable) -> Answer {
    let Some(partition) = &table.partition else { return Ok(Value::Null) };
    let Known::Known(written) = &partition.bound else { return not_known() };
    if written == "DEFAULT" || written.starts_with("FOR VALUES WITH ") {
        return Ok(Value::text(written));
    }
    let of = source.catalog.tables.get(&partition.parent);
    let column = of.and_then(|of| match &of.kind {
        TableKind::Partitioned(key) => match key.columns.as_slice() {
            [only] => of.columns.iter().find(|column| column.name == *only),
            _ => None,
        },
        _ => None,
    });
    let Some(Known::Known(ty)) = column.map(|column| &column.ty) else { return not_known() };
    let printed = |literal: &str| match ty.name.as_str() {
        _ if matches!(literal, "MINVALUE" | "MAXVALUE") => Some(literal.to_owned()),
        "text" => Some(literal.to_owned()),
        name => {
            let text = literal.strip_prefix('\'')?.strip_suffix('\'')?;
            if source.catalog.enums.contains_key(&QualifiedName::new(ty.schema.as_deref().unwrap_or_default(), name)) {
                return Some(literal.to_owned());
            }
            time_text(text, name).map(|text| format!("'{text}'"))
        }
    };
    rewritten(written, printed).map_or_else(not_known, |text| Ok(Value::Text(text)))
}

/// `FOR VALUES IN (a, b)` or `FOR VALUES FROM (a) TO (b)` with each literal as the server prints it.
fn rewritten(written: &str, printed: impl Fn(&str) -> Option<String>) -> Option<String> {
    let list = |text: &str| text.split(", ").map(&printed).collect::<Option<Vec<_>>>().map(|all| all.join(", "));
    if let Some(values) = written.strip_prefix("FOR VALUES IN (") {
        return list(values.strip_suffix(')')?).map(|values| format!("FOR VALUES IN ({values})"));
    }
    let (from, to) = written.strip_prefix("FOR VALUES FROM (")?.split_once(") TO (")?;
    Some(format!("FOR VALUES FROM ({}) TO ({})", list(from)?, list(to.strip_suffix(')')?)?))
}
