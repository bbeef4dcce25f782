//! Permanent, unlogged and temporary tables, and which of them may refer to which (`ATPrepChangePersistence`, `DefineRelation` in
//! src/backend/commands/tablecmds.c).

use super::IssueKind;
use super::refusal::Ran;
use super::state::State;
use crate::model::{ObjectKind, ObjectRef, Persistence, QualifiedName, Table};
use crate::source::Span;

impl State {
    /// SET LOGGED and SET UNLOGGED.
    pub(super) fn set_persistence(&mut self, table: &QualifiedName, to: Persistence) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        let refuse = |message: String, about: &QualifiedName| {
            let refusal = self.refuse(IssueKind::InvalidDefinition, "42P16", message);
            Err(refusal.of(ObjectRef::top(ObjectKind::Table, about)))
        };
        if found.persistence == Persistence::Temporary {
            let message = format!("cannot change logged status of table \"{}\" because it is temporary", table.name);
            return refuse(message, table);
        }
        if found.persistence == to {
            return Ok(());
        }
        let name = &table.name;
        if to == Persistence::Permanent {
            let others = found.foreign_keys.iter().map(|k| &k.ref_table).filter(|other| *other != table);
            let unlogged =
                |other: &&QualifiedName| self.table(other).is_some_and(|t| t.persistence == Persistence::Unlogged);
            if let Some(other) = others.into_iter().find(unlogged) {
                let message = format!(
                    "could not change table \"{name}\" to logged because it references unlogged table \"{}\"",
                    other.name
                );
                return refuse(message, other);
            }
        } else {
            let others = self.tables_referring_to(table);
            let logged =
                |other: &&QualifiedName| self.table(other).is_some_and(|t| t.persistence == Persistence::Permanent);
            if let Some(other) = others.iter().find(logged) {
                let message = format!(
                    "could not change table \"{name}\" to unlogged because it references logged table \"{}\"",
                    other.name
                );
                return refuse(message, other);
            }
        }
        // A partitioned table has no storage, and stays what it is.
        if self.is_partitioned(table) {
            return Ok(());
        }
        if let Some(table) = self.table_mut(table) {
            table.persistence = to;
        }
        Ok(())
    }

    /// A permanent table has no temporary parent, and a temporary partition no permanent one.
    pub(super) fn check_parent_persistence(&self, parent: &Table, child: &Table, made: &str, span: Span) -> Ran<()> {
        let temporary = |table: &Table| table.persistence == Persistence::Temporary;
        let name = &parent.name.name;
        let message = match (temporary(parent), temporary(child), made) {
            (true, false, "") => format!("cannot inherit from temporary relation \"{name}\""),
            (true, false, made) => {
                format!("cannot {made} a permanent relation as partition of temporary relation \"{name}\"")
            }
            (false, true, made) if !made.is_empty() => {
                format!("cannot {made} a temporary relation as partition of permanent relation \"{name}\"")
            }
            _ => return Ok(()),
        };
        Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(span))
    }
}
