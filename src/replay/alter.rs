//! ALTER TABLE and its like: one statement, several actions, all or none.

use super::IssueKind;
use super::drop::DropFlags;
use super::kinds::Doing;
use super::lookup::Found;
use super::refusal::{Effect, Ran, Refusal};
use super::state::{Relation, State};
use super::storage_parameters::Storage;
use crate::ddl::{AlterAction, ConstraintKind, Name, RelationKind};
use crate::model::{Known, ObjectKind, ObjectRef, QualifiedName};
use crate::source::Span;

impl State {
    pub(super) fn alter(
        &mut self,
        relation: &Name,
        kind: RelationKind,
        if_exists: bool,
        only: bool,
        actions: &[AlterAction],
    ) -> Ran {
        let (key, found) = match self.find_relation(relation) {
            Found::Is(key, found) => (key, found),
            Found::Outside => return Ok(Effect::Carried),
            Found::Missing if if_exists => return Ok(Effect::Carried),
            Found::Missing => return Err(self.missing_relation(relation, "relation")),
        };
        self.check_kind((&key, &found), kind, Doing::Altering, relation.span)?;
        match found {
            Relation::Table => {}
            Relation::View => return self.alter_view(&key, relation, actions),
            Relation::Index { of, .. } => {
                self.check_actions_of_tables(&key, actions, relation.span)?;
                for action in actions {
                    if let AlterAction::AttachIndex { index } = action {
                        self.attach_index(relation, index)?;
                    }
                    if let AlterAction::SetOptions(options) = action
                        && let Some(index) =
                            self.table_mut(&of).and_then(|t| t.indexes.iter_mut().find(|i| i.name == key.name))
                    {
                        merge_options(&mut index.options, options);
                    }
                }
                return Ok(Effect::Applied);
            }
            Relation::Sequence => {
                self.check_actions_of_tables(&key, actions, relation.span)?;
                return Ok(Effect::Carried);
            }
            Relation::Composite => return Ok(Effect::Carried),
        }
        let mut effect = Effect::Carried;
        // The server works in passes (`ATPrepCmd`): what drops first, then types, then columns, then constraints.
        let mut ordered: Vec<&AlterAction> = actions.iter().collect();
        ordered.sort_by_key(|a| pass(a));
        for action in ordered {
            if self.alter_table_action(&key, action, only)? == Effect::Applied {
                effect = Effect::Applied;
            }
        }
        if effect == Effect::Applied {
            let now = self.now;
            if let Some(table) = self.table_mut(&key) {
                table.origin.touch(now);
            }
        }
        Ok(effect)
    }

