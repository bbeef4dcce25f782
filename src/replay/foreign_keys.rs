//! FOREIGN KEY: what it refers to must exist, and be unique.

use super::IssueKind;
use super::casts::Family;
use super::indexes::column_of;
use super::lookup::Found;
use super::refusal::{Ran, Refusal};
use super::state::{Relation, State};
use crate::ddl::{ConstraintDef, ConstraintKind};
use crate::model::{
    Action, Deferrable, ForeignKey, Index, Known, ObjectKind, ObjectRef, Persistence, QualifiedName, Table, TypeName,
};
use crate::source::Span;

impl State {
    pub(super) fn add_foreign_key(&mut self, table: &QualifiedName, def: &ConstraintDef) -> Ran<()> {
        let ConstraintKind::ForeignKey {
            columns,
            ref_table,
            ref_columns,
            on_delete,
            on_update,
            on_delete_columns,
            match_kind,
        } = &def.kind
        else {
            return Ok(());
        };
        let target = match self.find_relation(ref_table) {
            Found::Is(key, Relation::Table) => key,
            Found::Is(key, _) => {
                let message = format!("referenced relation \"{}\" is not a table", key.name);
                return Err(Refusal::new(IssueKind::InvalidReference, "42809", message)
                    .at(ref_table.span)
                    .uncertain_if(!self.knows_all));
            }
            Found::Outside => self.would_be(ref_table),
            Found::Missing => {
                let refusal = self.missing_relation(ref_table, "relation");
                if !refusal.uncertain {
                    return Err(refusal);
                }
                self.would_be(ref_table)
            }
        };
        let Some(found) = self.table(table) else { return Ok(()) };
        if let Some(referenced) = self.table(&target) {
            let wanted = match (found.persistence, referenced.persistence) {
                (Persistence::Permanent, Persistence::Unlogged | Persistence::Temporary) => {
                    "permanent tables may reference only permanent tables"
                }
                (Persistence::Unlogged, Persistence::Temporary) => {
                    "unlogged tables may reference only permanent or unlogged tables"
                }
                (Persistence::Temporary, Persistence::Permanent | Persistence::Unlogged) => {
                    "temporary tables may reference only temporary tables"
                }
                _ => "",
            };
            if !wanted.is_empty() {
                let message = format!("constraints on {wanted}");
                return Err(self.refuse(IssueKind::InvalidDefinition, "42P16", message).at(ref_table.span));
            }
        }
        // The statement works on the partitions, and so cannot lock one for itself.
        if target != *table && self.is_partitioned(table) && self.lineage(table).contains(&target) {
            let message = format!(
                "cannot ALTER TABLE \"{}\" because it is being used by active queries in this session",
                target.name
            );
            return Err(self.refuse(IssueKind::InvalidReference, "55006", message).at(ref_table.span));
        }
        for column in columns {
            if self.lacks_column(found, column) {
                let message = format!("column \"{column}\" referenced in foreign key constraint does not exist");
                return Err(self.missing_column_as(found, column, message).at(def.span));
            }
        }
        for column in on_delete_columns {
            if self.lacks_column(found, column) {
                let message = format!("column \"{column}\" referenced in foreign key constraint does not exist");
                return Err(self.missing_column_as(found, column, message).at(def.span));
            }
            if !columns.contains(column) {
                let message =
                    format!("column \"{column}\" referenced in ON DELETE SET action must be part of foreign key");
                return Err(self.refuse(IssueKind::InvalidReference, "42P10", message).at(def.span));
            }
        }
        for (action, clause) in [(*on_delete, "ON DELETE"), (*on_update, "ON UPDATE")] {
            let writes = matches!(action, Action::SetNull | Action::SetDefault)
                || action == Action::Cascade && clause == "ON UPDATE";
            let is_generated =
                |c: &String| found.column(c).is_some_and(|c| matches!(c.generated, Known::Known(Some(_))));
            if writes && columns.iter().any(is_generated) {
                let message = format!("invalid {clause} action for foreign key constraint containing generated column");
                return Err(self.refuse(IssueKind::InvalidDefinition, "42601", message).at(def.span));
            }
        }
        let written_columns = !ref_columns.is_empty();
        let ref_columns = self.referenced_columns(&target, columns, ref_columns, def, ref_table.span)?;
        let name = match &def.name {
            Some(name) if self.has_constraint(found, name) => {
                return Err(self.duplicate_constraint(table, name, def.span));
            }
            Some(name) => name.clone(),
            None => {
                let addition = super::naming::name_addition(columns.iter().map(String::as_str));
                self.choose_constraint_name(table, Some(&addition), "fkey", &[])
            }
        };
        let ref_index = self.table(&target).and_then(|t| self.supporting_index(t, &ref_columns, written_columns));
        self.check_comparable(found, &target, columns, &ref_columns, &name, def.span)?;
        let key = ForeignKey {
            name,
            named: def.name.is_some(),
            columns: columns.clone(),
            ref_table: target,
            ref_columns,
            ref_index,
            on_delete: *on_delete,
            on_update: *on_update,
            on_delete_columns: on_delete_columns.clone(),
            match_kind: *match_kind,
            deferrable: def.deferrable,
            not_valid: def.not_valid,
            comment: None,
            inherited: false,
            origin: self.origin_of_part(def.span),
        };
        if !key.not_valid {
            self.check_rows_refer(table, &key)?;
        }
        self.put_foreign_key(table, key.clone());
        self.foreign_key_to_partitions(table, &key);
        Ok(())
    }

