//! DROP: the things named and what goes with them, or the refusal because something else depends on them.
//!
//! As `performMultipleDeletions` (src/backend/catalog/dependency.c): the whole set is found first; what depends on it by a normal dependency and is
//! not part of it refuses the statement, unless CASCADE was written.

use std::collections::HashSet;

use super::IssueKind;
use super::dependencies::{How, Thing};
use super::lookup::Found;
use super::refusal::{Effect, Ran, Refusal};
use super::state::{Relation, State};
use crate::ddl::{DropTarget, Name, RelationKind, Routine};
use crate::model::{FunctionKind, Known, ObjectKind, ObjectRef, Persistence, QualifiedName, TypeName};
use crate::source::Span;

impl State {
    pub(super) fn drop_objects(
        &mut self,
        what: &DropTarget,
        if_exists: bool,
        cascade: bool,
        concurrently: bool,
    ) -> Ran {
        if concurrently {
            self.check_concurrent_drop(what, cascade)?;
            self.needs_no_transaction("DROP INDEX CONCURRENTLY")?;
        }
        let mut roots = Vec::new();
        match what {
            DropTarget::Relations { kind, names } => {
                for name in names {
                    roots.extend(self.relation_to_drop(*kind, name, if_exists)?);
                }
            }
            DropTarget::Types { names, domain } => {
                for name in names {
                    roots.extend(self.type_to_drop(name, *domain, if_exists)?);
                }
            }
            DropTarget::Schemas(names) => {
                for (name, span) in names {
                    if self.catalog.schemas.contains_key(name) {
                        roots.push(Thing::Schema(name.clone()));
                    } else if !if_exists && !super::lookup::is_system_schema(name) {
                        return Err(self.missing_schema(name, *span));
                    }
                }
            }
            DropTarget::Extensions(names) => {
                for (name, span) in names {
                    if self.catalog.extensions.contains_key(name) {
                        roots.push(Thing::Extension(name.clone()));
                    } else if !if_exists && name != "plpgsql" {
                        let message = format!("extension \"{name}\" does not exist");
                        return Err(Refusal::new(IssueKind::UnknownObject, "42704", message)
                            .at(*span)
                            .of(ObjectRef::bare(ObjectKind::Extension, name))
                            .uncertain_if(!self.knows_all));
                    }
                }
            }
            DropTarget::Functions(routines) => {
                for routine in routines {
                    roots.extend(self.function_to_drop(routine, if_exists)?);
                }
            }
            DropTarget::Trigger { name, table } => roots.extend(self.trigger_to_drop(name, table, if_exists)?),
            DropTarget::Policy { name, table } => roots.extend(self.policy_to_drop(name, table, if_exists)?),
            DropTarget::Rule { name, table } => {
                let key = self.relation_of_name(table);
                let is = |o: &&crate::model::OpaqueObject| {
                    o.what == "rule" && o.name == *name && o.on.as_ref().map(|(_, on)| on) == key.as_ref()
                };
                if self.catalog.opaque.iter().any(|o| is(&o)) {
                    roots.push(Thing::Opaque("rule".into(), name.clone(), key));
                } else if let Some(key) = key.filter(|_| !if_exists && name != "_RETURN") {
                    let message = format!("rule \"{name}\" for relation \"{}\" does not exist", key.name);
                    let refusal = self.refuse(IssueKind::UnknownObject, "42704", message).at(table.span);
                    roots.extend(gone_either_way(refusal)?);
                }
            }
            DropTarget::Roles(names) => {
                for name in names {
                    self.remove_role(name);
                }
                return Ok(Effect::Carried);
            }
            DropTarget::Opaque { what, names } => {
                for name in names {
                    if self.catalog.opaque.iter().any(|o| o.what == *what && o.name == name.name) {
                        roots.push(Thing::Opaque(what.clone(), name.name.clone(), None));
                    } else if !if_exists && matches!(what.as_str(), "publication" | "event trigger") {
                        let message = format!("{what} \"{}\" does not exist", name.name);
                        let refusal = Refusal::new(IssueKind::UnknownObject, "42704", message).at(name.span);
                        roots.extend(gone_either_way(refusal.uncertain_if(!self.knows_all))?);
                    }
                }
            }
        }
        if roots.is_empty() {
            return Ok(Effect::Carried);
        }
        self.drop_things(roots, cascade, None)?;
        Ok(Effect::Applied)
    }

