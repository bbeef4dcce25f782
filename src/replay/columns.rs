//! What ALTER TABLE does to columns.

use super::IssueKind;
use super::plpgsql::{integrity, row_changes};
use super::refusal::{Effect, Ran, Refusal};
use super::sequence_bounds::changed;
use super::state::State;
use super::tables::stored_default;
use crate::ddl::{ColumnDef, IdentityDef};
use crate::model::{Column, Expr, Known, ObjectKind, ObjectRef, QualifiedName, SequenceOptions, TypeName};
use crate::source::Span;

impl State {
    pub(super) fn add_column(&mut self, table: &QualifiedName, def: &ColumnDef, if_not_exists: bool) -> Ran {
        let Some(found) = self.table(table) else { return Ok(Effect::Carried) };
        if found.column(&def.name).is_some() {
            if if_not_exists {
                return Ok(Effect::Carried);
            }
            return Err(self.duplicate_column(table, &def.name, def.span));
        }
        if found.partition.is_some() {
            return Err(
                Refusal::new(IssueKind::InvalidDefinition, "42809", "cannot add column to a partition").at(def.span)
            );
        }
        if found.of_type.is_some() {
            let refusal = self.refuse(IssueKind::InvalidReference, "42809", "cannot add column to typed table");
            return Err(refusal.at(def.span));
        }
        self.check_column_count(found.columns.len() + 1, def.span)?;
        self.check_rows_take(table, def)?;
        self.expand_stars_over(table);
        let column = self.build_column(table, def)?;
        if let Some(found) = self.table(table) {
            if let Some(ty) = column.ty.known() {
                self.check_no_member_of_itself(table, ty, def.span)?;
            }
            if let Known::Known(Some(generated)) = &column.generated {
                self.check_generated(found, &column.name, generated)?;
            }
            let has_value = matches!(column.default, Known::Known(Some(_)))
                || matches!(column.generated, Known::Known(Some(_)))
                || column.identity.is_some();
            if has_value {
                self.check_row_type_unused(found, def.span)?;
            }
        }
        self.check_added_default(table, &column)?;
        self.push_column(table, column.clone());
        self.check_generated_immutable(table)?;
        row_changes::column_added(self, table, &column.name);
        integrity::judge_new_column(self, table, &column.name)?;
        self.column_to_children(table, &column, def.span)?;
        self.add_constraints(table, def.constraints.clone(), false)?;
        Ok(Effect::Applied)
    }

    pub(super) fn duplicate_column(&self, table: &QualifiedName, column: &str, span: Span) -> Refusal {
        Refusal::new(
            IssueKind::DuplicateColumn,
            "42701",
            format!("column \"{column}\" of relation \"{}\" already exists", table.name),
        )
        .at(span)
        .of(ObjectRef::part(ObjectKind::Column, table, column))
        .uncertain_if(!self.knows_all)
    }

    fn push_column(&mut self, table: &QualifiedName, column: Column) {
        self.add_to_table(table, |table| table.columns.push(column));
    }

    fn column_to_children(&mut self, table: &QualifiedName, column: &Column, span: Span) -> Ran<()> {
        for child in self.children_of(table) {
            let own = self.table(&child).and_then(|t| t.column(&column.name));
            if let (Some(ty), Some(wanted)) = (own.and_then(|c| c.ty.known()), column.ty.known())
                && ty != wanted
            {
                let message =
                    format!("child table \"{}\" has different type for column \"{}\"", child.name, column.name);
                return Err(self.refuse(IssueKind::InvalidType, "42804", message).at(span));
            }
            if own.is_none() {
                let copy = Column { inherited: true, identity: None, ..column.clone() };
                self.expand_stars_over(&child);
                self.push_column(&child, copy);
            }
            self.column_to_children(&child, column, span)?;
        }
        Ok(())
    }

    /// Runs `change` on a column and on the same column of all children; refuses when there is none.
    pub(super) fn alter_column(
        &mut self,
        table: &QualifiedName,
        column: &str,
        change: &dyn Fn(&mut Column),
    ) -> Ran<()> {
        self.alter_column_of(table, column, false, change)
    }