    pub(super) fn put_foreign_key(&mut self, table: &QualifiedName, key: ForeignKey) {
        self.add_constraint_name(&table.schema, &key.name);
        self.note_made(|| ObjectRef::part(ObjectKind::ForeignKey, table, &key.name));
        self.add_to_table(table, |table| table.foreign_keys.push(key));
    }

    fn foreign_key_to_partitions(&mut self, table: &QualifiedName, key: &ForeignKey) {
        for partition in self.partitions_of(table) {
            self.clone_foreign_key(&partition, key);
            self.foreign_key_to_partitions(&partition, key);
        }
    }

    /// A partition gets the key under the same name, unless it has one by that name.
    pub(super) fn clone_foreign_key(&mut self, partition: &QualifiedName, key: &ForeignKey) {
        let Some(found) = self.table(partition) else { return };
        let name = if self.has_constraint(found, &key.name) {
            let addition = super::naming::name_addition(key.columns.iter().map(String::as_str));
            self.choose_constraint_name(partition, Some(&addition), "fkey", &[])
        } else {
            key.name.clone()
        };
        let clone = ForeignKey { name, inherited: true, comment: None, origin: self.origin(), ..key.clone() };
        self.put_foreign_key(partition, clone);
    }

    fn referenced_columns(
        &self,
        target: &QualifiedName,
        columns: &[String],
        written: &[String],
        def: &ConstraintDef,
        span: Span,
    ) -> Ran<Vec<String>> {
        let Some(referenced) = self.table(target) else { return Ok(written.to_vec()) };
        let unsure = !self.knows_columns(referenced) || !referenced.unknown_constraints.is_empty();
        if written.is_empty() {
            let Some(key) = &referenced.primary_key else {
                if unsure {
                    return Ok(Vec::new());
                }
                let message = format!("there is no primary key for referenced table \"{}\"", target.name);
                return Err(Refusal::new(IssueKind::InvalidReference, "42704", message)
                    .at(span)
                    .of(ObjectRef::top(ObjectKind::Table, target)));
            };
            if key.deferrable != Deferrable::No {
                let message = format!("cannot use a deferrable primary key for referenced table \"{}\"", target.name);
                return Err(self.refuse(IssueKind::InvalidReference, "55000", message).at(span));
            }
            self.same_count(columns, &key.columns, def)?;
            return Ok(key.columns.clone());
        }
        for column in written {
            if self.lacks_column(referenced, column) {
                let message = format!("column \"{column}\" referenced in foreign key constraint does not exist");
                return Err(self.missing_column_as(referenced, column, message).at(span));
            }
        }
        self.same_count(columns, written, def)?;
        if !unsure && !is_unique_over(referenced, written) {
            let message =
                format!("there is no unique constraint matching given keys for referenced table \"{}\"", target.name);
            return Err(Refusal::new(IssueKind::InvalidReference, "42830", message)
                .at(span)
                .of(ObjectRef::top(ObjectKind::Table, target)));
        }
        Ok(written.to_vec())
    }