    fn check_concurrent_drop(&self, what: &DropTarget, cascade: bool) -> Ran<()> {
        let DropTarget::Relations { kind: RelationKind::Index, names } = what else { return Ok(()) };
        let partitioned = names.iter().find(|name| match self.find_relation(name) {
            // What is the session's own is not dropped concurrently, whatever is written.
            Found::Is(_, Relation::Index { of, .. }) => {
                self.is_partitioned(&of) && self.table(&of).is_some_and(|t| t.persistence != Persistence::Temporary)
            }
            _ => false,
        });
        let message = if names.len() > 1 {
            "DROP INDEX CONCURRENTLY does not support dropping multiple objects".to_owned()
        } else if cascade {
            "DROP INDEX CONCURRENTLY does not support CASCADE".to_owned()
        } else if let Some(name) = partitioned {
            format!("cannot drop partitioned index \"{}\" concurrently", name.name)
        } else {
            return Ok(());
        };
        Err(self.refuse(IssueKind::InvalidDefinition, "0A000", message))
    }

    /// Drops things with all that goes with them.
    pub(super) fn drop_things(&mut self, roots: Vec<Thing>, cascade: bool, span: Option<Span>) -> Ran<()> {
        let set = self.plan_drop(roots, cascade).map_err(|r| r.at_opt(span))?;
        // Dependents first, so that gravestones stand in the order in which things go.
        for thing in set.iter().rev() {
            self.erase(thing);
        }
        Ok(())
    }

    /// The whole set to drop, each thing after what it depends on.
    fn plan_drop(&self, roots: Vec<Thing>, cascade: bool) -> Ran<Vec<Thing>> {
        let first = roots.first().cloned();
        let count = roots.len();
        let mut set = roots;
        let mut seen: HashSet<Thing> = set.iter().cloned().collect();
        let mut blocking: Vec<(Thing, Thing)> = Vec::new();
        let mut at = 0;
        while at < set.len() {
            let thing = set[at].clone();
            at += 1;
            for (dependent, how) in self.dependents_of(&thing) {
                if seen.contains(&dependent) {
                    continue;
                }
                if how == How::Normal && !cascade {
                    blocking.push((thing.clone(), dependent));
                    continue;
                }
                seen.insert(dependent.clone());
                set.push(dependent);
            }
        }
        let stays = blocking.into_iter().find(|(_, d)| !seen.contains(d) && !self.owner_in(d, &seen));
        let (Some((_, dependent)), Some(first)) = (stays, first) else { return Ok(set) };
        let message = if count > 1 {
            "cannot drop desired object(s) because other objects depend on them".to_owned()
        } else {
            format!("cannot drop {} because other objects depend on it", self.describe(&first))
        };
        let _ = dependent;
        Err(Refusal::new(IssueKind::DependentObjects, "2BP01", message)
            .of_opt(object_of(&first))
            .uncertain_if(!self.knows_all))
    }

    /// Whether a part's table or column is in the set, so that the part goes with it.
    fn owner_in(&self, part: &Thing, seen: &HashSet<Thing>) -> bool {
        match part {
            Thing::Column(t, _)
            | Thing::Constraint(t, _)
            | Thing::Index(t, _)
            | Thing::Policy(t, _)
            | Thing::Trigger(t, _) => seen.contains(&Thing::Table(t.clone())) || seen.contains(&Thing::View(t.clone())),
            Thing::Default(t, c) => {
                seen.contains(&Thing::Table(t.clone())) || seen.contains(&Thing::Column(t.clone(), c.clone()))
            }
            _ => false,
        }
    }

    /// A thing in the server's words (`getObjectDescription`).
    pub(super) fn describe(&self, thing: &Thing) -> String {
        let shown = |q: &QualifiedName| {
            if self.searched().any(|s| s == q.schema) { q.name.clone() } else { format!("{}.{}", q.schema, q.name) }
        };
        match thing {
            Thing::Table(q) => format!("table {}", shown(q)),
            Thing::View(q) => {
                let materialized = self.catalog.views.get(q).is_some_and(|v| v.materialized);
                format!("{} {}", if materialized { "materialized view" } else { "view" }, shown(q))
            }
            Thing::Sequence(q) => format!("sequence {}", shown(q)),
            Thing::Type(q) => format!("type {}", shown(q)),
            Thing::Column(q, c) => format!("column {c} of table {}", shown(q)),
            Thing::Default(q, c) => format!("default value for column {c} of table {}", shown(q)),
            Thing::Constraint(q, c) => format!("constraint {c} on table {}", shown(q)),
            Thing::Index(_, i) => format!("index {i}"),
            Thing::Policy(q, p) => format!("policy {p} on table {}", shown(q)),
            Thing::Trigger(q, t) => format!("trigger {t} on table {}", shown(q)),
            Thing::Function(q, arguments) => {
                let types: Vec<String> = arguments.iter().map(ToString::to_string).collect();
                format!("function {}({})", shown(q), types.join(","))
            }
            Thing::Schema(s) => format!("schema {s}"),
            Thing::Extension(e) => format!("extension {e}"),
            Thing::Opaque(what, name, _) => format!("{what} {name}"),
        }
    }