    fn alter_table_action(&mut self, table: &QualifiedName, action: &AlterAction, only: bool) -> Ran {
        self.check_alone(table, action, only)?;
        match action {
            AlterAction::AddColumn { column, if_not_exists, .. } => {
                return self.add_column(table, column, *if_not_exists);
            }
            AlterAction::DropColumn { name, if_exists, cascade, span } => {
                let flags = DropFlags { if_exists: *if_exists, cascade: *cascade, only };
                return self.drop_column(table, name, flags, *span);
            }
            AlterAction::SetType { column, ty, collation, using, .. } => {
                self.set_type(table, column, ty, collation.as_deref(), using.as_ref())?;
            }
            AlterAction::SetDefault { column, expr } => self.set_default(table, column, Some(expr), only)?,
            AlterAction::DropDefault { column } => self.set_default(table, column, None, only)?,
            AlterAction::SetNotNull { column } => self.set_not_null_on(table, column, true, only)?,
            AlterAction::DropNotNull { column } => self.set_not_null_on(table, column, false, only)?,
            AlterAction::AddIdentity { column, identity } => self.add_identity(table, column, identity)?,
            AlterAction::SetIdentity { column, always, options } => {
                self.set_identity(table, column, *always, options)?
            }
            AlterAction::DropIdentity { column, if_exists } => self.drop_identity(table, column, *if_exists)?,
            AlterAction::SetExpression { column, expr } => self.set_expression(table, column, Some(expr), false)?,
            AlterAction::DropExpression { column, if_exists } => {
                self.set_expression(table, column, None, *if_exists)?
            }
            AlterAction::AddConstraint(constraint) => self.add_constraint(table, constraint, only)?,
            AlterAction::DropConstraint { name, if_exists, cascade, span } => {
                let flags = DropFlags { if_exists: *if_exists, cascade: *cascade, only };
                return self.drop_constraint(table, name, flags, *span);
            }
            AlterAction::ValidateConstraint { name } => self.validate_constraint(table, name)?,
            AlterAction::AlterConstraint { name, deferrable } => {
                self.check_is_foreign_key(table, name, &["a foreign key"])?;
                if let Some(table) = self.table_mut(table) {
                    table.foreign_keys.iter_mut().filter(|k| k.name == *name).for_each(|k| k.deferrable = *deferrable);
                }
            }
            AlterAction::TriggerState { name, enabled } => return self.trigger_state(table, name.as_deref(), *enabled),
            AlterAction::RowLevelSecurity { enabled, forced } => {
                if let Some(table) = self.table_mut(table) {
                    let security = &mut table.row_level_security;
                    security.enabled = enabled.unwrap_or(security.enabled);
                    security.forced = forced.unwrap_or(security.forced);
                }
            }
            AlterAction::AttachPartition { partition, bound } => return self.attach_partition(table, partition, bound),
            AlterAction::DetachPartition { partition } => return self.detach_partition(table, partition),
            AlterAction::Inherit { parent } => return self.inherit(table, parent),
            AlterAction::NoInherit { parent } => return self.no_inherit(table, parent),
            AlterAction::SetPersistence(persistence) => self.set_persistence(table, *persistence)?,
            AlterAction::SetOptions(options) => {
                let of = if self.is_partitioned(table) { Storage::PartitionedTable } else { Storage::Table };
                self.check_storage(options, of, self.now)?;
                if let Some(table) = self.table_mut(table) {
                    merge_options(&mut table.options, options);
                }
            }
            AlterAction::ResetOptions(names) => {
                if let Some(table) = self.table_mut(table) {
                    table.options.retain(|(name, _)| !names.contains(name));
                }
            }
            AlterAction::NoEffect { column, .. } => {
                if let (Some(column), Some(found)) = (column, self.table(table))
                    && found.column(column).is_none()
                {
                    return Err(self.missing_column(found, column, None));
                }
                return Ok(Effect::Carried);
            }
            AlterAction::Owner { .. } => return Ok(Effect::Carried),
            AlterAction::ReplicaIdentity { index } => {
                if let Some(index) = index {
                    self.check_replica_identity(table, index)?;
                }
                return Ok(Effect::Carried);
            }
            AlterAction::AttachIndex { .. } | AlterAction::OfType { .. } => return Ok(Effect::Carried),
        }
        Ok(Effect::Applied)
    }

