//! `LIKE source INCLUDING …`: what is copied, and under which names.

use super::IssueKind;
use super::refusal::{Ran, Refusal};
use super::sequence_bounds::Bounds;
use super::state::State;
use crate::ddl::{IdentityDef, LikeOptions, Name};
use crate::model::{Column, Index, Key, Known, ObjectKind, ObjectRef, QualifiedName, Table, Unknown};

impl State {
    /// Copies columns with their NOT NULL; the rest as the options say. Gives the source when it is a table.
    pub(super) fn copy_like_columns(
        &mut self,
        table: &mut Table,
        source: &Name,
        including: LikeOptions,
    ) -> Ran<Option<QualifiedName>> {
        let Some((key, columns)) = self.relation_columns(source)? else {
            table.unknown_columns.push(Unknown::new(source.span, format!("`{}` is not known", source.name)));
            return Ok(None);
        };
        let Some(columns) = columns else {
            table
                .unknown_columns
                .push(Unknown::new(source.span, format!("the columns of `{}` are not known", source.name)));
            return Ok(None);
        };
        for column in columns {
            let copy = self.copy_column(&table.name, column, including)?;
            self.note_made(|| ObjectRef::part(ObjectKind::Column, &table.name, &copy.name));
            match table.columns.iter().position(|c| c.name == copy.name) {
                None => table.columns.push(copy),
                Some(place) if table.columns[place].inherited => {
                    self.check_same_type(&table.columns[place], &copy, source.span)?;
                    let above = table.columns[place].clone();
                    let not_null = if above.not_null == Known::Known(true) { above.not_null } else { copy.not_null };
                    let default = if copy.default == Known::Known(None) { above.default } else { copy.default };
                    let generated = if copy.generated == Known::Known(None) { above.generated } else { copy.generated };
                    table.columns[place] = Column { not_null, default, generated, ..copy };
                }
                Some(_) => {
                    let message = format!("column \"{}\" specified more than once", copy.name);
                    return Err(Refusal::new(IssueKind::DuplicateColumn, "42701", message).at(source.span));
                }
            }
        }
        Ok(self.table(&key).map(|t| t.name.clone()))
    }

    fn copy_column(&mut self, table: &QualifiedName, column: Column, including: LikeOptions) -> Ran<Column> {
        let mut copy = Column { inherited: false, identity: None, origin: self.origin(), ..column.clone() };
        if !including.defaults {
            copy.default = Known::Known(None);
        }
        if !including.generated {
            copy.generated = Known::Known(None);
        }
        if !including.comments {
            copy.comment = None;
        }
        if let (true, Some(identity), Some(ty)) = (including.identity, &column.identity, column.ty.known()) {
            let def = IdentityDef {
                always: identity.always,
                sequence: None,
                options: Bounds::written_out(&identity.options),
            };
            let mut identity = self.create_identity(table, &column.name, ty, &def)?;
            // The server takes all options over but the type (`generateSerialExtraStmts`, `sequence_options`).
            identity.options.data_type = None;
            if let Some(sequence) = self.sequence_mut(&identity.sequence) {
                sequence.options.data_type = None;
            }
            copy.identity = Some(Box::new(identity));
        }
        Ok(copy)
    }

    fn check_copied_key(&self, table: &QualifiedName, columns: &[String], what: &str) -> Ran<()> {
        let Some(table) = self.table(table) else { return Ok(()) };
        super::partitions::check_partition_key(table, columns, what, self.now)
    }

    /// Checks keep their names.
    pub(super) fn copy_like_checks(&mut self, table: &QualifiedName, source: &QualifiedName, including: LikeOptions) {
        if !including.constraints {
            return;
        }
        let checks = self.table(source).map(|t| t.checks.clone()).unwrap_or_default();
        for mut check in checks {
            check.inherited = false;
            check.not_valid = false;
            check.origin = self.origin();
            if !including.comments {
                check.comment = None;
            }
            self.add_constraint_name(&table.schema, &check.name);
            if let Some(table) = self.table_mut(table) {
                table.checks.push(check);
            }
        }
    }

    /// Keys and indexes get new names.
    pub(super) fn copy_like_indexes(
        &mut self,
        table: &QualifiedName,
        source: &QualifiedName,
        including: LikeOptions,
    ) -> Ran<()> {
        if !including.indexes {
            return Ok(());
        }
        let Some(from) = self.table(source).cloned() else { return Ok(()) };
        if let Some(key) = &from.primary_key {
            if self.table(table).is_some_and(|t| t.primary_key.is_some()) {
                return Err(self.second_primary_key(table, self.now));
            }
            self.check_copied_key(table, &key.columns, "PRIMARY KEY")?;
            let name = self.choose_primary_key_name(table);
            let copy = self.copied_key(key, name, including);
            self.put_primary_key(table, copy);
        }
        for key in &from.uniques {
            self.check_copied_key(table, &key.columns, "UNIQUE")?;
            let name = self.choose_index_name(table, &self.columns_of_key(key), "key");
            let copy = self.copied_key(key, name, including);
            self.put_unique(table, copy);
        }
        for exclusion in &from.exclusions {
            let mut copy = exclusion.clone();
            copy.name = self.choose_index_name(table, &self.columns_of_exclusion(exclusion), "excl");
            copy.comment = None;
            copy.index_comment = copy.index_comment.filter(|_| including.comments);
            copy.origin = self.origin();
            self.put_exclusion(table, copy);
        }
        for index in &from.indexes {
            let name = self.choose_index_name(table, &self.columns_of_index(index), "idx");
            let comment = index.comment.clone().filter(|_| including.comments);
            let origin = self.origin();
            self.put_index(table, Index { name, named: false, partition_of: None, comment, origin, ..index.clone() });
        }
        Ok(())
    }

    fn copied_key(&self, key: &Key, name: String, including: LikeOptions) -> Key {
        // The index's comment is copied, the constraint's is not (`expandTableLikeClause`).
        let index_comment = key.index_comment.clone().filter(|_| including.comments);
        let (comment, origin) = (None, self.origin());
        Key { name, named: false, inherited: false, comment, index_comment, origin, ..key.clone() }
    }
}
