//! RENAME, and what follows it: the server refers by object id, the model by name.

use super::IssueKind;
use super::kinds::Doing;
use super::lookup::{Found, written};
use super::plpgsql::row_changes;
use super::refusal::{Effect, Ran, Refusal};
use super::rewrite::Change;
use super::state::{Relation, State};
use crate::ddl::{Name, RelationKind, RenameTarget};
use crate::model::{IndexKeyPart, Known, ObjectKind, ObjectRef, QualifiedName, TableKind};
use crate::source::Span;

impl State {
    pub(super) fn rename(&mut self, what: &RenameTarget, to: &str, if_exists: bool, text: &str) -> Ran {
        match what {
            RenameTarget::Relation { kind, name } => self.rename_relation(*kind, name, to, if_exists),
            RenameTarget::Column { relation, only, column } => {
                self.rename_column(relation, *only, column, to, if_exists)
            }
            RenameTarget::Attribute { ty, attribute } => self.rename_attribute(ty, attribute, to),
            RenameTarget::Constraint { relation, only, constraint } => {
                self.rename_constraint(relation, *only, constraint, to, if_exists)
            }
            RenameTarget::DomainConstraint { domain, constraint } => {
                self.rename_domain_constraint(domain, constraint, to)
            }
            RenameTarget::Type { name, domain } => {
                let Some(from) = self.find_type(name) else {
                    return self.no_such_type::<()>(name).map(|_| Effect::Carried);
                };
                if *domain {
                    self.check_is_domain(&from, name)?;
                }
                self.check_is_own_type(&from, name.span)?;
                let target = QualifiedName::new(&from.schema, to);
                if matches!(self.relations.get(&target), Some(Relation::Table | Relation::View | Relation::Composite)) {
                    return Err(self.duplicate_type(&target, name.span));
                }
                self.free_type_name(&target, name.span)?;
                self.move_type(&from, &target);
                Ok(Effect::Applied)
            }
            RenameTarget::Schema(name) => self.rename_schema(name, to),
            RenameTarget::Function(routine) => {
                let Some(function) = self.find_routine(routine)? else { return Ok(Effect::Carried) };
                let target = QualifiedName::new(&function.name.schema, to);
                let (from, arguments) = (function.name.clone(), function.arguments.clone());
                self.free_signature(&target, &arguments, routine.name.span)?;
                self.move_function(&from, &arguments, &target);
                Ok(Effect::Applied)
            }
            RenameTarget::Trigger { table, trigger } => self.rename_trigger(table, trigger, to),
            RenameTarget::Policy { table, policy } => self.rename_policy(table, policy, to),
            RenameTarget::Rule { table, rule } => {
                let key = self.relation_of_name(table);
                let place = self.catalog.opaque.iter().position(|o| {
                    o.what == "rule" && o.name == *rule && o.on.as_ref().map(|(_, on)| on) == key.as_ref()
                });
                if let Some(object) = place.and_then(|p| self.opaque_mut(p)) {
                    to.clone_into(&mut object.name);
                }
                Ok(Effect::Applied)
            }
            RenameTarget::Role(name) => {
                if let Some(origin) = self.remove_role(name) {
                    self.insert_role(to.to_owned(), origin);
                }
                Ok(Effect::Carried)
            }
            RenameTarget::Opaque { what, name } => self.rename_opaque(what, name, to, text),
        }
    }

    fn rename_relation(&mut self, kind: RelationKind, name: &Name, to: &str, if_exists: bool) -> Ran {
        let (from, relation) = match self.find_relation(name) {
            Found::Is(key, relation) => (key, relation),
            Found::Outside => return Ok(Effect::Carried),
            Found::Missing if if_exists => return Ok(Effect::Carried),
            Found::Missing => return Err(self.missing_relation(name, "relation")),
        };
        self.check_kind((&from, &relation), kind, Doing::Renaming, name.span)?;
        if let Relation::Index { of, .. } = &relation
            && let Some(table) = self.table(of)
            && to != from.name
            && self.has_constraint(table, &from.name)
            && self.has_constraint(table, to)
        {
            return Err(self.duplicate_constraint(of, to, name.span));
        }
        let target = QualifiedName::new(&from.schema, to);
        // Only what has a row type brings its name among the types.
        let has_row_type = matches!(relation, Relation::Table | Relation::View | Relation::Composite);
        if has_row_type || self.relations.contains_key(&target) {
            self.free_relation_name(&target, name.span)?;
        }
        self.move_relation(&from, &relation, &target);
        Ok(Effect::Applied)
    }