    fn validate_constraint(&mut self, table: &QualifiedName, name: &str) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        if !self.has_constraint(found, name) {
            let message = format!("constraint \"{name}\" of relation \"{}\" does not exist", table.name);
            return Err(Refusal::new(IssueKind::UnknownConstraint, "42704", message)
                .of(ObjectRef::part(ObjectKind::Check, table, name))
                .uncertain_if(!found.unknown_constraints.is_empty() || !self.knows_all));
        }
        self.check_is_foreign_key(table, name, &["a foreign key", "check"])?;
        let Some(found) = self.table(table) else { return Ok(()) };
        if let Some(check) = found.checks.iter().find(|c| c.name == name && c.not_valid)
            && let Known::Known(expr) = &check.expr
        {
            let sql = expr.sql.clone();
            self.check_rows_hold(table, name, &sql)?;
        }
        let foreign = self.table(table).and_then(|t| t.foreign_keys.iter().find(|k| k.name == name && k.not_valid));
        if let Some(foreign) = foreign.cloned() {
            self.check_rows_refer(table, &foreign)?;
        }
        for child in self.children_of(table) {
            if self.table(&child).is_some_and(|t| self.has_constraint(t, name)) {
                self.validate_constraint(&child, name)?;
            }
        }
        if let Some(table) = self.table_mut(table) {
            table.foreign_keys.iter_mut().filter(|k| k.name == name).for_each(|k| k.not_valid = false);
            table.checks.iter_mut().filter(|k| k.name == name).for_each(|k| k.not_valid = false);
        }
        Ok(())
    }

    /// Refuses a constraint that is of none of these kinds.
    fn check_is_foreign_key(&self, table: &QualifiedName, name: &str, kinds: &[&str]) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        let of = |message: String| {
            let refusal = self.refuse(IssueKind::UnknownConstraint, "42704", message);
            Err(refusal.of(ObjectRef::part(ObjectKind::ForeignKey, table, name)))
        };
        if !self.has_constraint(found, name) {
            if !found.unknown_constraints.is_empty() {
                return Ok(());
            }
            return of(format!("constraint \"{name}\" of relation \"{}\" does not exist", table.name));
        }
        let is_kind = found.foreign_keys.iter().any(|k| k.name == name)
            || kinds.contains(&"check") && found.checks.iter().any(|c| c.name == name);
        if is_kind {
            return Ok(());
        }
        let kinds = kinds.join(" or ");
        of(format!("constraint \"{name}\" of relation \"{}\" is not {kinds} constraint", table.name))
    }

    fn trigger_state(&mut self, table: &QualifiedName, name: Option<&str>, enabled: char) -> Ran {
        if let Some(name) = name
            && !self.triggers_of(table).iter().any(|t| t.name == name)
            && self.inherited_trigger(table, name).is_none()
        {
            let message = format!("trigger \"{name}\" for table \"{}\" does not exist", table.name);
            return Err(Refusal::new(IssueKind::UnknownObject, "42704", message)
                .of(ObjectRef::part(ObjectKind::Trigger, table, name))
                .uncertain_if(!self.knows_all));
        }
        // ALL is every foreign key too; USER is taken for the same.
        if name.is_none() && enabled != 'O' {
            self.uncheck_rows(table);
        }
        if let Some(table) = self.table_mut(table) {
            for trigger in table.triggers.iter_mut().filter(|t| name.is_none_or(|n| n == t.name)) {
                trigger.enabled = enabled;
            }
        }
        Ok(Effect::Applied)
    }

    /// What only tables can do, of an index or a sequence (`ATSimplePermissions`).
    fn check_actions_of_tables(&self, key: &QualifiedName, actions: &[AlterAction], span: Span) -> Ran<()> {
        let Some(words) = actions.iter().find_map(action_words) else { return Ok(()) };
        let message = format!("ALTER action {words} cannot be performed on relation \"{}\"", key.name);
        Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(span))
    }

    fn alter_view(&mut self, key: &QualifiedName, written: &Name, actions: &[AlterAction]) -> Ran {
        for action in actions {
            match action {
                AlterAction::SetOptions(options) => {
                    let materialized = self.catalog.views.get(key).is_some_and(|v| v.materialized);
                    let of = if materialized { Storage::Table } else { Storage::View };
                    self.check_storage(options, of, written.span)?;
                    if let Some(view) = self.view_mut(key) {
                        merge_options(&mut view.options, options);
                    }
                }
                AlterAction::ResetOptions(names) => {
                    if let Some(view) = self.view_mut(key) {
                        view.options.retain(|(name, _)| !names.contains(name));
                    }
                }
                AlterAction::SetDefault { column, expr } => self.view_default(key, column, Some(expr)),
                AlterAction::DropDefault { column } => self.view_default(key, column, None),
                AlterAction::NoEffect { .. } | AlterAction::Owner { .. } | AlterAction::TriggerState { .. } => {}
                other => {
                    let message = match action_words(other) {
                        Some(words) => format!("ALTER action {words} cannot be performed on relation \"{}\"", key.name),
                        None => format!("\"{}\" is not a table", key.name),
                    };
                    return Err(Refusal::new(IssueKind::InvalidReference, "42809", message)
                        .at(written.span)
                        .uncertain_if(!self.knows_all));
                }
            }
        }
        Ok(Effect::Applied)
    }

    fn view_default(&mut self, key: &QualifiedName, column: &str, expr: Option<&crate::model::Expr>) {
        if let Some(view) = self.view_mut(key)
            && let Known::Known(columns) = &mut view.columns
        {
            for found in columns.iter_mut().filter(|c| c.name == column) {
                found.default = Known::Known(expr.cloned().map(crate::model::Default::new));
            }
        }
    }

    pub(super) fn check_has_constraint(&self, key: &QualifiedName, constraint: &str, span: Span) -> Ran<()> {
        let Some(table) = self.table(key).filter(|table| !self.has_constraint(table, constraint)) else {
            return Ok(());
        };
        let message = format!("constraint \"{constraint}\" for table \"{}\" does not exist", key.name);
        Err(Refusal::new(IssueKind::UnknownConstraint, "42704", message)
            .at(span)
            .of(ObjectRef::part(ObjectKind::Check, key, constraint))
            .uncertain_if(!table.unknown_constraints.is_empty() || !self.knows_all))
    }
}

