//! What a statement would have made or taken away: what only fails because that statement failed is told from it.

use super::state::State;
use crate::ddl::{
    AlterAction, ConstraintDef, ConstraintKind, DropTarget, Op, RelationKind, RenameTarget, Statement, TableElement,
};
use crate::model::{ObjectKind, ObjectRef, QualifiedName};

/// Whether a statement only makes things, and takes nothing away.
pub(super) fn creates(op: &Op) -> bool {
    match op {
        Op::AlterTable { actions, .. } => {
            actions.iter().all(|action| matches!(action, AlterAction::AddColumn { .. } | AlterAction::AddConstraint(_)))
        }
        Op::CreateTable(_)
        | Op::CreateTableAs(_)
        | Op::CreateView(_)
        | Op::CreateSequence { .. }
        | Op::CreateEnum { .. }
        | Op::CreateDomain { .. }
        | Op::CreateComposite { .. }
        | Op::CreateFunction(_)
        | Op::CreateSchema { .. }
        | Op::CreateExtension { .. }
        | Op::CreateIndex(_)
        | Op::CreatePolicy(_)
        | Op::CreateTrigger(_) => true,
        _ => false,
    }
}

impl State {
    /// The objects that a statement would have touched by making, renaming or dropping them, as keys.
    pub(super) fn intents(&self, statement: &Statement) -> Vec<ObjectRef> {
        let mut made = Vec::new();
        match &statement.op {
            Op::CreateTable(def) => {
                let table = self.would_be(&def.name);
                made.push(ObjectRef::top(ObjectKind::Table, &table));
                for element in &def.elements {
                    match element {
                        TableElement::Column(column) => {
                            made.push(ObjectRef::part(ObjectKind::Column, &table, &column.name));
                            made.extend(column.constraints.iter().filter_map(|c| constraint(&table, c)));
                        }
                        TableElement::Constraint(c) => made.extend(constraint(&table, c)),
                        TableElement::Like { .. } => {}
                    }
                }
            }
            Op::CreateTableAs(def) => made.push(ObjectRef::top(ObjectKind::Table, &self.would_be(&def.name))),
            Op::CreateView(def) => made.push(ObjectRef::top(ObjectKind::Table, &self.would_be(&def.name))),
            Op::CreateSequence { name, .. } => made.push(ObjectRef::top(ObjectKind::Sequence, &self.would_be(name))),
            Op::CreateEnum { name, .. }
            | Op::AddEnumValue { name, .. }
            | Op::CreateDomain { name, .. }
            | Op::CreateComposite { name, .. } => made.push(ObjectRef::top(ObjectKind::Type, &self.would_be(name))),
            Op::CreateFunction(def) => made.push(ObjectRef::top(ObjectKind::Function, &self.would_be(&def.name))),
            Op::CreateSchema { name: Some(name), .. } => made.push(ObjectRef::bare(ObjectKind::Schema, name)),
            Op::CreateExtension { name, .. } => made.push(ObjectRef::bare(ObjectKind::Extension, name)),
            Op::CreateIndex(def) => {
                if let Some(name) = &def.name {
                    let table = self.would_be(&def.table);
                    made.push(ObjectRef::top(ObjectKind::Index, &QualifiedName::new(table.schema, name)));
                }
            }
            Op::CreatePolicy(def) => {
                made.push(ObjectRef::part(ObjectKind::Policy, &self.would_be(&def.table), &def.name))
            }
            Op::CreateTrigger(def) => {
                made.push(ObjectRef::part(ObjectKind::Trigger, &self.would_be(&def.table), &def.name))
            }
            Op::AlterTable { relation, actions, .. } => {
                let table = self.would_be(relation);
                for action in actions {
                    match action {
                        AlterAction::AddColumn { column, .. } => {
                            made.push(ObjectRef::part(ObjectKind::Column, &table, &column.name));
                            made.extend(column.constraints.iter().filter_map(|c| constraint(&table, c)));
                        }
                        AlterAction::DropColumn { name, .. } => {
                            made.push(ObjectRef::part(ObjectKind::Column, &table, name))
                        }
                        AlterAction::AddConstraint(c) => made.extend(constraint(&table, c)),
                        AlterAction::DropConstraint { name, .. } => {
                            made.push(ObjectRef::part(ObjectKind::Check, &table, name))
                        }
                        _ => {}
                    }
                }
            }
            Op::Rename { what, to, .. } => self.rename_intents(what, to, &mut made),
            Op::Drop { what, .. } => self.drop_intents(what, &mut made),
            _ => {}
        }
        made.iter().map(ObjectRef::name_key).collect()
    }

