//! COMMENT ON.

use super::IssueKind;
use super::kinds::Doing;
use super::lookup::Found;
use super::refusal::{Effect, Ran};
use super::state::{Relation, State};
use crate::ddl::{CommentTarget, Name};
use crate::model::{Known, ObjectKind, ObjectRef, QualifiedName};

impl State {
    pub(super) fn comment(&mut self, on: &CommentTarget, text: Option<&str>) -> Ran {
        let text = text.filter(|t| !t.is_empty()).map(str::to_owned);
        match on {
            CommentTarget::Relation { name, kind } => {
                let (key, relation) = match self.find_relation(name) {
                    Found::Is(key, relation) => (key, relation),
                    Found::Outside => return Ok(Effect::Carried),
                    Found::Missing => return Err(self.missing_relation(name, "relation")),
                };
                self.check_kind((&key, &relation), *kind, Doing::Commenting, name.span)?;
                self.comment_on_relation(&key, &relation, text);
            }
            CommentTarget::Column { relation, column } => return self.comment_on_column(relation, column, text),
            CommentTarget::Constraint { relation, constraint } => {
                let Some(key) = self.find_table(relation)? else { return Ok(Effect::Carried) };
                if let Some(found) = self.table(&key) {
                    // A constraint trigger is a constraint, too, and since 18 so is NOT NULL.
                    let exists = self.has_constraint(found, constraint)
                        || found.triggers.iter().any(|t| t.constraint && t.name == *constraint);
                    let unsure =
                        !found.unknown_constraints.is_empty() || self.version.is_some_and(|version| version >= 18);
                    if !exists && !unsure {
                        let message = format!("constraint \"{constraint}\" for table \"{}\" does not exist", key.name);
                        let refusal = self.refuse(IssueKind::UnknownConstraint, "42704", message).at(relation.span);
                        return Err(refusal.of(ObjectRef::part(ObjectKind::Check, &key, constraint)));
                    }
                }
                if let Some(table) = self.table_mut(&key) {
                    let keys = table.primary_key.iter_mut().chain(&mut table.uniques);
                    keys.filter(|k| k.name == *constraint).for_each(|k| k.comment.clone_from(&text));
                    table
                        .foreign_keys
                        .iter_mut()
                        .filter(|k| k.name == *constraint)
                        .for_each(|k| k.comment.clone_from(&text));
                    table.checks.iter_mut().filter(|k| k.name == *constraint).for_each(|k| k.comment.clone_from(&text));
                    table
                        .exclusions
                        .iter_mut()
                        .filter(|k| k.name == *constraint)
                        .for_each(|k| k.comment.clone_from(&text));
                }
            }
            CommentTarget::Type { name, domain } => {
                let Some(key) = self.find_type(name) else {
                    return self.no_such_type::<()>(name).map(|_| Effect::Carried);
                };
                if *domain && !self.catalog.domains.contains_key(&key) {
                    let message = format!("\"{}\" is not a domain", super::lookup::written(name));
                    return Err(self.refuse(IssueKind::InvalidType, "42809", message).at(name.span));
                }
                if let Some(found) = self.enum_mut(&key) {
                    found.comment = text;
                } else if let Some(found) = self.domain_mut(&key) {
                    found.comment = text;
                } else if let Some(found) = self.composite_mut(&key) {
                    found.comment = text;
                }
            }
            CommentTarget::Schema(name) => match self.schema_mut(name) {
                Some(schema) => schema.comment = text,
                None => return Err(self.missing_schema(name, self.now)),
            },
            CommentTarget::Extension(name) => {
                if let Some(extension) = self.extension_mut(name) {
                    extension.comment = text;
                }
            }
            CommentTarget::Function(routine) => {
                let Some(function) = self.find_routine(routine)? else { return Ok(Effect::Carried) };
                let (key, arguments) = (function.name.clone(), function.arguments.clone());
                let place = self.catalog.functions.iter().position(|f| f.name == key && f.arguments == arguments);
                if let Some(function) = place.and_then(|p| self.function_mut(p)) {
                    function.comment = text;
                }
            }
            CommentTarget::Trigger { table, trigger } => {
                let Some(key) = self.commented_on(table)? else { return Ok(Effect::Carried) };
                let exists = self.triggers_of(&key).iter().any(|t| t.name == *trigger)
                    || self.inherited_trigger(&key, trigger).is_some();
                if !exists {
                    let message = format!("trigger \"{trigger}\" for table \"{}\" does not exist", key.name);
                    let refusal = self.refuse(IssueKind::UnknownObject, "42704", message).at(table.span);
                    return Err(refusal.of(ObjectRef::part(ObjectKind::Trigger, &key, trigger)));
                }
                if let Some(triggers) = self.triggers_mut(&key) {
                    triggers.iter_mut().filter(|t| t.name == *trigger).for_each(|t| t.comment.clone_from(&text));
                }
            }
            CommentTarget::Policy { table, policy } => {
                let Some(key) = self.commented_on(table)? else { return Ok(Effect::Carried) };
                if !self.table(&key).is_some_and(|t| t.policies.iter().any(|p| p.name == *policy)) {
                    return Err(self.missing_policy(&key, policy, table.span));
                }
                if let Some(table) = self.table_mut(&key) {
                    table.policies.iter_mut().filter(|p| p.name == *policy).for_each(|p| p.comment.clone_from(&text));
                }
            }
            CommentTarget::Other { .. } => return Ok(Effect::Carried),
        }
        Ok(Effect::Applied)
    }

