//! What a child has of its parents, by INHERITS and by partitioning: what only the parent may give up, and what ONLY may not leave out
//! (`ATPrepAddColumn`, `ATExecDropColumn`, `renameatt_internal` and the like in src/backend/commands/tablecmds.c).

use super::IssueKind;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::{AlterAction, ConstraintDef, ConstraintKind};
use crate::model::{Known, QualifiedName, Table};
use crate::source::Span;

impl State {
    /// A refusal that hangs on what the catalog holds.
    pub(super) fn refuse(&self, kind: IssueKind, code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal::new(kind, code, message).uncertain_if(!self.knows_all)
    }

    fn parents_of<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = &'a Table> {
        let above = table.inherits.iter().chain(table.partition.iter().map(|p| &p.parent));
        above.filter_map(|parent| self.table(parent))
    }

    /// How many parents have the column (`attinhcount`).
    fn parents_with_column(&self, table: &Table, column: &str) -> usize {
        self.parents_of(table).filter(|parent| parent.column(column).is_some()).count()
    }

    pub(super) fn inherits_column(&self, table: &Table, column: &str) -> bool {
        self.parents_with_column(table, column) > 0
    }

    /// Whether a parent hands down a check of this name (`coninhcount`).
    pub(super) fn inherits_check(&self, table: &Table, check: &str) -> bool {
        self.parents_of(table).any(|parent| parent.checks.iter().any(|c| c.name == check && !c.no_inherit))
    }

    /// The table and all below it.
    pub(super) fn lineage(&self, table: &QualifiedName) -> Vec<QualifiedName> {
        let mut lineage = vec![table.clone()];
        let mut at = 0;
        while at < lineage.len() {
            for child in self.children_of(&lineage[at]) {
                if !lineage.contains(&child) {
                    lineage.push(child);
                }
            }
            at += 1;
        }
        lineage
    }

    /// The tables below that lose a column with this one: it is not their own, and no other parent has it.
    pub(super) fn children_losing_column(&self, table: &QualifiedName, column: &str) -> Vec<QualifiedName> {
        let lineage = self.lineage(table);
        let mut losing = vec![table.clone()];
        // A child of several of them comes before some of its parents, perhaps.
        loop {
            let before = losing.len();
            for name in &lineage {
                let Some(child) = self.table(name).filter(|_| !losing.contains(name)) else { continue };
                let own = child.column(column).is_none_or(|c| !c.inherited);
                let above = self.parents_of(child).filter(|parent| parent.column(column).is_some());
                if !own && above.into_iter().all(|parent| losing.contains(&parent.name)) {
                    losing.push(name.clone());
                }
            }
            if losing.len() == before {
                losing.remove(0);
                return losing;
            }
        }
    }

    /// DROP COLUMN under ONLY: the children's column is their own from then on.
    pub(super) fn leave_column_to_children(&mut self, table: &QualifiedName, column: &str, span: Span) -> Ran<()> {
        if self.is_partitioned(table) && !self.children_of(table).is_empty() {
            let message = "cannot drop column from only the partitioned table when partitions exist";
            return Err(self.refuse(IssueKind::InvalidDefinition, "42P16", message).at(span));
        }
        for child in self.children_of(table) {
            if let Some(own) = self.table_mut(&child).and_then(|t| t.column_mut(column)) {
                own.inherited = false;
            }
        }
        Ok(())
    }

    /// DROP CONSTRAINT under ONLY, of a check.
    pub(super) fn leave_check_to_children(&mut self, table: &QualifiedName, check: &str) {
        for child in self.children_of(table) {
            if let Some(own) = self.table_mut(&child).and_then(|t| t.checks.iter_mut().find(|c| c.name == check)) {
                own.inherited = false;
            }
        }
    }

    /// Renaming a column goes through all children, so it must come from nowhere else.
    pub(super) fn check_column_rename(&self, table: &QualifiedName, column: &str, only: bool, span: Span) -> Ran<()> {
        let refuse = |message: String| Err(self.refuse(IssueKind::InvalidDefinition, "42P16", message).at(span));
        let lineage = self.lineage(table);
        if only && self.children_of(table).iter().any(|c| self.table(c).is_some_and(|t| t.column(column).is_some())) {
            return refuse(format!("inherited column \"{column}\" must be renamed in child tables too"));
        }
        let comes_from_elsewhere = |name: &QualifiedName| {
            self.table(name).filter(|t| t.column(column).is_some()).is_some_and(|t| {
                self.parents_of(t).any(|parent| {
                    parent.column(column).is_some() && (t.name == *table || !lineage.contains(&parent.name))
                })
            })
        };
        if lineage.iter().any(comes_from_elsewhere) {
            return refuse(format!("cannot rename inherited column \"{column}\""));
        }
        Ok(())
    }

    /// The same for a check constraint (`rename_constraint_internal`).
    pub(super) fn check_constraint_rename(&self, table: &Table, check: &str, only: bool, span: Span) -> Ran<()> {
        let Some(found) = table.checks.iter().find(|c| c.name == check) else { return Ok(()) };
        let message = if only && !found.no_inherit && !self.children_of(&table.name).is_empty() {
            format!("inherited constraint \"{check}\" must be renamed in child tables too")
        } else if self.inherits_check(table, check) {
            format!("cannot rename inherited constraint \"{check}\"")
        } else {
            return Ok(());
        };
        Err(self.refuse(IssueKind::InvalidDefinition, "42P16", message).at(span))
    }

    /// What an action may not do to one table of a lineage alone.
    pub(super) fn check_alone(&self, table: &QualifiedName, action: &AlterAction, only: bool) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        let children = self.children_of(table);
        let alone = only && !children.is_empty();
        let message = match action {
            AlterAction::DropExpression { .. } if alone => {
                "ALTER TABLE / DROP EXPRESSION must be applied to child tables too".to_owned()
            }
            AlterAction::DropExpression { column, .. } if self.inherits_column(found, column) => {
                "cannot drop generation expression from inherited column".to_owned()
            }
            AlterAction::AddColumn { column, .. }
                if column.identity.is_some()
                    && !children.is_empty()
                    && !(self.is_partitioned(table) && self.version.is_some_and(|v| v > 16)) =>
            {
                "cannot recursively add identity column to table that has child tables".to_owned()
            }
            AlterAction::AddColumn { .. } if alone => "column must be added to child tables too".to_owned(),
            AlterAction::SetType { column, .. } if self.inherits_column(found, column) => {
                format!("cannot alter inherited column \"{column}\"")
            }
            AlterAction::SetType { column, .. }
                if alone && children.iter().any(|c| self.table(c).is_some_and(|t| t.column(column).is_some())) =>
            {
                format!("type of inherited column \"{column}\" must be changed in child tables too")
            }
            AlterAction::AddConstraint(ConstraintDef {
                kind: ConstraintKind::Check { .. }, no_inherit: false, ..
            }) if alone => "constraint must be added to child tables too".to_owned(),
            AlterAction::SetNotNull { column } if alone && self.is_partitioned(table) => {
                if children.iter().all(|c| self.is_not_null(c, column)) {
                    return Ok(());
                }
                "constraint must be added to child tables too".to_owned()
            }
            AlterAction::AddConstraint(ConstraintDef { kind: ConstraintKind::PrimaryKey { columns, .. }, .. })
                if alone && self.is_partitioned(table) =>
            {
                let missing = columns.iter().any(|c| {
                    found.column(c).is_some_and(|own| own.not_null == Known::Known(false))
                        && !children.iter().all(|child| self.is_not_null(child, c))
                });
                if !missing {
                    return Ok(());
                }
                "constraint must be added to child tables too".to_owned()
            }
            AlterAction::DropNotNull { column }
                if found.partition.as_ref().is_some_and(|p| self.is_not_null(&p.parent, column)) =>
            {
                format!("column \"{column}\" is marked NOT NULL in parent table")
            }
            _ => return Ok(()),
        };
        Err(self.refuse(IssueKind::InvalidDefinition, "42P16", message))
    }

    fn is_not_null(&self, table: &QualifiedName, column: &str) -> bool {
        let column = self.table(table).and_then(|t| t.column(column));
        column.is_none_or(|c| c.not_null != Known::Known(false))
    }
}