    fn relation_to_drop(&self, kind: RelationKind, name: &Name, if_exists: bool) -> Ran<Option<Thing>> {
        let (key, relation) = match self.find_relation(name) {
            Found::Is(key, relation) => (key, relation),
            Found::Outside => return Ok(None),
            Found::Missing if if_exists => return Ok(None),
            Found::Missing => {
                let mut refusal = self.missing_relation(name, State::kind_word(kind));
                if kind == RelationKind::Index {
                    refusal.code = "42704";
                }
                return gone_either_way(refusal);
            }
        };
        let wrong = |a: &str| {
            Err(Refusal::new(IssueKind::InvalidReference, "42809", format!("\"{}\" is not {a}", key.name))
                .at(name.span)
                .uncertain_if(!self.knows_all))
        };
        let materialized = self.catalog.views.get(&key).is_some_and(|v| v.materialized);
        match (kind, relation) {
            (RelationKind::Table | RelationKind::ForeignTable, Relation::Table) => Ok(Some(Thing::Table(key))),
            (RelationKind::View, Relation::View) if !materialized => Ok(Some(Thing::View(key))),
            (RelationKind::MaterializedView, Relation::View) if materialized => Ok(Some(Thing::View(key))),
            (RelationKind::Sequence, Relation::Sequence) => self.sequence_to_drop(key, name.span).map(Some),
            (RelationKind::Index, Relation::Index { of, .. }) => self.index_to_drop(&of, &key, name.span).map(Some),
            (RelationKind::Table, _) => wrong("a table"),
            (RelationKind::ForeignTable, _) => wrong("a foreign table"),
            (RelationKind::View, _) => wrong("a view"),
            (RelationKind::MaterializedView, _) => wrong("a materialized view"),
            (RelationKind::Sequence, _) => wrong("a sequence"),
            (RelationKind::Index, _) => wrong("an index"),
            (RelationKind::Composite, _) => Ok(None),
        }
    }

    fn sequence_to_drop(&self, key: QualifiedName, span: Span) -> Ran<Thing> {
        let sequence = self.catalog.sequences.get(&key);
        if let Some((table, column)) = sequence.filter(|s| s.identity).and_then(|s| s.owned_by.as_ref()) {
            let message = format!(
                "cannot drop sequence {} because column {column} of table {} requires it",
                key.name, table.name
            );
            return Err(Refusal::new(IssueKind::DependentObjects, "2BP01", message)
                .at(span)
                .uncertain_if(!self.knows_all));
        }
        Ok(Thing::Sequence(key))
    }

    fn index_to_drop(&self, table: &QualifiedName, index: &QualifiedName, span: Span) -> Ran<Thing> {
        if let Some(found) = self.table(table)
            && self.has_constraint(found, &index.name)
        {
            let message = format!(
                "cannot drop index {} because constraint {} on table {} requires it",
                index.name, index.name, table.name
            );
            return Err(Refusal::new(IssueKind::DependentObjects, "2BP01", message)
                .at(span)
                .of(ObjectRef::top(ObjectKind::Index, index))
                .uncertain_if(!self.knows_all));
        }
        let above = self
            .table(table)
            .and_then(|t| t.indexes.iter().find(|i| i.name == index.name))
            .and_then(|i| i.partition_of.as_ref());
        if let Some(above) = above {
            let message = format!("cannot drop index {} because index {} requires it", index.name, above.name);
            return Err(Refusal::new(IssueKind::DependentObjects, "2BP01", message)
                .at(span)
                .uncertain_if(!self.knows_all));
        }
        Ok(Thing::Index(table.clone(), index.name.clone()))
    }

