//! What stands on a column and keeps its type from being changed: it is taken away before and made again after.
//!
//! The server changes no type "of a column used in a policy definition", "by a generated column" or "in a trigger definition" (tablecmds.c,
//! RememberAllDependentForRebuilding). Indexes and checks it rebuilds by itself; views and foreign keys have files of their own.

use super::{Maker, Phase};
use crate::dialect::{NameKind, SqlForm};
use crate::model::{Column, Expr, IndexKey, IndexKeyPart, QualifiedName, Table, Trigger};

impl Maker<'_> {
    /// Policies and triggers that name a column.
    pub(super) fn remake_programs_on(&mut self, table: &QualifiedName, column: &str) {
        let (declared, migrated) = (self.catalogs.declared, self.catalogs.migrated);
        let Some((place, _, own)) = migrated.tables.get_full(table) else { return };
        for (owner, policy) in self.fixes.dependents().policies_on(table, place, column) {
            let Some((_, owner)) = migrated.tables.get_index(owner) else { continue };
            let Some(policy) = owner.policies.get(policy) else { continue };
            self.drop_policy(&owner.name, &policy.name);
            let again = declared.tables.get(&owner.name);
            if let Some(policy) = again.and_then(|table| table.policies.iter().find(|p| p.name == policy.name)) {
                self.create_policy(&owner.name, policy);
            }
        }
        let again = declared.tables.get(table);
        for trigger in own.triggers.iter().filter(|trigger| names_word(trigger, column)) {
            let (name, relation) = (self.sql.name(&trigger.name), self.sql.relation(table));
            self.step(Phase::DropTrigger, format!("DROP TRIGGER {name} ON {relation};"));
            if let Some(trigger) = again.and_then(|table| table.triggers.iter().find(|t| t.name == trigger.name)) {
                self.create_trigger(table, trigger);
            }
        }
    }

    /// Generated columns that are made of a column, with their indexes: dropped now. [`Maker::add_generated`] adds them again.
    pub(super) fn drop_generated_of(&mut self, table: &QualifiedName, column: &str) -> Vec<Column> {
        let Some(migrated) = self.catalogs.migrated.tables.get(table) else { return Vec::new() };
        let is_made_of = |other: &&Column| {
            let generated = other.generated.known().and_then(Option::as_ref);
            generated.is_some_and(|generated| self.names_column(&generated.expr, column))
        };
        let generated: Vec<Column> = migrated.columns.iter().filter(is_made_of).cloned().collect();
        let relation = self.sql.relation(table);
        for column in &generated {
            let name = self.sql.name(&column.name);
            self.step(Phase::AlterColumn, format!("ALTER TABLE {relation} DROP COLUMN {name};"));
        }
        generated
    }

    /// Adds generated columns as they are declared, with the indexes that went with them.
    pub(super) fn add_generated(&mut self, table: &QualifiedName, generated: &[Column]) {
        let Some(declared) = self.catalogs.declared.tables.get(table) else { return };
        let relation = self.sql.relation(table);
        for column in generated {
            let Some(again) = declared.column(&column.name) else { continue };
            self.comment(&self.part("COLUMN", table, &again.name), again.comment.as_ref());
            if let Some(definition) = self.column_definition(table, again) {
                self.step(Phase::AlterColumn, format!("ALTER TABLE {relation} ADD COLUMN {definition};"));
            }
            let is_key = |key: &IndexKey| matches!(&key.part, IndexKeyPart::Column(name) if *name == column.name);
            for index in declared.indexes.iter().filter(|index| index.keys.iter().any(is_key)) {
                if self.had_index(table, &index.name) {
                    self.create_index(table, index);
                }
            }
        }
    }

    fn had_index(&self, table: &QualifiedName, name: &str) -> bool {
        let migrated: Option<&Table> = self.catalogs.migrated.tables.get(table);
        migrated.is_some_and(|table| table.indexes.iter().any(|index| index.name == name))
    }

    /// Whether an expression on a table names one of its columns.
    fn names_column(&self, expr: &Expr, column: &str) -> bool {
        let names = self.sql.dialect.names_in(&expr.sql, SqlForm::Expression);
        names.is_some_and(|names| {
            names
                .uses
                .iter()
                .any(|used| used.kind == NameKind::Column && used.parts.last().is_some_and(|part| part == column))
        })
    }
}

/// A trigger's condition and its list of columns stand in its text only.
fn names_word(trigger: &Trigger, column: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    trigger.definition.known().is_some_and(|text| text.split(|c| !is_part(c)).any(|word| word == column))
}