    fn rename_column(&mut self, relation: &Name, only: bool, column: &str, to: &str, if_exists: bool) -> Ran {
        let (key, kind) = match self.find_relation(relation) {
            Found::Is(key, kind) => (key, kind),
            Found::Outside => return Ok(Effect::Carried),
            Found::Missing if if_exists => return Ok(Effect::Carried),
            Found::Missing => return Err(self.missing_relation(relation, "relation")),
        };
        if kind == Relation::View {
            return self.rename_view_column(&key, column, to, relation.span);
        }
        let Some(table) = self.table(&key) else { return Ok(Effect::Carried) };
        if table.of_type.is_some() {
            let refusal = self.refuse(IssueKind::InvalidReference, "42809", "cannot rename column of typed table");
            return Err(refusal.at(relation.span));
        }
        if table.column(column).is_none() {
            let message = format!("column \"{column}\" does not exist");
            return Err(self.missing_column_as(table, column, message).at(relation.span));
        }
        self.check_column_name(to, relation.span)?;
        if table.column(to).is_some() {
            return Err(self.duplicate_column(&key, to, relation.span));
        }
        self.check_column_rename(&key, column, only, relation.span)?;
        self.check_children_lack(&key, column, to, relation.span)?;
        for table in self.lineage(&key) {
            row_changes::column_renamed(self, &table, column, to);
        }
        self.carry_column_rename(&key, column, to);
        Ok(Effect::Applied)
    }

    /// The children's column is renamed with it.
    fn check_children_lack(&self, table: &QualifiedName, from: &str, to: &str, span: Span) -> Ran<()> {
        for child in self.children_of(table) {
            let Some(found) = self.table(&child).filter(|found| found.column(from).is_some()) else { continue };
            if found.column(to).is_some() {
                return Err(self.duplicate_column(&child, to, span));
            }
            self.check_children_lack(&child, from, to, span)?;
        }
        Ok(())
    }

    fn carry_column_rename(&mut self, table: &QualifiedName, from: &str, to: &str) {
        for child in self.children_of(table) {
            if self.table(&child).is_some_and(|t| t.column(from).is_some()) {
                self.carry_column_rename(&child, from, to);
            }
        }
        self.expand_stars_over(table);
        self.keep_index_columns(table, from);
        self.rewrite_everywhere(&Change::Column { table: table.clone(), from: from.to_owned(), to: to.to_owned() });
        let now = self.now;
        let dialect = self.dialect;
        let rename = |names: &mut Vec<String>| names.iter_mut().filter(|n| *n == from).for_each(|n| to.clone_into(n));
        for other in self.tables_referring_to(table) {
            if let Some(other) = self.table_mut(&other) {
                other
                    .foreign_keys
                    .iter_mut()
                    .filter(|k| k.ref_table == *table)
                    .for_each(|k| rename(&mut k.ref_columns));
            }
        }
        for sequence in self.sequences_owned_by(table, Some(from)) {
            if let Some(sequence) = self.sequence_mut(&sequence)
                && let Some((_, column)) = &mut sequence.owned_by
            {
                to.clone_into(column);
            }
        }
        let Some(own) = self.table_mut(table) else { return };
        own.origin.touch(now);
        if let Some(column) = own.column_mut(from) {
            to.clone_into(&mut column.name);
            column.origin.touch(now);
        }
        for key in own.primary_key.iter_mut().chain(&mut own.uniques) {
            rename(&mut key.columns);
            rename(&mut key.include);
        }
        for key in &mut own.foreign_keys {
            rename(&mut key.columns);
            rename(&mut key.on_delete_columns);
            if key.ref_table == *table {
                rename(&mut key.ref_columns);
            }
        }
        for index in &mut own.indexes {
            rename(&mut index.include);
            index.set_for.iter_mut().filter(|(c, _)| c == from).for_each(|(c, _)| to.clone_into(c));
            for key in &mut index.keys {
                if let IndexKeyPart::Column(column) = &mut key.part
                    && column == from
                {
                    to.clone_into(column);
                }
            }
        }
        for exclusion in &mut own.exclusions {
            rename(&mut exclusion.include);
            for (key, _) in &mut exclusion.elements {
                if let IndexKeyPart::Column(column) = &mut key.part
                    && column == from
                {
                    to.clone_into(column);
                }
            }
        }
        for check in &mut own.checks {
            check.set_for.iter_mut().filter(|(c, _)| c == from).for_each(|(c, _)| to.clone_into(c));
        }
        if let TableKind::Partitioned(key) = &mut own.kind
            && key.columns.iter().any(|c| c == from)
        {
            rename(&mut key.columns);
            key.sql = rename_in_partition_key(&key.sql, dialect, from, to);
        }
        self.note_made(|| ObjectRef::part(ObjectKind::Column, table, to));
    }

