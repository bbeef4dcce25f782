//! What ALTER TABLE does to columns.

use super::IssueKind;
use super::casts::string_constant;
use super::plpgsql::{integrity, row_changes};
use super::refusal::{Effect, Ran, Refusal};
use super::sequence_bounds::changed;
use super::state::State;
use super::tables::stored_default;
use crate::ddl::{ColumnDef, IdentityDef, TypeUse};
use crate::dialect::SqlForm;
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
        self.column_to_children(table, &column);
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

    fn column_to_children(&mut self, table: &QualifiedName, column: &Column) {
        for child in self.children_of(table) {
            let not_null = column.not_null.clone();
            let exists = self.table(&child).is_some_and(|t| t.column(&column.name).is_some());
            if !exists {
                let copy = Column { inherited: true, identity: None, ..column.clone() };
                self.expand_stars_over(&child);
                self.push_column(&child, copy);
            } else if not_null == Known::Known(true)
                && let Some(own) = self.table_mut(&child).and_then(|t| t.column_mut(&column.name))
            {
                own.not_null = not_null;
            }
            self.column_to_children(&child, column);
        }
    }

    /// Runs `change` on a column and on the same column of all children; refuses when there is none.
    pub(super) fn alter_column(
        &mut self,
        table: &QualifiedName,
        column: &str,
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
        for child in self.children_of(table) {
            if self.table(&child).is_some_and(|t| t.column(column).is_some()) {
                self.alter_column(&child, column, change)?;
            }
        }
        Ok(())
    }

    pub(super) fn set_not_null(&mut self, table: &QualifiedName, column: &str, not_null: bool) -> Ran<()> {
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
        if not_null {
            self.check_rows_not_null(table, column)?;
        }
        self.alter_column(table, column, &|c| c.not_null = Known::Known(not_null))
    }

    pub(super) fn set_default(&mut self, table: &QualifiedName, column: &str, expr: Option<&Expr>) -> Ran<()> {
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
        self.alter_column(table, column, &|c| c.default = Known::Known(default.clone()))
    }

    /// What a default calls must exist, and what it gives must fit the column.
    pub(super) fn check_default(&mut self, column: &str, ty: Option<&TypeName>, expr: &Expr) -> Ran<()> {
        self.check_default_names(&expr.sql, expr.span)?;
        self.check_regclasses(expr)?;
        self.check_functions(&expr.sql, expr.span)?;
        let Some(ty) = ty else { return Ok(()) };
        self.check_default_literal(ty, expr)?;
        self.check_literals(&expr.sql, SqlForm::Expression, None, expr.span)?;
        let given = match self.type_of_simple(expr) {
            Some(constant) => constant,
            None => self.type_of_own_call(&expr.sql),
        };
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
        } else if matches!(old.default, Known::Known(Some(_))) {
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

    pub(super) fn set_type(
        &mut self,
        table: &QualifiedName,
        column: &str,
        written: &TypeUse,
        collation: Option<&str>,
        using: Option<&Expr>,
    ) -> Ran<()> {
        let ty = self.resolve_type(written)?;
        let Some(found) = self.table(table) else { return Ok(()) };
        let Some(old) = found.column(column).cloned() else { return Err(self.missing_column(found, column, None)) };
        if found.of_type.is_some() {
            let message = "cannot alter column type of typed table";
            return Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(written.span));
        }
        if let Some(ty) = ty.known() {
            self.check_no_member_of_itself(table, ty, written.span)?;
        }
        if let Some(using) = using {
            self.check_place(&using.sql, using.span, super::expression_rules::Place::Using)?;
        }
        self.check_row_type_unused(found, written.span)?;
        self.check_type_is_free(table, column)?;
        self.check_collatable(ty.known(), collation, written.span)?;
        self.check_storable(column, ty.known(), written.span)?;
        self.check_identity_type(&old, ty.known())?;
        let (Some(from), Some(to)) = (old.ty.known().cloned(), ty.known().cloned()) else {
            return self.alter_column(table, column, &|c| c.ty = ty.clone());
        };
        if let Some(using) = using {
            if matches!(old.generated, Known::Known(Some(_))) {
                let message = "cannot specify USING when altering type of generated column";
                return Err(Refusal::new(IssueKind::InvalidDefinition, "42611", message).at(using.span));
            }
            self.check_functions(&using.sql, using.span)?;
            self.check_literals(&using.sql, SqlForm::Expression, Some(table), using.span)?;
            self.check_cast(table, using)?;
            // A literal takes the type that is wanted.
            let bare = using.sql.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')'));
            let is_literal = bare.eq_ignore_ascii_case("null") || string_constant(bare).is_some();
            let given = self.type_of_expression(table, &using.sql).filter(|_| !is_literal);
            if given.is_some_and(|given| self.assignable(&given, &to) == Some(false)) {
                let message = format!(
                    "result of USING clause for column \"{column}\" cannot be cast automatically to type {}",
                    type_words(&to)
                );
                return Err(self.refuse(IssueKind::InvalidType, "42804", message).at(using.span));
            }
        } else if self.assignable(&from, &to) == Some(false) {
            let message = format!("column \"{column}\" cannot be cast automatically to type {}", type_words(&to));
            return Err(Refusal::new(IssueKind::InvalidType, "42804", message)
                .at(written.span)
                .of(ObjectRef::part(ObjectKind::Column, table, column))
                .uncertain_if(!self.knows_all));
        }
        if let Known::Known(Some(default)) = &old.default {
            let own = default.set_for.as_deref().cloned().unwrap_or_else(|| from.clone());
            // A constant took the type of the column; what else may stand there has a type of its own.
            let given = self.type_of_simple(&default.expr).map(|t| t.unwrap_or(own));
            if given.is_some_and(|given| self.assignable(&given, &to) == Some(false)) {
                let message =
                    format!("default for column \"{column}\" cannot be cast automatically to type {}", type_words(&to));
                return Err(Refusal::new(IssueKind::InvalidType, "42804", message)
                    .at(written.span)
                    .of(ObjectRef::part(ObjectKind::Column, table, column))
                    .uncertain_if(!self.knows_all));
            }
        }
        self.check_operators_after(table, column, &from, &to).map_err(|refusal| refusal.at(written.span))?;
        self.check_keys_after(table, column, &to, written.span)?;
        row_changes::column_retyped(self, table, column, using);
        self.remember_type(table, column, &from);
        let collation = collation.map(str::to_owned);
        let same_kind = self.base_type(&from).name == self.base_type(&to).name;
        self.alter_column(table, column, &|c| {
            c.ty = Known::Known(to.clone());
            c.collation.clone_from(&collation);
            if let Known::Known(Some(default)) = &mut c.default
                && default.set_for.is_none()
                && !same_kind
            {
                default.set_for = Some(Box::new(from.clone()));
            }
            if let Some(identity) = &mut c.identity {
                identity.options.data_type = (to.name != "bigint").then(|| to.clone());
            }
        })?;
        if let Some(identity) = &old.identity
            && let Some(sequence) = self.sequence_mut(&identity.sequence.clone())
        {
            sequence.options.data_type = (to.name != "bigint").then(|| to.clone());
        }
        Ok(())
    }

    /// Foreign keys from and to the column must stay possible.
    fn check_keys_after(&self, table: &QualifiedName, column: &str, to: &TypeName, span: Span) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        for key in &found.foreign_keys {
            for (own, theirs) in key.columns.iter().zip(&key.ref_columns).filter(|(own, _)| *own == column) {
                let target = self.table(&key.ref_table).and_then(|t| t.column(theirs)).and_then(|c| c.ty.known());
                let own_reference = key.ref_table == *table && own == theirs;
                if let Some(target) = target
                    && !own_reference
                    && self.comparable(to, target) == Some(false)
                {
                    return Err(self.not_implementable(table, &key.name, span));
                }
            }
        }
        for other in self.tables_referring_to(table) {
            let Some(from) = self.table(&other) else { continue };
            for key in from.foreign_keys.iter().filter(|k| k.ref_table == *table) {
                for (theirs, _) in key.columns.iter().zip(&key.ref_columns).filter(|(_, r)| *r == column) {
                    let ty = from.column(theirs).and_then(|c| c.ty.known());
                    if let Some(ty) = ty
                        && self.comparable(ty, to) == Some(false)
                    {
                        return Err(self.not_implementable(&other, &key.name, span));
                    }
                }
            }
        }
        Ok(())
    }

    fn not_implementable(&self, table: &QualifiedName, key: &str, span: Span) -> Refusal {
        let message = format!("foreign key constraint \"{key}\" cannot be implemented");
        Refusal::new(IssueKind::InvalidReference, "42804", message)
            .at(span)
            .of(ObjectRef::part(ObjectKind::ForeignKey, table, key))
            .uncertain_if(!self.knows_all)
    }

    /// Checks and indexes made while the column had another type keep the casts of that time.
    fn remember_type(&mut self, table: &QualifiedName, column: &str, from: &TypeName) {
        let Some(found) = self.table(table) else { return };
        let dialect = self.dialect;
        let uses = |sql: &str| sql.contains(column) && dialect.columns_of(sql).iter().any(|c| c == column);
        let checks: Vec<usize> = (0..found.checks.len())
            .filter(|&i| {
                let check = &found.checks[i];
                check.set_for.iter().all(|(c, _)| c != column) && check.expr.known().is_some_and(|e| uses(&e.sql))
            })
            .collect();
        let indexes: Vec<usize> = (0..found.indexes.len())
            .filter(|&i| {
                let index = &found.indexes[i];
                let predicate = index.predicate.known().and_then(Option::as_ref);
                let expressions = index.keys.iter().filter_map(|k| match &k.part {
                    crate::model::IndexKeyPart::Expr(e) => e.known(),
                    crate::model::IndexKeyPart::Column(_) => None,
                });
                index.set_for.iter().all(|(c, _)| c != column)
                    && predicate.into_iter().chain(expressions).any(|e| uses(&e.sql))
            })
            .collect();
        if checks.is_empty() && indexes.is_empty() {
            return;
        }
        if let Some(table) = self.table_mut(table) {
            for i in checks {
                table.checks[i].set_for.push((column.to_owned(), from.clone()));
            }
            for i in indexes {
                table.indexes[i].set_for.push((column.to_owned(), from.clone()));
            }
        }
    }

    /// Views, policies, triggers and generated columns keep a column's type as it is.
    fn check_type_is_free(&self, table: &QualifiedName, column: &str) -> Ran<()> {
        let refuse = |what: &str| {
            let message = format!("cannot alter type of a column used {what}");
            Err(Refusal::new(IssueKind::DependentObjects, "0A000", message)
                .of(ObjectRef::part(ObjectKind::Column, table, column))
                .uncertain_if(!self.knows_all))
        };
        if let Some(by) = self.partitioned_by(table, column) {
            let message = format!(
                "cannot alter column \"{column}\" because it is part of the partition key of relation \"{}\"",
                by.name
            );
            return Err(Refusal::new(IssueKind::InvalidDefinition, "42P16", message).uncertain_if(!self.knows_all));
        }
        if !self.views_using_column(table, column).is_empty() {
            return refuse("by a view or rule");
        }
        if !self.policies_using_column(table, column).is_empty() {
            return refuse("in a policy definition");
        }
        if !self.triggers_using_column(table, column).is_empty() {
            return refuse("in a trigger definition");
        }
        if !self.generated_from_column(table, column).is_empty() {
            return refuse("by a generated column");
        }
        Ok(())
    }
}

/// A type in a message, as `format_type_be` gives it: without modifiers.
fn type_words(ty: &TypeName) -> String {
    let bare = TypeName { modifiers: Vec::new(), ..ty.clone() };
    let text = bare.to_string();
    let plain = ty.schema.is_none() || text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if plain { text } else { format!("\"{text}\"") }
}
