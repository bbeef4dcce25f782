//! Who owns what, as far as a migration that changes its role tells: SET ROLE and SET SESSION AUTHORIZATION.
//!
//! Only of roles that migrations made themselves, without SUPERUSER and never members of another, is it certain what they may not do. What the
//! connection's own role makes belongs to it; so does what existed before. Grants on objects are not followed: whoever is no owner may not
//! alter or drop, whatever was granted (`check_object_ownership`, src/backend/catalog/aclchk.c).

use std::collections::{HashMap, HashSet};

use super::IssueKind;
use super::lookup::Found;
use super::refusal::Ran;
use super::state::{Relation, State};
use crate::ddl::{AlterAction, DropTarget, Name, Op, Owned, RelationKind, RenameTarget, Routine, SchemaTarget};
use crate::model::{FunctionKind, Origin, QualifiedName, TableKind};
use crate::source::Span;

/// What is known of roles and owners.
#[derive(Clone, Debug, Default)]
pub(super) struct Privileges {
    /// Roles that may do no more than what they own lets them.
    plain: HashSet<String>,
    /// Roles that a role was made a member of.
    memberships: HashMap<String, Vec<String>>,
    /// Owners other than the connection's own role, by the statement that made the object.
    owners: HashMap<Span, String>,
    /// Some function runs with the rights of its owner: who runs what is not followed into it.
    has_definers: bool,
}

impl State {
    pub(super) fn role_made(&mut self, name: &str, plain: bool) {
        if plain {
            self.privileges.plain.insert(name.to_owned());
        }
    }

    pub(super) fn roles_gain(&mut self, names: &[String], granted: &[String]) {
        if granted.is_empty() {
            self.privileges.plain.retain(|role| !names.contains(role));
        }
        for name in names {
            self.privileges.memberships.entry(name.clone()).or_default().extend(granted.iter().cloned());
        }
    }

    /// A role and all that it is a member of.
    fn memberships_of(&self, role: &str) -> Vec<String> {
        let mut found = vec![role.to_owned()];
        let mut at = 0;
        while at < found.len() {
            for more in self.privileges.memberships.get(&found[at]).into_iter().flatten() {
                if !found.contains(more) {
                    found.push(more.clone());
                }
            }
            at += 1;
        }
        found
    }

    /// Who runs what is not known from here on.
    pub(super) fn forget_roles(&mut self) {
        self.privileges.plain.clear();
    }

    /// The current role, where it is one that may do little.
    pub(super) fn plain_role(&self) -> Option<String> {
        if self.privileges.plain.is_empty() || self.privileges.has_definers {
            return None;
        }
        let role = self.role("current_role");
        let is_plain = self.memberships_of(&role).iter().all(|role| self.privileges.plain.contains(role));
        is_plain.then_some(role)
    }

    /// What a statement makes belongs to the role that runs it.
    pub(super) fn own_what_is_made(&mut self) {
        if let Some(role) = self.plain_role() {
            let now = self.now;
            self.privileges.owners.entry(now).or_insert(role);
        }
    }

    /// CREATE SCHEMA … AUTHORIZATION
    pub(super) fn own_schema(&mut self, owner: &str) {
        let owner = self.meant_role(owner);
        self.privileges.owners.insert(self.now, owner);
    }

