//! Which triggers a relation may have, and those of a partitioned table on its partitions: the server makes a copy of each row trigger there
//! (`CreateTriggerFiringOn`, `CloneRowTriggersToPartition`), which the model does not hold.

use super::IssueKind;
use super::builtin::is_system_column;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::{CreateTrigger, TriggerTime};
use crate::model::{Column, Known, ObjectKind, ObjectRef, QualifiedName, TableKind, Trigger};

impl State {
    /// What a relation's kind excludes.
    pub(super) fn check_trigger(&self, relation: &QualifiedName, def: &CreateTrigger) -> Ran<()> {
        let is_a = |what: &str| {
            let message = format!("\"{}\" is a {what}", relation.name);
            Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(def.table.span))
        };
        let of_rows = def.transitions && def.row;
        match self.table(relation).map(|t| &t.kind) {
            Some(TableKind::Foreign { .. }) if def.constraint || def.transitions => return is_a("foreign table"),
            Some(TableKind::Foreign { .. }) if def.time == TriggerTime::InsteadOf => return is_a("foreign table"),
            Some(_) if def.time == TriggerTime::InsteadOf => return is_a("table"),
            Some(TableKind::Partitioned(_)) if of_rows => return is_a("partitioned table"),
            None if def.row && def.time != TriggerTime::InsteadOf => return is_a("view"),
            None if def.truncates || def.transitions => return is_a("view"),
            _ => {}
        }
        if let Some(found) = self.table(relation).filter(|_| of_rows) {
            let whose = if found.partition.is_some() {
                "partitions"
            } else if !found.inherits.is_empty() {
                "inheritance children"
            } else {
                ""
            };
            if !whose.is_empty() {
                let message = format!("ROW triggers with transition tables are not supported on {whose}");
                return Err(self.refuse(IssueKind::InvalidDefinition, "0A000", message).at(def.table.span));
            }
        }
        if let Some(flaw) = def.flaw {
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42P17", flaw).at(def.table.span));
        }
        let twice = |(place, column): (usize, &String)| def.columns[..place].contains(column);
        if let Some(place) = def.columns.iter().enumerate().position(twice) {
            let message = format!("column \"{}\" specified more than once", def.columns[place]);
            return Err(Refusal::new(IssueKind::DuplicateColumn, "42701", message).at(def.table.span));
        }
        self.check_condition(relation, def)?;
        self.check_trigger_name(relation, def)
    }

    /// What WHEN reads must be there; before the row is written, what is worked out of it is not.
    fn check_condition(&self, relation: &QualifiedName, def: &CreateTrigger) -> Ran<()> {
        let Some(found) = self.table(relation) else { return Ok(()) };
        for read in &def.condition {
            let row = if read.new { "new" } else { "old" };
            if let Some(column) = &read.column
                && self.lacks_column(found, column)
                && !is_system_column(column)
            {
                let message = format!("column {row}.{column} does not exist");
                return Err(self.missing_column_as(found, column, message).at(def.table.span));
            }
            if !read.new || def.time != TriggerTime::Before {
                continue;
            }
            let is_read = |name: &String| read.column.as_ref().is_none_or(|column| column == name);
            let generated = |c: &Column| is_read(&c.name) && matches!(c.generated, Known::Known(Some(_)));
            let what = if read.column.as_ref().is_some_and(|c| is_system_column(c) && found.column(c).is_none()) {
                "system"
            } else if found.columns.iter().any(generated) {
                "generated"
            } else {
                continue;
            };
            let message = format!("BEFORE trigger's WHEN condition cannot reference NEW {what} columns");
            return Err(self.refuse(IssueKind::InvalidDefinition, "42P17", message).at(def.table.span));
        }
        Ok(())
    }

    /// The name is free on the relation and, of a row trigger of a partitioned table, below it.
    fn check_trigger_name(&self, relation: &QualifiedName, def: &CreateTrigger) -> Ran<()> {
        if self.inherited_trigger(relation, &def.name).is_some() {
            if def.replace {
                let message = format!(
                    "trigger \"{}\" for relation \"{}\" is an internal or a child trigger",
                    def.name, relation.name
                );
                return Err(self.refuse(IssueKind::InvalidReference, "42710", message).at(def.table.span));
            }
            return Err(self.duplicate_trigger(relation, def));
        }
        let mut below = if def.row && !def.replace { self.partitions_of(relation) } else { Vec::new() };
        while let Some(partition) = below.pop() {
            if self.triggers_of(&partition).iter().any(|t| t.name == def.name) {
                return Err(self.duplicate_trigger(&partition, def));
            }
            below.extend(self.partitions_of(&partition));
        }
        Ok(())
    }

    pub(super) fn duplicate_trigger(&self, relation: &QualifiedName, def: &CreateTrigger) -> Refusal {
        let message = format!("trigger \"{}\" for relation \"{}\" already exists", def.name, relation.name);
        self.refuse(IssueKind::DuplicateObject, "42710", message).at(def.table.span).of(ObjectRef::part(
            ObjectKind::Trigger,
            relation,
            &def.name,
        ))
    }

    /// The partitioned table whose row trigger of this name a partition has a copy of.
    pub(super) fn inherited_trigger(&self, partition: &QualifiedName, name: &str) -> Option<QualifiedName> {
        let has = |above: &QualifiedName| self.triggers_of(above).iter().any(|t| t.name == name && is_for_rows(t));
        self.partitioned_above(partition).into_iter().find(has)
    }
}

fn is_for_rows(trigger: &Trigger) -> bool {
    trigger.definition.known().is_none_or(|text| {
        let words: Vec<String> = text.split_whitespace().map(str::to_ascii_lowercase).collect();
        let says = |wanted: &[&str]| words.windows(wanted.len()).any(|words| words == wanted);
        says(&["for", "each", "row"]) || says(&["for", "row"])
    })
}