    fn rename_view_column(&mut self, key: &QualifiedName, column: &str, to: &str, span: Span) -> Ran {
        let now = self.now;
        let columns = self.catalog.views.get(key).and_then(|v| v.columns.known());
        let Some(columns) = columns else { return Ok(Effect::Applied) };
        if !columns.iter().any(|c| c.name == column) {
            return Err(Refusal::new(IssueKind::UnknownColumn, "42703", format!("column \"{column}\" does not exist"))
                .at(span)
                .of(ObjectRef::part(ObjectKind::Column, key, column))
                .uncertain_if(!self.knows_all));
        }
        let change = Change::Column { table: key.clone(), from: column.to_owned(), to: to.to_owned() };
        self.rewrite_everywhere(&change);
        if let Some(view) = self.view_mut(key) {
            if let Known::Known(columns) = &mut view.columns {
                columns.iter_mut().filter(|c| c.name == column).for_each(|c| to.clone_into(&mut c.name));
            }
            view.origin.touch(now);
        }
        Ok(Effect::Applied)
    }

    fn rename_constraint(&mut self, relation: &Name, only: bool, constraint: &str, to: &str, if_exists: bool) -> Ran {
        let key = match self.find_relation(relation) {
            Found::Is(key, Relation::Table) => key,
            Found::Is(..) | Found::Outside => return Ok(Effect::Carried),
            Found::Missing if if_exists => return Ok(Effect::Carried),
            Found::Missing => return Err(self.missing_relation(relation, "relation")),
        };
        let Some(table) = self.table(&key) else { return Ok(Effect::Carried) };
        self.check_has_constraint(&key, constraint, relation.span)?;
        self.check_constraint_rename(table, constraint, only, relation.span)?;
        if self.has_constraint(table, to) {
            return Err(self.duplicate_constraint(&key, to, relation.span));
        }
        let index = table.primary_key.iter().chain(&table.uniques).any(|k| k.name == constraint)
            || table.exclusions.iter().any(|e| e.name == constraint);
        if index {
            let from = QualifiedName::new(&key.schema, constraint);
            let target = QualifiedName::new(&key.schema, to);
            if self.relations.contains_key(&target) {
                self.free_relation_name(&target, relation.span)?;
            }
            if let Some(index) = self.relations.get(&from).cloned() {
                self.move_relation(&from, &index, &target);
            }
            return Ok(Effect::Applied);
        }
        self.rename_plain_constraint(&key, constraint, to);
        Ok(Effect::Applied)
    }