    /// The index that a new foreign key rests on: the primary key where no columns are written, else the oldest that fits
    /// (`transformFkeyCheckAttrs`, which goes through the table's indexes in the order of their OIDs).
    fn supporting_index(&self, referenced: &Table, columns: &[String], written: bool) -> Option<String> {
        if !written {
            return referenced.primary_key.as_ref().map(|k| k.name.clone());
        }
        let made = |name: &str| match self.relations.get(&QualifiedName::new(&referenced.name.schema, name)) {
            Some(Relation::Index { made, .. }) => *made,
            _ => u32::MAX,
        };
        unique_over(referenced, columns).min_by_key(|name| made(name)).map(str::to_owned)
    }

    fn same_count(&self, columns: &[String], ref_columns: &[String], def: &ConstraintDef) -> Ran<()> {
        if columns.len() == ref_columns.len() {
            return Ok(());
        }
        let message = "number of referencing and referenced columns for foreign key disagree";
        Err(Refusal::new(IssueKind::InvalidReference, "42830", message).at(def.span))
    }

    fn check_comparable(
        &self,
        table: &Table,
        target: &QualifiedName,
        columns: &[String],
        ref_columns: &[String],
        name: &str,
        span: Span,
    ) -> Ran<()> {
        let Some(referenced) = self.table(target) else { return Ok(()) };
        for (column, ref_column) in columns.iter().zip(ref_columns) {
            let types = (
                table.column(column).and_then(|c| c.ty.known()),
                referenced.column(ref_column).and_then(|c| c.ty.known()),
            );
            let (Some(from), Some(to)) = types else { continue };
            if self.comparable(from, to) == Some(false) {
                return Err(Refusal::new(
                    IssueKind::InvalidReference,
                    "42804",
                    format!("foreign key constraint \"{name}\" cannot be implemented"),
                )
                .at(span)
                .of(ObjectRef::part(ObjectKind::ForeignKey, &table.name, name))
                .uncertain_if(!self.knows_all));
            }
        }
        Ok(())
    }

    /// Whether a foreign key may lead from one type to another (`ATAddForeignKeyConstraint`: an equality operator of the referenced index's
    /// operator family, or an implicit cast to its type). `None` when that cannot be told.
    pub(super) fn comparable(&self, from: &TypeName, to: &TypeName) -> Option<bool> {
        let (from, to) = (self.base_type(from), self.base_type(to));
        if (&from.schema, &from.name, from.array) == (&to.schema, &to.name, to.array) {
            return Some(true);
        }
        if from.array || to.array {
            // Arrays have one operator for all, of two arrays of one type.
            let both = from.array && to.array;
            let elements = (self.family(&from.element()), self.family(&to.element()));
            let strings = elements.0 == Some(Family::String) && elements.1 == Some(Family::String);
            let known = elements.0.is_some() && elements.1.is_some();
            return (!both || known && !strings).then_some(false);
        }
        // Rows are compared with rows.
        if self.is_row_type(&from) != self.is_row_type(&to)
            && [&from, &to].iter().all(|ty| self.is_row_type(ty) || self.family(ty).is_some())
        {
            return Some(false);
        }
        let (a, b) = (self.family(&from)?, self.family(&to)?);
        if a == Family::Enum || b == Family::Enum {
            return Some(false);
        }
        if a == Family::Number && b == Family::Number {
            let rank = |t: &TypeName| match t.name.as_str() {
                "smallint" | "integer" | "bigint" => 0,
                "numeric" => 1,
                _ => 2,
            };
            return Some(rank(&from) <= rank(&to));
        }
        Some(a == b && a != Family::Alone)
    }
}

/// Whether a key or a whole unique index stands over exactly these columns, in any order.
pub(super) fn is_unique_over(table: &Table, columns: &[String]) -> bool {
    unique_over(table, columns).next().is_some()
}

/// The names of the keys and whole unique indexes over exactly these columns, in any order, that a foreign key may rest on.
fn unique_over<'a>(table: &'a Table, columns: &'a [String]) -> impl Iterator<Item = &'a str> {
    let same = |key: &[String]| key.len() == columns.len() && columns.iter().all(|c| key.contains(c));
    let keys = table.primary_key.iter().chain(&table.uniques);
    let keys = keys.filter(move |k| k.deferrable == Deferrable::No && same(&k.columns)).map(|k| k.name.as_str());
    let is_whole = move |i: &&Index| {
        let plain: Option<Vec<String>> = i.keys.iter().map(|k| column_of(k).map(str::to_owned)).collect();
        i.unique && i.predicate == Known::Known(None) && plain.is_some_and(|p| same(&p))
    };
    keys.chain(table.indexes.iter().filter(is_whole).map(|i| i.name.as_str()))
}