    fn rename_intents(&self, what: &RenameTarget, to: &str, made: &mut Vec<ObjectRef>) {
        let both = |kind: ObjectKind, from: QualifiedName, made: &mut Vec<ObjectRef>| {
            made.push(ObjectRef::top(kind, &QualifiedName::new(&from.schema, to)));
            made.push(ObjectRef::top(kind, &from));
        };
        match what {
            RenameTarget::Relation { kind, name } => {
                let object = if *kind == RelationKind::Index { ObjectKind::Index } else { ObjectKind::Table };
                both(object, self.would_be(name), made);
            }
            RenameTarget::Column { relation, column, .. } => {
                let table = self.would_be(relation);
                made.push(ObjectRef::part(ObjectKind::Column, &table, to));
                made.push(ObjectRef::part(ObjectKind::Column, &table, column));
            }
            RenameTarget::Constraint { relation, constraint, .. } => {
                let table = self.would_be(relation);
                made.push(ObjectRef::part(ObjectKind::Check, &table, to));
                made.push(ObjectRef::part(ObjectKind::Check, &table, constraint));
            }
            RenameTarget::Type { name, .. } => both(ObjectKind::Type, self.would_be(name), made),
            RenameTarget::Function(routine) => both(ObjectKind::Function, self.would_be(&routine.name), made),
            RenameTarget::Policy { table, policy } => {
                let table = self.would_be(table);
                made.push(ObjectRef::part(ObjectKind::Policy, &table, to));
                made.push(ObjectRef::part(ObjectKind::Policy, &table, policy));
            }
            _ => {}
        }
    }

    fn drop_intents(&self, what: &DropTarget, made: &mut Vec<ObjectRef>) {
        match what {
            DropTarget::Relations { kind, names } => {
                let object = match kind {
                    RelationKind::Index => ObjectKind::Index,
                    RelationKind::Sequence => ObjectKind::Sequence,
                    _ => ObjectKind::Table,
                };
                made.extend(names.iter().map(|n| ObjectRef::top(object, &self.would_be(n))));
            }
            DropTarget::Types { names, .. } => {
                made.extend(names.iter().map(|n| ObjectRef::top(ObjectKind::Type, &self.would_be(n))));
            }
            DropTarget::Functions(routines) => {
                made.extend(routines.iter().map(|r| ObjectRef::top(ObjectKind::Function, &self.would_be(&r.name))));
            }
            DropTarget::Trigger { name, table } => {
                made.push(ObjectRef::part(ObjectKind::Trigger, &self.would_be(table), name));
            }
            DropTarget::Policy { name, table } => {
                made.push(ObjectRef::part(ObjectKind::Policy, &self.would_be(table), name));
            }
            DropTarget::Schemas(names) => {
                made.extend(names.iter().map(|(n, _)| ObjectRef::bare(ObjectKind::Schema, n)));
            }
            _ => {}
        }
    }
}

fn constraint(table: &QualifiedName, def: &ConstraintDef) -> Option<ObjectRef> {
    let name = def.name.as_ref()?;
    let kind = match def.kind {
        ConstraintKind::ForeignKey { .. } => ObjectKind::ForeignKey,
        _ => ObjectKind::Check,
    };
    Some(ObjectRef::part(kind, table, name))
}