    fn type_to_drop(&self, name: &Name, domain: bool, if_exists: bool) -> Ran<Option<Thing>> {
        let Some(key) = self.find_type(name) else {
            if if_exists {
                return Ok(None);
            }
            return gone_either_way(self.missing_type(name));
        };
        if domain && !self.catalog.domains.contains_key(&key) {
            return Err(Refusal::new(IssueKind::InvalidType, "42809", format!("\"{}\" is not a domain", key.name))
                .at(name.span));
        }
        if let Some(relation @ (Relation::Table | Relation::View)) = self.relations.get(&key) {
            let what = if *relation == Relation::Table { "table" } else { "view" };
            let message = format!("cannot drop type {} because {what} {} requires it", key.name, key.name);
            return Err(Refusal::new(IssueKind::DependentObjects, "2BP01", message)
                .at(name.span)
                .uncertain_if(!self.knows_all));
        }
        Ok(Some(Thing::Type(key)))
    }

    fn function_to_drop(&self, routine: &Routine, if_exists: bool) -> Ran<Option<Thing>> {
        let function = match self.routine(routine) {
            Ok(Some(function)) => function,
            Ok(None) => return Ok(None),
            // A schema that is not there has no function either.
            Err(refusal) if if_exists && matches!(refusal.code, "42883" | "3F000") => return Ok(None),
            Err(refusal) => return gone_either_way(refusal),
        };
        if function.kind == FunctionKind::Aggregate && routine.kind == Some(FunctionKind::Function) {
            let message = format!("\"{}\" is an aggregate function", routine.name.name);
            return Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(routine.name.span));
        }
        Ok(Some(Thing::Function(function.name.clone(), function.arguments.clone())))
    }

    fn trigger_to_drop(&self, name: &str, table: &Name, if_exists: bool) -> Ran<Option<Thing>> {
        let key = match self.find_relation(table) {
            Found::Is(key, _) => key,
            Found::Outside => return Ok(None),
            Found::Missing if if_exists => return Ok(None),
            Found::Missing => return gone_either_way(self.missing_relation(table, "relation")),
        };
        if self.triggers_of(&key).iter().any(|t| t.name == name) {
            return Ok(Some(Thing::Trigger(key, name.to_owned())));
        }
        if let Some(above) = self.inherited_trigger(&key, name) {
            let message = format!(
                "cannot drop trigger {name} on table {} because trigger {name} on table {} requires it",
                key.name, above.name
            );
            return Err(self.refuse(IssueKind::DependentObjects, "2BP01", message).at(table.span));
        }
        if if_exists {
            return Ok(None);
        }
        let message = format!("trigger \"{name}\" for table \"{}\" does not exist", key.name);
        let refusal = Refusal::new(IssueKind::UnknownObject, "42704", message)
            .at(table.span)
            .of(ObjectRef::part(ObjectKind::Trigger, &key, name))
            .uncertain_if(!self.knows_all);
        gone_either_way(refusal)
    }

    fn policy_to_drop(&self, name: &str, table: &Name, if_exists: bool) -> Ran<Option<Thing>> {
        let key = match self.find_relation(table) {
            Found::Is(key, _) => key,
            Found::Outside => return Ok(None),
            Found::Missing if if_exists => return Ok(None),
            Found::Missing => return gone_either_way(self.missing_relation(table, "relation")),
        };
        let exists = self.table(&key).is_some_and(|t| t.policies.iter().any(|p| p.name == name));
        if exists {
            return Ok(Some(Thing::Policy(key, name.to_owned())));
        }
        if if_exists {
            return Ok(None);
        }
        gone_either_way(self.missing_policy(&key, name, table.span))
    }

    pub(super) fn missing_policy(&self, table: &QualifiedName, name: &str, span: Span) -> Refusal {
        let message = format!("policy \"{name}\" for table \"{}\" does not exist", table.name);
        Refusal::new(IssueKind::UnknownObject, "42704", message)
            .at(span)
            .of(ObjectRef::part(ObjectKind::Policy, table, name))
            .uncertain_if(!self.knows_all)
    }

    pub(super) fn drop_column(&mut self, table: &QualifiedName, column: &str, flags: DropFlags, span: Span) -> Ran {
        let DropFlags { if_exists, cascade, only } = flags;
        let Some(found) = self.table(table) else { return Ok(Effect::Carried) };
        if found.column(column).is_none() {
            let missing = || gone_either_way(self.missing_column(found, column, Some(span)));
            return if if_exists { Ok(Effect::Carried) } else { missing().map(|_| Effect::Carried) };
        }
        if found.of_type.is_some() {
            let refusal = self.refuse(IssueKind::InvalidReference, "42809", "cannot drop column from typed table");
            return Err(refusal.at(span));
        }
        let problem = if self.inherits_column(found, column) {
            Some(format!("cannot drop inherited column \"{column}\""))
        } else if let Some(by) = self.partitioned_by(table, column) {
            Some(format!(
                "cannot drop column \"{column}\" because it is part of the partition key of relation \"{}\"",
                by.name
            ))
        } else {
            None
        };
        if let Some(message) = problem {
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42P16", message)
                .at(span)
                .uncertain_if(!self.knows_all));
        }
        if only {
            self.leave_column_to_children(table, column, span)?;
        }
        self.unpublish_column(table, column, cascade, span)?;
        self.drop_things(vec![Thing::Column(table.clone(), column.to_owned())], cascade, Some(span))?;
        Ok(Effect::Applied)
    }

    pub(super) fn drop_constraint(&mut self, table: &QualifiedName, name: &str, flags: DropFlags, span: Span) -> Ran {
        let DropFlags { if_exists, cascade, only } = flags;
        let Some(found) = self.table(table) else { return Ok(Effect::Carried) };
        if !self.has_constraint(found, name) {
            if if_exists {
                return Ok(Effect::Carried);
            }
            let unsure = !found.unknown_constraints.is_empty() || !self.knows_all;
            let message = format!("constraint \"{name}\" of relation \"{}\" does not exist", table.name);
            let refusal = Refusal::new(IssueKind::UnknownConstraint, "42704", message)
                .at(span)
                .of(ObjectRef::part(ObjectKind::Check, table, name))
                .uncertain_if(unsure);
            return gone_either_way(refusal).map(|_| Effect::Carried);
        }
        let inherited = found.primary_key.iter().chain(&found.uniques).any(|k| k.name == name && k.inherited)
            || found.foreign_keys.iter().any(|k| k.name == name && k.inherited);
        let is_check = found.checks.iter().any(|c| c.name == name);
        if inherited && found.partition.is_some() || is_check && self.inherits_check(found, name) {
            let message = format!("cannot drop inherited constraint \"{name}\" of relation \"{}\"", table.name);
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42P16", message)
                .at(span)
                .uncertain_if(!self.knows_all));
        }
        if only && is_check {
            self.leave_check_to_children(table, name);
        }
        self.drop_things(vec![Thing::Constraint(table.clone(), name.to_owned())], cascade, Some(span))?;
        Ok(Effect::Applied)
    }
}

