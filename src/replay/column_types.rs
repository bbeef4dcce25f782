//! ALTER COLUMN … TYPE: what the new type must fit, and what follows it (`ATPrepAlterColumnType`, `ATExecAlterColumnType` in
//! src/backend/commands/tablecmds.c).

use super::IssueKind;
use super::casts::string_constant;
use super::expression_rules::Place;
use super::plpgsql::row_changes;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::TypeUse;
use crate::ddl::postgres::format_type;
use crate::dialect::SqlForm;
use crate::model::{Column, Expr, IndexKey, Known, ObjectKind, ObjectRef, QualifiedName, TypeName};
use crate::source::Span;

impl State {
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
            self.check_place(&using.sql, using.span, Place::Using)?;
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
            // All such expressions of a statement are read before any column gets its new type.
            let named = self.dialect.columns_of(&using.sql);
            let is_moved = |c: &Column| c.name != column && c.origin.last() == self.now && named.contains(&c.name);
            let is_mixed = self.table(table).is_some_and(|t| t.columns.iter().any(is_moved));
            if !is_mixed {
                self.check_expression_types(table, &using.sql, Place::Using, using.span)?;
                self.check_cast(table, using)?;
            }
            // A literal takes the type that is wanted.
            let bare = using.sql.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')'));
            let is_literal = bare.eq_ignore_ascii_case("null") || string_constant(bare).is_some();
            let given = self.type_of_expression(table, &using.sql).filter(|_| !is_literal && !is_mixed);
            if given.is_some_and(|given| self.assignable(&given, &to) == Some(false)) {
                let message = format!(
                    "result of USING clause for column \"{column}\" cannot be cast automatically to type {}",
                    format_type(&to)
                );
                return Err(self.refuse(IssueKind::InvalidType, "42804", message).at(using.span));
            }
        } else if self.assignable(&from, &to) == Some(false) {
            let message = format!("column \"{column}\" cannot be cast automatically to type {}", format_type(&to));
            return Err(Refusal::new(IssueKind::InvalidType, "42804", message)
                .at(written.span)
                .of(ObjectRef::part(ObjectKind::Column, table, column))
                .uncertain_if(!self.knows_all));
        }
        if let Known::Known(Some(default)) = &old.default {
            let own = default.set_for.as_deref().cloned().unwrap_or_else(|| from.clone());
            // A constant took the type of the column; what else may stand there has a type of its own.
            let given = self.type_of_default(&default.expr).map(|t| t.unwrap_or(own));
            if given.is_some_and(|given| self.assignable(&given, &to) == Some(false)) {
                let message = format!(
                    "default for column \"{column}\" cannot be cast automatically to type {}",
                    format_type(&to)
                );
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
        })?;
        self.retype_identity(&old, &to)?;
        for table in self.lineage(table) {
            self.renew_index_columns(&table, column);
            self.check_indexes_after(&table, column, written.span)?;
        }
        Ok(())
    }

    /// The operator classes of indexes must take the type that a column has now.
    fn check_indexes_after(&self, table: &QualifiedName, column: &str, span: Span) -> Ran<()> {
        let Some(found) = self.table(table) else { return Ok(()) };
        let is_on = |key: &&IndexKey| super::indexes::column_of(key) == Some(column);
        for key in found.primary_key.iter().chain(&found.uniques).filter(|k| k.columns.iter().any(|c| c == column)) {
            self.check_key_types(found, &key.columns, span)?;
        }
        let of_exclusions = found
            .exclusions
            .iter()
            .map(|e| (e.method.as_str(), e.elements.iter().map(|(key, _)| key).collect::<Vec<_>>()));
        let of_indexes = found.indexes.iter().map(|i| (i.method.as_str(), i.keys.iter().collect()));
        for (method, keys) in of_indexes.chain(of_exclusions) {
            let keys: Vec<IndexKey> = keys.into_iter().filter(is_on).cloned().collect();
            self.check_key_opclasses(table, &keys, method, span)?;
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
