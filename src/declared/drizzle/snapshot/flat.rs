//! Version 8: one list of entities, each with its `entityType`.

use super::super::lower::{add_foreign_key, key_columns_are_not_null, merge_equal_keys};
use super::{Json, Reader, is_true, text};
use crate::model::{Origin, Table};

impl Reader<'_> {
    pub(super) fn flat<'d, 't: 'd>(&mut self, entities: impl Iterator<Item = Json<'d, 't>>) {
        let entities: Vec<Json<'_, '_>> = entities.collect();
        let of = |kind: &'static str| entities.iter().copied().filter(move |e| text(*e, "entityType") == Some(kind));
        for schema in of("schemas") {
            text(schema, "name").into_iter().for_each(|name| self.schema(name, schema.span()));
        }
        of("enums").for_each(|labels| self.enumeration(labels));
        of("sequences").for_each(|sequence| self.sequence(sequence));
        for entity in of("tables") {
            let Some(name) = self.name_of(entity, "name") else { continue };
            let mut table = Table::new(name.clone(), Origin::at(entity.span()));
            table.row_level_security.enabled = is_true(entity, "isRlsEnabled");
            self.catalog.tables.insert(name, table);
        }
        for entity in of("columns") {
            let Some(name) = self.name_of(entity, "table") else { continue };
            let column = self.column(&name, entity);
            self.table_of(entity).into_iter().for_each(|table| table.columns.extend(column.clone()));
        }
        self.parts(&of);
        of("views").for_each(|view| self.view(view));
        for table in self.catalog.tables.values_mut() {
            key_columns_are_not_null(table);
            let key_is_named = table.primary_key.as_ref().is_some_and(|key| key.named);
            merge_equal_keys(table, key_is_named);
        }
    }

    fn parts<'d, 't: 'd, E: Iterator<Item = Json<'d, 't>>>(&mut self, of: &impl Fn(&'static str) -> E) {
        for entity in of("pks") {
            let key = self.key(entity);
            if let Some(table) = self.table_of(entity) {
                table.primary_key = key;
            }
        }
        for entity in of("uniques") {
            let key = self.key(entity);
            self.table_of(entity).into_iter().for_each(|table| table.uniques.extend(key.clone()));
        }
        for entity in of("fks") {
            let key = self.foreign_key(entity);
            if let (Some(table), Some(key)) = (self.table_of(entity), key) {
                add_foreign_key(table, key);
            }
        }
        for entity in of("checks") {
            let check = self.check(entity);
            self.table_of(entity).into_iter().for_each(|table| table.checks.extend(check.clone()));
        }
        for entity in of("indexes") {
            let index = self.index(entity);
            self.table_of(entity).into_iter().for_each(|table| table.indexes.extend(index.clone()));
        }
        for entity in of("policies") {
            let policy = self.policy(entity);
            if let (Some(table), Some(policy)) = (self.table_of(entity), policy) {
                table.row_level_security.enabled = true;
                table.policies.push(policy);
            }
        }
    }
}