    /// The relation whose part has the comment.
    fn commented_on(&self, name: &Name) -> Ran<Option<QualifiedName>> {
        match self.find_relation(name) {
            Found::Is(key, _) => Ok(Some(key)),
            Found::Outside => Ok(None),
            Found::Missing => Err(self.missing_relation(name, "relation")),
        }
    }

    fn comment_on_relation(&mut self, key: &QualifiedName, relation: &Relation, text: Option<String>) {
        match relation {
            Relation::Table => {
                if let Some(table) = self.table_mut(key) {
                    table.comment = text;
                }
            }
            Relation::View => {
                if let Some(view) = self.view_mut(key) {
                    view.comment = text;
                }
            }
            Relation::Sequence => {
                if let Some(sequence) = self.sequence_mut(key) {
                    sequence.comment = text;
                }
            }
            Relation::Composite => {
                if let Some(composite) = self.composite_mut(key) {
                    composite.comment = text;
                }
            }
            Relation::Index { of, .. } => {
                if let Some(table) = self.table_mut(of) {
                    let keys = table.primary_key.iter_mut().chain(&mut table.uniques);
                    let of_keys = keys.map(|k| (&k.name, &mut k.index_comment));
                    let of_exclusions = table.exclusions.iter_mut().map(|e| (&e.name, &mut e.index_comment));
                    if let Some((_, comment)) = of_keys.chain(of_exclusions).find(|(name, _)| **name == key.name) {
                        *comment = text;
                        return;
                    }
                }
                let indexes = if self.catalog.tables.contains_key(of) {
                    self.table_mut(of).map(|t| &mut t.indexes)
                } else {
                    self.view_mut(of).map(|v| &mut v.indexes)
                };
                if let Some(index) = indexes.and_then(|i| i.iter_mut().find(|i| i.name == key.name)) {
                    index.comment = text;
                }
            }
        }
    }

    fn comment_on_column(&mut self, relation: &Name, column: &str, text: Option<String>) -> Ran {
        let key = match self.find_relation(relation) {
            Found::Is(key, _) => key,
            Found::Outside => return Ok(Effect::Carried),
            Found::Missing => return Err(self.missing_relation(relation, "relation")),
        };
        if let Some(table) = self.table(&key) {
            if self.lacks_column(table, column) {
                return Err(self.missing_column(table, column, Some(relation.span)));
            }
            if let Some(column) = self.table_mut(&key).and_then(|t| t.column_mut(column)) {
                column.comment = text;
            }
        } else if self.columns_of_relation(&key).is_some_and(|columns| !columns.iter().any(|c| c == column)) {
            let message = format!("column \"{column}\" of relation \"{}\" does not exist", key.name);
            let refusal = self.refuse(IssueKind::UnknownColumn, "42703", message).at(relation.span);
            return Err(refusal.of(ObjectRef::part(ObjectKind::Column, &key, column)));
        } else if let Some(view) = self.view_mut(&key)
            && let Known::Known(columns) = &mut view.columns
        {
            columns.iter_mut().filter(|c| c.name == column).for_each(|c| c.comment.clone_from(&text));
        }
        Ok(Effect::Applied)
    }
}