/// What the server calls an action (`alter_table_type_to_string`).
fn action_words(action: &AlterAction) -> Option<&'static str> {
    Some(match action {
        AlterAction::AddColumn { .. } => "ADD COLUMN",
        AlterAction::DropColumn { .. } => "DROP COLUMN",
        AlterAction::SetType { .. } => "ALTER COLUMN ... SET DATA TYPE",
        AlterAction::SetNotNull { .. } => "ALTER COLUMN ... SET NOT NULL",
        AlterAction::DropNotNull { .. } => "ALTER COLUMN ... DROP NOT NULL",
        AlterAction::AddIdentity { .. } => "ALTER COLUMN ... ADD IDENTITY",
        AlterAction::AddConstraint(_) => "ADD CONSTRAINT",
        AlterAction::DropConstraint { .. } => "DROP CONSTRAINT",
        AlterAction::RowLevelSecurity { enabled: Some(true), .. } => "ENABLE ROW SECURITY",
        _ => return None,
    })
}

/// The server's passes of ALTER TABLE (`AT_PASS_*`, src/backend/commands/tablecmds.c), as far as their order shows.
fn pass(action: &AlterAction) -> u8 {
    match action {
        AlterAction::DropColumn { .. }
        | AlterAction::DropConstraint { .. }
        | AlterAction::DropDefault { .. }
        | AlterAction::DropNotNull { .. }
        | AlterAction::DropIdentity { .. }
        | AlterAction::DropExpression { .. } => 0,
        AlterAction::SetType { .. } => 1,
        AlterAction::AddColumn { .. } => 2,
        AlterAction::SetExpression { .. } => 3,
        AlterAction::SetNotNull { .. } => 4,
        AlterAction::AddConstraint(constraint) => match constraint.kind {
            ConstraintKind::PrimaryKey { .. } | ConstraintKind::Unique { .. } | ConstraintKind::Exclude { .. } => 5,
            _ => 6,
        },
        AlterAction::SetDefault { .. } | AlterAction::AddIdentity { .. } | AlterAction::SetIdentity { .. } => 6,
        _ => 7,
    }
}

fn merge_options(into: &mut Vec<(String, String)>, options: &[(String, String)]) {
    for (name, value) in options {
        match into.iter_mut().find(|(n, _)| n == name) {
            Some((_, old)) => old.clone_from(value),
            None => into.push((name.clone(), value.clone())),
        }
    }
}
