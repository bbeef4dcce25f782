//! Values that no statement may give, and conflicts that no index tells (`rewriteTargetListIU` in src/backend/rewrite/rewriteHandler.c,
//! `infer_arbiter_indexes` in src/backend/optimizer/util/plancat.c).

use super::IssueKind;
use super::indexes::column_of;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::{Arbiter, GivenTo, Write, WriteVerb};
use crate::model::{Column, Known, ObjectKind, ObjectRef, QualifiedName, Table};

impl State {
    /// An INSERT gives as many values as it names columns, and no more than the table has.
    pub(super) fn check_value_counts(&self, table: &Table, write: &Write) -> Ran<()> {
        let refuse = |code: &'static str, message: &str| {
            Err(self.refuse(IssueKind::InvalidDefinition, code, message).at(write.relation.span))
        };
        if let Some((code, message)) = &write.flaw {
            return refuse(code, message);
        }
        let is_beyond =
            |given: &crate::ddl::Given| matches!(given.to, GivenTo::Place(place) if place >= table.columns.len());
        if self.knows_columns(table) && write.given.iter().any(is_beyond) {
            return refuse("42601", "INSERT has more expressions than target columns");
        }
        Ok(())
    }

    /// What an INSERT or UPDATE gives the columns of a table.
    pub(super) fn check_given(&self, table: &QualifiedName, write: &Write) -> Ran<()> {
        let Some(found) = self.table(table).filter(|t| self.knows_columns(t)) else { return Ok(()) };
        for given in write.given.iter().filter(|given| !given.default) {
            let column = match &given.to {
                GivenTo::Column(name) => found.column(name),
                GivenTo::Place(place) => found.columns.get(*place),
            };
            let Some(column) = column.filter(|c| is_made_by_server(c, write.overriding)) else { continue };
            let message = match write.verb {
                WriteVerb::Insert => format!("cannot insert a non-DEFAULT value into column \"{}\"", column.name),
                _ => format!("column \"{}\" can only be updated to DEFAULT", column.name),
            };
            let refusal = self.refuse(IssueKind::InvalidDefinition, "428C9", message).at(write.relation.span);
            return Err(refusal.of(ObjectRef::part(ObjectKind::Column, table, &column.name)));
        }
        match &write.arbiter {
            Some(arbiter) => self.check_arbiter(found, arbiter),
            None => Ok(()),
        }
    }

    /// ON CONFLICT names a constraint that there is, or what some unique index is over.
    fn check_arbiter(&self, table: &Table, arbiter: &Arbiter) -> Ran<()> {
        if !table.unknown_constraints.is_empty() {
            return Ok(());
        }
        if let Some(name) = &arbiter.constraint {
            if self.has_constraint(table, name) {
                return Ok(());
            }
            let message = format!("constraint \"{name}\" for table \"{}\" does not exist", table.name.name);
            let refusal = self.refuse(IssueKind::UnknownConstraint, "42704", message).at(arbiter.span);
            return Err(refusal.of(ObjectRef::part(ObjectKind::Check, &table.name, name)));
        }
        if let Some(missing) = arbiter.columns.iter().find(|c| self.lacks_column(table, c)) {
            let message = format!("column \"{missing}\" does not exist");
            return Err(self.missing_column_as(table, missing, message).at(arbiter.span));
        }
        let same = |columns: &[&str]| {
            columns.iter().all(|c| arbiter.columns.iter().any(|a| a == c))
                && arbiter.columns.iter().all(|a| columns.contains(&a.as_str()))
        };
        let mut keys = table.primary_key.iter().chain(&table.uniques);
        let by_key = arbiter.expressions == 0
            && keys.any(|key| same(&key.columns.iter().map(String::as_str).collect::<Vec<_>>()));
        let by_index = table.indexes.iter().filter(|i| i.unique).any(|index| {
            let columns: Vec<&str> = index.keys.iter().filter_map(column_of).collect();
            // Whether expressions and conditions are the same ones is not looked at.
            let has_expressions = columns.len() < index.keys.len();
            let applies = index.predicate == Known::Known(None) || arbiter.predicate;
            applies && same(&columns) && has_expressions == (arbiter.expressions > 0)
        });
        // An exclusion constraint is named, or serves DO NOTHING without a target.
        if by_key || by_index {
            return Ok(());
        }
        let message = "there is no unique or exclusion constraint matching the ON CONFLICT specification";
        let refusal = Refusal::new(IssueKind::InvalidReference, "42P10", message).at(arbiter.span);
        Err(refusal.of(ObjectRef::top(ObjectKind::Table, &table.name)).uncertain_if(!self.knows_all))
    }
}

/// A generated column, or an identity column that is always the server's own unless the statement says otherwise.
fn is_made_by_server(column: &Column, overriding: bool) -> bool {
    let counts = column.identity.as_ref().is_some_and(|identity| identity.always);
    matches!(column.generated, Known::Known(Some(_))) || counts && !overriding
}