    /// A function that is made or altered with these words.
    pub(super) fn note_definer(&mut self, text: &str) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let is = |pair: &[&str]| pair[0].eq_ignore_ascii_case("security") && pair[1].starts_with(['d', 'D']);
        self.privileges.has_definers |= words.windows(2).any(is);
    }

    /// Refuses what only an owner may do.
    pub(super) fn check_privileges(&self, op: &Op) -> Ran<()> {
        let Some(role) = self.plain_role() else { return Ok(()) };
        match op {
            Op::AlterTable { relation, actions, .. } => {
                self.check_owns_relation(&role, relation, None)?;
                let owner = actions.iter().find_map(|a| match a {
                    AlterAction::Owner { role } => Some(role),
                    _ => None,
                });
                owner.map_or(Ok(()), |owner| self.check_gives(&role, owner))
            }
            Op::SetOwner { of, role: owner } => {
                match of {
                    Owned::Relation(name) => self.check_owns_relation(&role, name, None)?,
                    Owned::Routine(routine) => self.check_owns_routine(&role, routine)?,
                    Owned::Schema(_) | Owned::Other => {}
                }
                self.check_gives(&role, owner)
            }
            Op::Rename { what, .. } => match what {
                RenameTarget::Relation { name, .. }
                | RenameTarget::Column { relation: name, .. }
                | RenameTarget::Constraint { relation: name, .. } => self.check_owns_relation(&role, name, None),
                RenameTarget::Policy { table, .. } | RenameTarget::Trigger { table, .. } => {
                    self.check_owns_relation(&role, table, None)
                }
                RenameTarget::Function(routine) => self.check_owns_routine(&role, routine),
                RenameTarget::Opaque { what, name } => self.check_owns_opaque(&role, what, name),
                _ => Ok(()),
            },
            Op::SetSchema { what, .. } => match what {
                SchemaTarget::Relation { name, .. } => self.check_owns_relation(&role, name, None),
                SchemaTarget::Function(routine) => self.check_owns_routine(&role, routine),
                _ => Ok(()),
            },
            Op::AlterFunction(routine) => self.check_owns_routine(&role, routine),
            Op::AlterOpaque { what, name } => self.check_owns_opaque(&role, what, name),
            Op::CreateIndex(def) => self.check_owns_relation(&role, &def.table, None),
            Op::CreatePolicy(def) => self.check_owns_relation(&role, &def.table, None),
            Op::AlterPolicy { table, .. } => self.check_owns_relation(&role, table, None),
            Op::Drop { what, .. } => self.check_may_drop(&role, what),
            _ => Ok(()),
        }
    }

    fn check_may_drop(&self, role: &str, what: &DropTarget) -> Ran<()> {
        match what {
            DropTarget::Relations { names, .. } => {
                names.iter().try_for_each(|name| self.check_owns_relation(role, name, None))
            }
            DropTarget::Functions(routines) => {
                routines.iter().try_for_each(|routine| self.check_owns_routine(role, routine))
            }
            DropTarget::Policy { table, .. } | DropTarget::Trigger { table, .. } => {
                self.check_owns_relation(role, table, Some("relation"))
            }
            DropTarget::Opaque { what, names } => {
                names.iter().try_for_each(|name| self.check_owns_opaque(role, what, name))
            }
            _ => Ok(()),
        }
    }

    /// Whether what a statement made may belong to a role, or to the owner of its schema.
    fn owns(&self, role: &str, origin: &Origin, schema: &str) -> bool {
        let owner = |origin: &Origin| self.privileges.owners.get(&origin.created).map(String::as_str);
        let namespace = self.catalog.schemas.get(schema).and_then(|n| n.origin.as_ref());
        let roles = self.memberships_of(role);
        let is_own = |owner: Option<&str>| owner.is_some_and(|owner| roles.iter().any(|role| role == owner));
        is_own(owner(origin)) || namespace.is_some_and(|origin| is_own(owner(origin)))
    }

    fn check_owns_relation(&self, role: &str, name: &Name, word: Option<&str>) -> Ran<()> {
        let Found::Is(key, relation) = self.find_relation(name) else { return Ok(()) };
        let Some((origin, kind)) = self.owned(&key, &relation) else { return Ok(()) };
        if self.owns(role, origin, &key.schema) {
            return Ok(());
        }
        let word = word.unwrap_or(State::kind_word(kind));
        let message = format!("must be owner of {word} {}", key.name);
        Err(self.refuse(IssueKind::InvalidDefinition, "42501", message).at(name.span))
    }

    /// Where a relation's owner is written, and what messages call it.
    fn owned(&self, key: &QualifiedName, relation: &Relation) -> Option<(&Origin, RelationKind)> {
        Some(match relation {
            Relation::Table => {
                let table = self.table(key)?;
                let foreign = matches!(table.kind, TableKind::Foreign { .. });
                (&table.origin, if foreign { RelationKind::ForeignTable } else { RelationKind::Table })
            }
            Relation::View => {
                let view = self.catalog.views.get(key)?;
                (&view.origin, if view.materialized { RelationKind::MaterializedView } else { RelationKind::View })
            }
            Relation::Sequence => (&self.catalog.sequences.get(key)?.origin, RelationKind::Sequence),
            Relation::Index { of, .. } => (&self.table(of)?.origin, RelationKind::Index),
            Relation::Composite => return None,
        })
    }

    fn check_owns_routine(&self, role: &str, routine: &Routine) -> Ran<()> {
        let Ok(Some(function)) = self.find_routine(routine) else { return Ok(()) };
        if self.owns(role, &function.origin, &function.name.schema) {
            return Ok(());
        }
        let word = match function.kind {
            FunctionKind::Procedure => "procedure",
            FunctionKind::Aggregate => "aggregate",
            FunctionKind::Function | FunctionKind::Window => "function",
        };
        let message = format!("must be owner of {word} {}", function.name.name);
        Err(self.refuse(IssueKind::InvalidDefinition, "42501", message).at(routine.name.span))
    }

    fn check_owns_opaque(&self, role: &str, what: &str, name: &Name) -> Ran<()> {
        if what != "publication" {
            return Ok(());
        }
        let found = self.catalog.opaque.iter().find(|o| o.what == what && o.name == name.name);
        let Some(object) = found else { return Ok(()) };
        if self.owns(role, &object.origin, "") {
            return Ok(());
        }
        let message = format!("must be owner of {what} {}", name.name);
        Err(self.refuse(IssueKind::InvalidDefinition, "42501", message).at(name.span))
    }

    /// A role gives what it owns only to a role that it is a member of.
    fn check_gives(&self, role: &str, to: &str) -> Ran<()> {
        let to = self.meant_role(to);
        if self.memberships_of(role).contains(&to) {
            return Ok(());
        }
        let message = format!("must be member of role \"{to}\"");
        Err(self.refuse(IssueKind::InvalidDefinition, "42501", message))
    }

    fn meant_role(&self, written: &str) -> String {
        match written {
            "current_role" | "current_user" | "session_user" => self.role(written),
            name => name.to_owned(),
        }
    }

    /// OWNER TO
    pub(super) fn set_owner_of(&mut self, of: &Owned, role: &str) {
        let created = match of {
            Owned::Relation(name) => match self.find_relation(name) {
                Found::Is(key, relation) => self.owned(&key, &relation).map(|(origin, _)| origin.created),
                _ => None,
            },
            Owned::Routine(routine) => self.find_routine(routine).ok().flatten().map(|f| f.origin.created),
            Owned::Schema(name) => {
                let made = self.catalog.schemas.get(name).and_then(|schema| schema.origin.as_ref());
                let made = made.map(|origin| origin.created);
                if made.is_none() {
                    // Its owner may drop all that is in it.
                    self.forget_roles();
                }
                made
            }
            Owned::Other => None,
        };
        let role = self.meant_role(role);
        if let Some(created) = created {
            self.privileges.owners.insert(created, role);
        }
    }
}
