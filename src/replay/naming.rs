//! Names that the server gives: to constraints, indexes and sequences without one.
//!
//! As `makeObjectName`, `ChooseRelationName`, `ChooseIndexName` (src/backend/commands/indexcmds.c) and `ChooseConstraintName`
//! (src/backend/catalog/pg_constraint.c) do it.

use super::state::State;
use crate::model::{IndexKey, IndexKeyPart, QualifiedName};

/// NAMEDATALEN - 1: bytes in an identifier.
const LIMIT: usize = 63;

/// `name1_name2_label` in at most 63 bytes: the longer of the two names is cut first, never the label.
pub(crate) fn make_object_name(name1: &str, name2: Option<&str>, label: &str) -> String {
    let overhead = label.len() + 1 + usize::from(name2.is_some());
    let available = LIMIT.saturating_sub(overhead);
    let (mut one, mut two) = (name1.len(), name2.map_or(0, str::len));
    while one + two > available {
        if one > two {
            one -= 1;
        } else {
            two -= 1;
        }
    }
    let mut name = clip(name1, one).to_owned();
    if let Some(name2) = name2 {
        name.push('_');
        name.push_str(clip(name2, two));
    }
    if !label.is_empty() {
        name.push('_');
        name.push_str(label);
    }
    name
}

/// At most `bytes` bytes of a name, at a character boundary.
pub(super) fn clip(name: &str, bytes: usize) -> &str {
    let mut end = bytes.min(name.len());
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

/// The column part of an index's or foreign key's name: names joined with `_` until 63 bytes are passed.
pub(super) fn name_addition<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    let mut joined = String::new();
    for column in columns {
        if !joined.is_empty() {
            joined.push('_');
        }
        joined.push_str(column);
        if joined.len() > LIMIT {
            break;
        }
    }
    joined
}

impl State {
    /// A free name for a relation in a schema; for constraints' indexes, no constraint may bear it either.
    fn choose_relation_name(
        &self,
        name1: &str,
        name2: Option<&str>,
        label: &str,
        schema: &str,
        constraint: bool,
    ) -> String {
        self.choose(name1, name2, label, schema, |key| {
            let constraint_has_it = constraint && self.constraint_names.contains_key(key);
            !constraint_has_it && !self.relations.contains_key(key)
        })
    }

    fn choose(
        &self,
        name1: &str,
        name2: Option<&str>,
        label: &str,
        schema: &str,
        free: impl Fn(&QualifiedName) -> bool,
    ) -> String {
        let mut label_now = label.to_owned();
        for pass in 1_usize.. {
            let name = make_object_name(name1, name2, &label_now);
            let key = QualifiedName { schema: schema.to_owned(), name };
            if free(&key) {
                return key.name;
            }
            label_now = format!("{label}{pass}");
        }
        String::new()
    }

    pub(super) fn choose_sequence_name(&self, schema: &str, table: &str, column: &str) -> String {
        self.choose_relation_name(table, Some(column), "seq", schema, false)
    }

    pub(super) fn choose_primary_key_name(&self, table: &QualifiedName) -> String {
        self.choose_relation_name(&table.name, None, "pkey", &table.schema, true)
    }

    /// `label` is `key` for unique constraints, `excl` for exclusion constraints, `idx` for plain indexes; `columns` as
    /// [`State::index_column_names`] gives them.
    pub(super) fn choose_index_name(&self, table: &QualifiedName, columns: &[String], label: &str) -> String {
        let addition = name_addition(columns.iter().map(String::as_str));
        self.choose_relation_name(&table.name, Some(&addition), label, &table.schema, label != "idx")
    }

    /// `taken` are names given in the same statement.
    pub(super) fn choose_constraint_name(
        &self,
        owner: &QualifiedName,
        addition: Option<&str>,
        label: &str,
        taken: &[String],
    ) -> String {
        self.choose(&owner.name, addition, label, &owner.schema, |key| {
            !taken.contains(&key.name) && !self.constraint_names.contains_key(key)
        })
    }

    /// The names that an index's own columns get: of a column its name, of an expression what it is called by, numbers appended where they collide.
    pub(super) fn index_column_names(&self, keys: &[IndexKey], include: &[String]) -> Vec<String> {
        let of_keys = keys.iter().map(|key| match &key.part {
            IndexKeyPart::Column(column) => column.clone(),
            IndexKeyPart::Expr(expr) => {
                expr.known().and_then(|e| self.dialect.expression_name(&e.sql)).unwrap_or_else(|| "expr".to_owned())
            }
        });
        let originals: Vec<String> = of_keys.chain(include.iter().cloned()).collect();
        named_apart(&originals)
    }
}

/// The names of an index's columns, numbers appended where they collide (`ChooseIndexColumnNames`).
pub(super) fn named_apart<'a>(originals: impl IntoIterator<Item = &'a String>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for original in originals {
        let mut name = original.clone();
        let mut number = 0;
        while names.contains(&name) {
            number += 1;
            let digits = number.to_string();
            name = format!("{}{digits}", clip(original, LIMIT - digits.len()));
        }
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_as_the_server_cuts() {
        let check = |one: &str, two: Option<&str>, label: &str, expect: &str| {
            assert_eq!(make_object_name(one, two, label), expect)
        };
        check("t", Some("a"), "key", "t_a_key");
        check("t", None, "pkey", "t_pkey");
        check(
            "a_table_with_a_name_of_some_length_indeed",
            Some("a_column_with_a_name_of_some_length_indeed"),
            "fkey",
            "a_table_with_a_name_of_some_l_a_column_with_a_name_of_some_fkey",
        );
        check(&"ä".repeat(40), None, "pkey", &format!("{}_pkey", "ä".repeat(29)));
    }
}