/// What is written around the name in ALTER TABLE … DROP.
#[derive(Clone, Copy)]
pub(super) struct DropFlags {
    pub(super) if_exists: bool,
    pub(super) cascade: bool,
    pub(super) only: bool,
}

impl Refusal {
    fn of_opt(self, object: Option<ObjectRef>) -> Self {
        match object {
            Some(object) => self.of(object),
            None => self,
        }
    }
}

/// What may not be there is not there afterwards, whether the server drops it or refuses to.
fn gone_either_way(refusal: Refusal) -> Ran<Option<Thing>> {
    if refusal.uncertain { Ok(None) } else { Err(refusal) }
}

/// The model's name of a thing.
pub(super) fn object_of(thing: &Thing) -> Option<ObjectRef> {
    Some(match thing {
        Thing::Table(q) => ObjectRef::top(ObjectKind::Table, q),
        Thing::View(q) => ObjectRef::top(ObjectKind::View, q),
        Thing::Sequence(q) => ObjectRef::top(ObjectKind::Sequence, q),
        Thing::Type(q) => ObjectRef::top(ObjectKind::Type, q),
        Thing::Column(q, c) => ObjectRef::part(ObjectKind::Column, q, c),
        Thing::Constraint(q, c) => ObjectRef::part(ObjectKind::Check, q, c),
        Thing::Index(q, i) => ObjectRef::top(ObjectKind::Index, &QualifiedName::new(&q.schema, i)),
        Thing::Policy(q, p) => ObjectRef::part(ObjectKind::Policy, q, p),
        Thing::Trigger(q, t) => ObjectRef::part(ObjectKind::Trigger, q, t),
        Thing::Function(q, _) => ObjectRef::top(ObjectKind::Function, q),
        Thing::Schema(s) => ObjectRef::bare(ObjectKind::Schema, s),
        Thing::Extension(e) => ObjectRef::bare(ObjectKind::Extension, e),
        Thing::Default(..) | Thing::Opaque(..) => return None,
    })
}

/// The known type of a column, for its gravestone.
pub(super) fn known_type(ty: &Known<TypeName>) -> Option<TypeName> {
    ty.known().cloned()
}