    /// The same, or under ONLY on the table's column alone.
    fn alter_column_of(
        &mut self,
        table: &QualifiedName,
        column: &str,
        only: bool,
        change: &dyn Fn(&mut Column),
    ) -> Ran<()> {
        let now = self.now;
        let Some(found) = self.table(table) else { return Ok(()) };
        if found.column(column).is_none() {
            return Err(self.missing_column(found, column, None));
        }
        if let Some(table) = self.table_mut(table) {
            if let Some(column) = table.column_mut(column) {
                change(column);
                column.origin.touch(now);
            }
            table.origin.touch(now);
        }
        for child in if only { Vec::new() } else { self.children_of(table) } {
            if self.table(&child).is_some_and(|t| t.column(column).is_some()) {
                self.alter_column(&child, column, change)?;
            }
        }
        Ok(())
    }

    pub(super) fn set_not_null(&mut self, table: &QualifiedName, column: &str, not_null: bool) -> Ran<()> {
        self.set_not_null_on(table, column, not_null, false)
    }

    /// `only` leaves children as they are.
    pub(super) fn set_not_null_on(
        &mut self,
        table: &QualifiedName,
        column: &str,
        not_null: bool,
        only: bool,
    ) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        if let Some(old) = found.column(column)
            && !not_null
        {
            if found.primary_key.as_ref().is_some_and(|k| k.columns.iter().any(|c| c == column)) {
                let message = format!("column \"{column}\" is in a primary key");
                return Err(Refusal::new(IssueKind::InvalidDefinition, "42P16", message).uncertain_if(!self.knows_all));
            }
            if old.identity.is_some() {
                let message = format!("column \"{column}\" of relation \"{}\" is an identity column", table.name);
                return Err(Refusal::new(IssueKind::InvalidDefinition, "42601", message).uncertain_if(!self.knows_all));
            }
        }
        if !not_null && !only {
            for child in self.lineage(table) {
                let Some(below) = self.table(&child).filter(|t| t.name != *table) else { continue };
                let message = if below.column(column).is_some_and(|c| c.identity.is_some()) {
                    format!("column \"{column}\" of relation \"{}\" is an identity column", child.name)
                } else if below.primary_key.as_ref().is_some_and(|k| k.columns.iter().any(|c| c == column)) {
                    format!("column \"{column}\" is in a primary key")
                } else {
                    continue;
                };
                return Err(self.refuse(IssueKind::InvalidDefinition, "42P16", message));
            }
        }
        if not_null {
            self.check_rows_not_null(table, column)?;
        }
        self.alter_column_of(table, column, only, &|c| c.not_null = Known::Known(not_null))
    }

    pub(super) fn set_default(
        &mut self,
        table: &QualifiedName,
        column: &str,
        expr: Option<&Expr>,
        only: bool,
    ) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        let Some(old) = found.column(column) else { return Err(self.missing_column(found, column, None)) };
        let what = match old.generated.known() {
            Some(Some(_)) => Some("a generated column"),
            _ if old.identity.is_some() => Some("an identity column"),
            _ => None,
        };
        if let Some(what) = what {
            let message = format!("column \"{column}\" of relation \"{}\" is {what}", table.name);
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42601", message).uncertain_if(!self.knows_all));
        }
        let ty = old.ty.known().cloned();
        if let Some(expr) = expr {
            self.check_default(column, ty.as_ref(), expr)?;
        }
        let default = expr.and_then(|e| stored_default(&self.catalog, ty.as_ref(), e));
        self.alter_column_of(table, column, only, &|c| c.default = Known::Known(default.clone()))
    }

    /// What a default calls must exist, and what it gives must fit the column.
    pub(super) fn check_default(&mut self, column: &str, ty: Option<&TypeName>, expr: &Expr) -> Ran<()> {
        self.check_default_names(&expr.sql, expr.span)?;
        self.check_regclasses(expr)?;
        self.check_functions(&expr.sql, expr.span)?;
        let Some(ty) = ty else { return Ok(()) };
        self.check_default_literal(ty, expr)?;
        let given = self.type_of_default(expr).flatten();
        if let Some(from) = given
            && self.assignable(&from, ty) == Some(false)
        {
            let message = format!("column \"{column}\" is of type {ty} but default expression is of type {from}");
            return Err(Refusal::new(IssueKind::InvalidType, "42804", message)
                .at(expr.span)
                .uncertain_if(!self.knows_all));
        }
        Ok(())
    }

    /// The type that a default has by itself. `Some(None)` is a constant that takes the column's.
    pub(super) fn type_of_default(&self, expr: &Expr) -> Option<Option<TypeName>> {
        self.type_of_simple(expr).or_else(|| self.type_of_value(&expr.sql))
    }

    pub(super) fn add_identity(&mut self, table: &QualifiedName, column: &str, def: &IdentityDef) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        let Some(old) = found.column(column) else { return Err(self.missing_column(found, column, None)) };
        let relation = &table.name;
        let problem = if old.not_null == Known::Known(false) {
            Some(format!(
                "column \"{column}\" of relation \"{relation}\" must be declared NOT NULL before identity can be added"
            ))
        } else if old.identity.is_some() {
            Some(format!("column \"{column}\" of relation \"{relation}\" is already an identity column"))
        } else if matches!(old.default, Known::Known(Some(_))) || matches!(old.generated, Known::Known(Some(_))) {
            Some(format!("column \"{column}\" of relation \"{relation}\" already has a default value"))
        } else {
            None
        };
        if let Some(message) = problem {
            return Err(Refusal::new(IssueKind::InvalidDefinition, "55000", message).uncertain_if(!self.knows_all));
        }
        let Some(ty) = old.ty.known().cloned() else { return Ok(()) };
        let identity = self.create_identity(table, column, &ty, def)?;
        self.alter_one_column(table, column, |c| c.identity = Some(Box::new(identity)));
        Ok(())
    }

    fn alter_one_column(&mut self, table: &QualifiedName, column: &str, change: impl FnOnce(&mut Column)) {
        let now = self.now;
        if let Some(table) = self.table_mut(table) {
            if let Some(column) = table.column_mut(column) {
                change(column);
                column.origin.touch(now);
            }
            table.origin.touch(now);
        }
    }

    pub(super) fn set_identity(
        &mut self,
        table: &QualifiedName,
        column: &str,
        always: Option<bool>,
        options: &SequenceOptions,
    ) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        let Some(old) = found.column(column) else { return Err(self.missing_column(found, column, None)) };
        let Some(identity) = &old.identity else { return Err(self.no_identity(table, column)) };
        let sequence = identity.sequence.clone();
        let after = changed(&identity.options, options);
        self.check_sequence(&after)?;
        if let Some(sequence) = self.sequence_mut(&sequence) {
            sequence.options = changed(&sequence.options, options);
        }
        self.alter_one_column(table, column, |c| {
            if let Some(identity) = &mut c.identity {
                identity.always = always.unwrap_or(identity.always);
                identity.options = after.clone();
            }
        });
        Ok(())
    }

    fn no_identity(&self, table: &QualifiedName, column: &str) -> Refusal {
        let message = format!("column \"{column}\" of relation \"{}\" is not an identity column", table.name);
        Refusal::new(IssueKind::InvalidDefinition, "55000", message).uncertain_if(!self.knows_all)
    }

    pub(super) fn drop_identity(&mut self, table: &QualifiedName, column: &str, if_exists: bool) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        let Some(old) = found.column(column) else { return Err(self.missing_column(found, column, None)) };
        let Some(identity) = &old.identity else {
            return if if_exists { Ok(()) } else { Err(self.no_identity(table, column)) };
        };
        let sequence = identity.sequence.clone();
        self.erase_sequence(&sequence);
        self.alter_one_column(table, column, |c| c.identity = None);
        Ok(())
    }
}
