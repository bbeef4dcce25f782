//! Versions 5 to 7: objects within objects.

use super::super::lower::{add_foreign_key, key, key_columns_are_not_null, merge_equal_keys};
use super::{Json, Reader, is_true, text};
use crate::model::{Origin, Table};
use crate::replay::make_object_name;

impl Reader<'_> {
    pub(super) fn nested(&mut self, root: Json<'_, '_>, tables: Json<'_, '_>) {
        let all = |key: &str| root.get(key).into_iter().flat_map(Json::members);
        for (name, schema) in all("schemas") {
            self.schema(name, schema.span());
        }
        for (_, labels) in all("enums") {
            self.enumeration(labels);
        }
        for (_, sequence) in all("sequences") {
            self.sequence(sequence);
        }
        for (_, table) in tables.members() {
            self.nested_table(table);
        }
        for (_, view) in all("views") {
            self.view(view);
        }
        for (_, policy) in all("policies") {
            let name = self.name_of(policy, "on");
            let policy = self.policy(policy);
            if let (Some(table), Some(policy)) = (name.and_then(|name| self.catalog.tables.get_mut(&name)), policy) {
                table.row_level_security.enabled = true;
                table.policies.push(policy);
            }
        }
    }

    fn nested_table(&mut self, object: Json<'_, '_>) {
        let Some(name) = self.name_of(object, "name") else { return };
        let mut table = Table::new(name.clone(), Origin::at(object.span()));
        let all = |key: &str| object.get(key).into_iter().flat_map(Json::members);
        for (_, column) in all("columns") {
            let Some(lowered) = self.column(&name, column) else { continue };
            self.column_unique(&mut table, column, &lowered.name);
            table.columns.push(lowered);
        }
        if let Some((_, span)) = self.keyed.first().cloned() {
            let columns = self.keyed.drain(..).map(|(name, _)| name).collect();
            table.primary_key = Some(key(make_object_name(&name.name, None, "pkey"), false, columns, span));
        }
        for (_, written) in all("compositePrimaryKeys") {
            table.primary_key = self.key(written).or(table.primary_key);
        }
        table.uniques.extend(all("uniqueConstraints").filter_map(|(_, unique)| self.key(unique)));
        for (_, reference) in all("foreignKeys") {
            self.foreign_key(reference).into_iter().for_each(|key| add_foreign_key(&mut table, key));
        }
        table.checks.extend(all("checkConstraints").filter_map(|(_, check)| self.check(check)));
        table.indexes.extend(all("indexes").filter_map(|(_, index)| self.index(index)));
        table.policies.extend(all("policies").filter_map(|(_, policy)| self.policy(policy)));
        table.row_level_security.enabled = is_true(object, "isRLSEnabled") || !table.policies.is_empty();
        key_columns_are_not_null(&mut table);
        let key_is_named = table.primary_key.as_ref().is_some_and(|key| key.named);
        merge_equal_keys(&mut table, key_is_named);
        self.catalog.tables.insert(name, table);
    }

    /// `.unique()` of a column, which versions before 7 keep at the column.
    fn column_unique(&self, table: &mut Table, column: Json<'_, '_>, name: &str) {
        if is_true(column, "isUnique") {
            let default = format!("{}_{name}_unique", table.name.name);
            let constraint = self.cut(text(column, "uniqueName").unwrap_or(&default));
            let mut unique = key(constraint, true, vec![name.to_owned()], column.span());
            unique.nulls_not_distinct = is_true(column, "nullsNotDistinct");
            table.uniques.push(unique);
        }
    }
}
