//! Default names of constraints and indexes, and how long ones are cut: names of the database's side, not of the schema's.
//!
//! The rules are those of prisma-engines, `psl-core/src/datamodel_connector/constraint_names.rs`: a name is cut when it would fill the
//! limit (not only when it would exceed it), at a character boundary, and the suffix is kept whole.

use super::connector::Connector;
use super::schema::{Field, Key, KeyKind, Model, RelationField, Scalar};

/// The name of a key or index in the database.
pub(super) fn key(key: &Key, model: &Model, limit: usize) -> String {
    if let Some(name) = &key.mapped {
        return name.clone();
    }
    match key.kind {
        KeyKind::Primary => cut(model.table.clone(), "_pkey", limit),
        KeyKind::Unique => {
            with_columns(&model.table, &columns(model, key.parts.iter().map(|p| p.field)), "_key", limit)
        }
        KeyKind::Index | KeyKind::Fulltext => {
            with_columns(&model.table, &columns(model, key.parts.iter().map(|p| p.field)), "_idx", limit)
        }
    }
}

/// The name of a relation's foreign key.
pub(super) fn foreign_key(relation: &RelationField, model: &Model, limit: usize) -> String {
    if let Some(name) = &relation.mapped {
        return name.clone();
    }
    let fields = relation.fields.as_deref().unwrap_or_default();
    with_columns(&model.table, &columns(model, fields.iter().copied()), "_fkey", limit)
}

/// A join table's parts are cut by a plain count of characters.
pub(super) fn of_join_table(table: &str, suffix: &str, limit: usize) -> String {
    let kept: String = table.chars().take(limit - suffix.len()).collect();
    format!("{kept}{suffix}")
}

/// The longest identifier where no connector says.
pub(super) fn limit(connector: Option<&Connector>) -> usize {
    connector.map_or(usize::MAX / 2, |c| c.max_identifier)
}

fn columns<'a>(model: &'a Model, fields: impl Iterator<Item = usize>) -> Vec<&'a str> {
    fields.filter_map(|i| model.fields.get(i).and_then(Field::scalar)).map(|s: &'a Scalar| s.column.as_str()).collect()
}

fn with_columns(table: &str, columns: &[&str], suffix: &str, limit: usize) -> String {
    cut(format!("{table}_{}", columns.join("_")), suffix, limit)
}

fn cut(mut name: String, suffix: &str, limit: usize) -> String {
    let room = limit - suffix.len();
    if name.len() >= room {
        let mut end = room.min(name.len());
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        name.truncate(end);
    }
    name.push_str(suffix);
    name
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_name_is_cut_as_soon_as_it_fills_the_limit() {
        let check =
            |length: usize, expect: usize| assert_eq!(cut("x".repeat(length), "_key", 63).len(), expect, "{length}");
        check(57, 61);
        check(58, 62);
        check(59, 63);
        check(60, 63);
        check(90, 63);
        assert_eq!(cut("é".repeat(40), "_key", 63), format!("{}_key", "é".repeat(29)));
    }
}
