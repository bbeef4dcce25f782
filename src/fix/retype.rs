//! What stands on a column and keeps its type from being changed: it is taken away before and made again after.
//!
//! The server changes no type "of a column used in a policy definition", "by a generated column" or "in a trigger definition" (tablecmds.c,
//! RememberAllDependentForRebuilding). Indexes and checks it rebuilds by itself; views and foreign keys have files of their own.

use super::{Maker, Phase};
use crate::dialect::{NameKind, SqlForm};
use crate::model::{Column, Expr, IndexKey, IndexKeyPart, Policy, QualifiedName, Table, Trigger};

impl Maker<'_> {
    /// Policies and triggers that name a column.
    pub(super) fn remake_programs_on(&mut self, table: &QualifiedName, column: &str) {
        let (declared, migrated) = (self.catalogs.declared, self.catalogs.migrated);
        for other in migrated.tables.values() {
            let is_own = other.name == *table;
            let again = declared.tables.get(&other.name);
            for policy in &other.policies {
                if !self.policy_names(policy, table, column, is_own) {
                    continue;
                }
                self.drop_policy(&other.name, &policy.name);
                if let Some(policy) = again.and_then(|table| table.policies.iter().find(|p| p.name == policy.name)) {
                    self.create_policy(&other.name, policy);
                }
            }
            for trigger in &other.triggers {
                if !is_own || !self.trigger_names(trigger, column) {
                    continue;
                }
                let (name, relation) = (self.sql.name(&trigger.name), self.sql.relation(&other.name));
                self.step(Phase::DropTrigger, format!("DROP TRIGGER {name} ON {relation};"));
                if let Some(trigger) = again.and_then(|table| table.triggers.iter().find(|t| t.name == trigger.name)) {
                    self.create_trigger(trigger);
                }
            }
        }
    }

    /// Generated columns that are made of a column, with their indexes: dropped now. [`Maker::add_generated`] adds them again.
    pub(super) fn drop_generated_of(&mut self, table: &QualifiedName, column: &str) -> Vec<Column> {
        let Some(migrated) = self.catalogs.migrated.tables.get(table) else { return Vec::new() };
        let is_made_of = |other: &&Column| {
            let generated = other.generated.known().and_then(Option::as_ref);
            generated.is_some_and(|generated| self.names_column(&generated.expr, table, column, true))
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

    fn policy_names(&self, policy: &Policy, table: &QualifiedName, column: &str, is_own: bool) -> bool {
        let exprs = [&policy.using, &policy.with_check];
        let mut exprs = exprs.into_iter().filter_map(|expr| expr.known()?.as_ref());
        exprs.any(|expr| self.names_column(expr, table, column, is_own))
    }

    /// Whether an expression on the table itself, or one that reads the table, names a column.
    fn names_column(&self, expr: &Expr, table: &QualifiedName, column: &str, is_own: bool) -> bool {
        let Some(names) = self.sql.dialect.names_in(&expr.sql, SqlForm::Expression) else { return false };
        let ends_in = |kind, name: &str| {
            names.uses.iter().any(|used| used.kind == kind && used.parts.last().is_some_and(|part| part == name))
        };
        ends_in(NameKind::Column, column) && (is_own || ends_in(NameKind::Relation, &table.name))
    }

    /// A trigger's condition and its list of columns stand in its text only.
    fn trigger_names(&self, trigger: &Trigger, column: &str) -> bool {
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        trigger.definition.known().is_some_and(|text| text.split(|c| !is_part(c)).any(|word| word == column))
    }
}