    fn rename_plain_constraint(&mut self, key: &QualifiedName, constraint: &str, to: &str) {
        for child in self.children_of(key) {
            let inherited =
                self.table(&child).is_some_and(|t| t.checks.iter().any(|c| c.inherited && c.name == constraint));
            if inherited {
                self.rename_plain_constraint(&child, constraint, to);
            }
        }
        let now = self.now;
        self.remove_constraint_name(&key.schema, constraint);
        self.add_constraint_name(&key.schema, to);
        self.note_made(|| ObjectRef::part(ObjectKind::Check, key, to));
        let Some(table) = self.table_mut(key) else { return };
        table.origin.touch(now);
        for check in table.checks.iter_mut().filter(|c| c.name == constraint) {
            to.clone_into(&mut check.name);
            check.named = true;
            check.origin.touch(now);
        }
        for foreign in table.foreign_keys.iter_mut().filter(|k| k.name == constraint) {
            to.clone_into(&mut foreign.name);
            foreign.named = true;
            foreign.origin.touch(now);
        }
    }

    fn rename_trigger(&mut self, table: &Name, trigger: &str, to: &str) -> Ran {
        let key = match self.find_relation(table) {
            Found::Is(key, _) => key,
            Found::Outside => return Ok(Effect::Carried),
            Found::Missing => return Err(self.missing_relation(table, "relation")),
        };
        let now = self.now;
        let dialect = self.dialect;
        let Some(old) = self.triggers_of(&key).iter().find(|t| t.name == trigger) else {
            let message = format!("trigger \"{trigger}\" for table \"{}\" does not exist", written(table));
            return Err(Refusal::new(IssueKind::UnknownObject, "42704", message)
                .at(table.span)
                .of(ObjectRef::part(ObjectKind::Trigger, &key, trigger))
                .uncertain_if(!self.knows_all));
        };
        if trigger == to {
            return Ok(Effect::Carried);
        }
        let definition = old.definition.clone().map(|d| super::triggers::with_name(&d, dialect, to));
        if self.triggers_of(&key).iter().any(|t| t.name == to) {
            let message = format!("trigger \"{to}\" for relation \"{}\" already exists", key.name);
            let refusal = self.refuse(IssueKind::DuplicateObject, "42710", message).at(table.span);
            return Err(refusal.of(ObjectRef::part(ObjectKind::Trigger, &key, to)));
        }
        if let Some(triggers) = self.triggers_mut(&key)
            && let Some(found) = triggers.iter_mut().find(|t| t.name == trigger)
        {
            to.clone_into(&mut found.name);
            found.definition = definition;
            found.origin.touch(now);
        }
        Ok(Effect::Applied)
    }

    fn rename_policy(&mut self, table: &Name, policy: &str, to: &str) -> Ran {
        let key = match self.find_relation(table) {
            Found::Is(key, Relation::Table) => key,
            Found::Is(..) | Found::Outside => return Ok(Effect::Carried),
            Found::Missing => return Err(self.missing_relation(table, "relation")),
        };
        let now = self.now;
        if !self.table(&key).is_some_and(|t| t.policies.iter().any(|p| p.name == policy)) {
            return Err(self.missing_policy(&key, policy, table.span));
        }
        if self.table(&key).is_some_and(|t| t.policies.iter().any(|p| p.name == to)) {
            let message = format!("policy \"{to}\" for table \"{}\" already exists", key.name);
            let refusal = self.refuse(IssueKind::DuplicateObject, "42710", message).at(table.span);
            return Err(refusal.of(ObjectRef::part(ObjectKind::Policy, &key, to)));
        }
        if let Some(table) = self.table_mut(&key) {
            for found in table.policies.iter_mut().filter(|p| p.name == policy) {
                to.clone_into(&mut found.name);
                found.origin.touch(now);
            }
        }
        Ok(Effect::Applied)
    }
}

/// The partition key's text with a column renamed: the part between the brackets is a list of expressions.
fn rename_in_partition_key(sql: &str, dialect: &dyn crate::dialect::Dialect, from: &str, to: &str) -> String {
    let Some(open) = sql.find('(') else { return sql.to_owned() };
    let Some(close) = sql.rfind(')').filter(|c| *c > open) else { return sql.to_owned() };
    let renamed = dialect.rename_column(&format!("ROW{}", &sql[open..=close]), from, to);
    let inner = renamed.strip_prefix("ROW").or_else(|| renamed.strip_prefix("row")).unwrap_or(&sql[open..=close]);
    format!("{}{}{}", &sql[..open], inner, &sql[close + 1..])
}
