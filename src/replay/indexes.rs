//! CREATE INDEX, and ALTER INDEX … ATTACH PARTITION.

use super::IssueKind;
use super::builtin::is_system_column;
use super::expression_rules::Place;
use super::lookup::Found;
use super::refusal::{Effect, Ran, Refusal};
use super::state::{Relation, State};
use super::storage_parameters::Storage;
use crate::ddl::{CreateIndex, Name, Op, Statement};
use crate::dialect::SqlForm;
use crate::model::{
    Index, IndexKey, IndexKeyPart, Known, ObjectKind, ObjectRef, Persistence, QualifiedName, Table, TableKind,
};
use crate::source::Span;

impl State {
    pub(super) fn create_index(&mut self, def: &CreateIndex) -> Ran {
        if def.concurrently {
            self.needs_no_transaction("CREATE INDEX CONCURRENTLY")?;
        }
        let table = match self.find_relation(&def.table) {
            Found::Is(key, Relation::Table) => key,
            Found::Is(key, Relation::View) if self.catalog.views.get(&key).is_some_and(|v| v.materialized) => key,
            Found::Is(key, _) => {
                let message = format!("cannot create index on relation \"{}\"", key.name);
                return Err(Refusal::new(IssueKind::InvalidReference, "42809", message)
                    .at(def.table.span)
                    .uncertain_if(!self.knows_all));
            }
            Found::Outside => return Ok(Effect::Carried),
            Found::Missing => return Err(self.missing_relation(&def.table, "relation")),
        };
        self.check_index_method(def)?;
        self.check_storage(&def.options, Storage::Index(&def.method), def.table.span)?;
        if let Some(name) = &def.name {
            let key = QualifiedName::new(&table.schema, name);
            if def.if_not_exists && self.relations.contains_key(&key) {
                return Ok(Effect::Carried);
            }
        }
        self.check_index_columns(&table, &def.keys, &def.include, def.table.span)?;
        self.check_named_columns(&table, &def.columns, def.table.span)?;
        let keys = def.keys.iter().filter_map(column_of);
        if keys.chain(def.columns.iter().map(String::as_str)).any(|c| is_system_column(c) && c != "oid") {
            let message = "index creation on system columns is not supported";
            return Err(Refusal::new(IssueKind::InvalidDefinition, "0A000", message).at(def.table.span));
        }
        if let Some(predicate) = &def.predicate {
            self.check_functions(&predicate.sql, predicate.span)?;
            self.check_place(&predicate.sql, predicate.span, Place::IndexPredicate)?;
            self.check_literals(&predicate.sql, SqlForm::Expression, Some(&table), predicate.span)?;
            self.check_expression_types(&table, &predicate.sql, Place::IndexPredicate, predicate.span)?;
            let message = "functions in index predicate must be marked IMMUTABLE";
            self.check_immutable(&table, &predicate.sql, predicate.span, message)?;
        }
        for key in &def.keys {
            if let IndexKeyPart::Expr(Known::Known(expr)) = &key.part {
                self.check_place(&expr.sql, expr.span, Place::IndexExpression)?;
                self.check_functions(&expr.sql, expr.span)?;
                self.check_literals(&expr.sql, SqlForm::Expression, Some(&table), expr.span)?;
                self.check_expression_types(&table, &expr.sql, Place::IndexExpression, expr.span)?;
                let message = "functions in index expression must be marked IMMUTABLE";
                self.check_immutable(&table, &expr.sql, expr.span, message)?;
            }
        }
        if let Some(found) = self.table(&table) {
            if matches!(found.kind, TableKind::Foreign { .. }) {
                let message = format!("cannot create index on relation \"{}\"", table.name);
                return Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(def.table.span));
            }
            let is_temporary = found.persistence == Persistence::Temporary;
            if def.concurrently && !is_temporary && matches!(found.kind, TableKind::Partitioned(_)) {
                let message = format!("cannot create index on partitioned table \"{}\" concurrently", table.name);
                return Err(self.refuse(IssueKind::InvalidReference, "0A000", message).at(def.table.span));
            }
            self.check_opclasses(found, def)?;
            if def.unique {
                self.check_partitions_take_unique(&table, def.table.span)?;
                let columns: Vec<String> = def.keys.iter().filter_map(|k| column_of(k).map(str::to_owned)).collect();
                super::partitions::check_partition_key(found, &columns, "UNIQUE", def.table.span)?;
            }
        }
        let name = match &def.name {
            Some(name) => {
                self.free_relation_name_for_index(&QualifiedName::new(&table.schema, name), def.table.span)?;
                name.clone()
            }
            None => {
                let columns = self.index_column_names(&def.keys, &def.include);
                self.choose_index_name(&table, &columns, "idx")
            }
        };
        let columns: Option<Vec<String>> = def.keys.iter().map(|k| column_of(k).map(str::to_owned)).collect();
        if let Some(columns) = columns.filter(|_| def.unique && def.predicate.is_none()) {
            self.check_rows_unique(&table, &name, &columns, def.nulls_not_distinct)?;
        }
        let index = Index {
            name,
            named: def.name.is_some(),
            unique: def.unique,
            nulls_not_distinct: def.nulls_not_distinct,
            method: def.method.clone(),
            keys: def.keys.clone(),
            include: def.include.clone(),
            predicate: Known::Known(def.predicate.clone()),
            options: def.options.clone(),
            only: def.only && self.is_partitioned(&table),
            set_for: Vec::new(),
            comment: None,
            column_names: None,
            partition_of: None,
            origin: self.origin(),
        };
        self.put_index(&table, index.clone());
        if !def.only {
            self.index_to_partitions(&table, &index)?;
        }
        Ok(Effect::Applied)
    }

    fn free_relation_name_for_index(&self, name: &QualifiedName, span: Span) -> Ran<()> {
        if !self.relations.contains_key(name) {
            return Ok(());
        }
        Err(Refusal::new(IssueKind::DuplicateIndex, "42P07", format!("relation \"{}\" already exists", name.name))
            .at(span)
            .of(ObjectRef::top(ObjectKind::Index, name))
            .uncertain_if(!self.knows_all))
    }

    /// Takes the name of a new index; one that a constraint takes over stays as old as it was.
    pub(super) fn register_index(&mut self, table: &QualifiedName, name: &str, constraint: bool) {
        let key = QualifiedName::new(&table.schema, name);
        let made = match self.relations.get(&key) {
            Some(Relation::Index { made, .. }) => *made,
            _ => {
                self.indexes_made += 1;
                self.indexes_made
            }
        };
        self.set_relation(&key, Some(Relation::Index { of: table.clone(), made }));
        if constraint {
            self.add_constraint_name(&table.schema, name);
            self.note_made(|| ObjectRef::part(ObjectKind::Unique, table, name));
        }
        self.note_made(|| ObjectRef::top(ObjectKind::Index, &key));
    }

    /// Adds an index to a table or materialized view.
    pub(super) fn put_index(&mut self, table: &QualifiedName, index: Index) {
        self.register_index(table, &index.name, false);
        let now = self.now;
        if self.catalog.tables.contains_key(table) {
            self.add_to_table(table, |table| table.indexes.push(index));
        } else if let Some(view) = self.view_mut(table) {
            view.indexes.push(index);
            view.origin.touch(now);
        }
    }

    /// Rows that an index cannot be built over leave one that is not valid, where it is built CONCURRENTLY; what becomes of it is not followed.
    pub(super) fn note_invalid_index(&mut self, statement: &Statement, refusal: &Refusal) {
        if let Op::CreateIndex(CreateIndex { concurrently: true, name: Some(name), .. }) = &statement.op
            && refusal.code == "23505"
        {
            self.catalog.doubtful.insert(name.clone());
        }
    }

    pub(super) fn is_partitioned(&self, table: &QualifiedName) -> bool {
        self.table(table).is_some_and(|t| matches!(t.kind, TableKind::Partitioned(_)))
    }

    /// An index on a partitioned table is made on each partition, under a name of its own.
    fn index_to_partitions(&mut self, table: &QualifiedName, index: &Index) -> Ran<()> {
        let parent = QualifiedName::new(&table.schema, &index.name);
        for partition in self.partitions_of(table) {
            let name = self.clone_index(&partition, index, &parent)?;
            if self.is_partitioned(&partition) {
                let clone = Index { name, ..index.clone() };
                self.index_to_partitions(&partition, &clone)?;
            }
        }
        Ok(())
    }

    /// Makes a partition's index for one of the parent, or takes an equal one that is there (`AttachPartitionEnsureIndexes`); gives its name.
    pub(super) fn clone_index(
        &mut self,
        partition: &QualifiedName,
        index: &Index,
        parent: &QualifiedName,
    ) -> Ran<String> {
        let equal = self
            .table(partition)
            .and_then(|t| t.indexes.iter().position(|i| i.partition_of.is_none() && same_index(i, index)));
        if let Some(place) = equal {
            let Some(table) = self.table_mut(partition) else { return Ok(String::new()) };
            table.indexes[place].partition_of = Some(parent.clone());
            return Ok(table.indexes[place].name.clone());
        }
        if let Some(found) = self.table(partition).filter(|_| index.unique) {
            let columns: Vec<String> = index.keys.iter().filter_map(|k| column_of(k).map(str::to_owned)).collect();
            super::partitions::check_partition_key(found, &columns, "UNIQUE", self.now)?;
        }
        let name = self.choose_index_name(partition, &self.columns_of_index(index), "idx");
        let clone = Index {
            name: name.clone(),
            named: false,
            only: false,
            comment: None,
            partition_of: Some(parent.clone()),
            origin: self.origin(),
            ..index.clone()
        };
        self.put_index(partition, clone);
        Ok(name)
    }

    pub(super) fn attach_index(&mut self, parent: &Name, child: &Name) -> Ran {
        let Found::Is(parent_key, Relation::Index { of: partitioned, .. }) = self.find_relation(parent) else {
            return Ok(Effect::Carried);
        };
        let (child_key, of) = match self.find_relation(child) {
            Found::Is(key, Relation::Index { of, .. }) => (key, of),
            Found::Is(key, _) => {
                let message = format!("\"{}\" is not an index", key.name);
                return Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(child.span));
            }
            Found::Outside => return Ok(Effect::Carried),
            Found::Missing => return Err(self.missing_relation(child, "relation")),
        };
        if !self.may_attach_index((&partitioned, &parent_key), (&of, &child_key)) {
            let message =
                format!("cannot attach index \"{}\" as a partition of index \"{}\"", child_key.name, parent_key.name);
            return Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(child.span));
        }
        let now = self.now;
        if let Some(table) = self.table_mut(&of) {
            if let Some(index) = table.indexes.iter_mut().find(|i| i.name == child_key.name) {
                index.partition_of = Some(parent_key.clone());
                index.origin.touch(now);
            }
            for key in table.primary_key.iter_mut().chain(&mut table.uniques).filter(|k| k.name == child_key.name) {
                key.inherited = true;
                key.origin.touch(now);
            }
        }
        Ok(Effect::Applied)
    }

    /// Whether an index of a partition may become part of one of its parent (`ATExecAttachPartitionIdx`); `false` only where that is certain.
    fn may_attach_index(
        &self,
        (table, parent): (&QualifiedName, &QualifiedName),
        (partition, child): (&QualifiedName, &QualifiedName),
    ) -> bool {
        let (Some(above), Some(below)) = (self.table(table), self.table(partition)) else { return true };
        if below.partition.as_ref().is_none_or(|p| p.parent != *table) {
            return false;
        }
        let named = |table: &'_ Table, name: &str| table.indexes.iter().find(|i| i.name == name).cloned();
        let (Some(wanted), Some(own)) = (named(above, &parent.name), named(below, &child.name)) else { return true };
        if own.partition_of.as_ref() == Some(parent) {
            return true;
        }
        let is_taken = below.indexes.iter().any(|i| i.partition_of.as_ref() == Some(parent));
        own.partition_of.is_none() && !is_taken && same_index(&own, &wanted)
    }

    /// Columns named as keys must exist.
    pub(super) fn check_index_columns(
        &self,
        table: &QualifiedName,
        keys: &[IndexKey],
        include: &[String],
        span: Span,
    ) -> Ran<()> {
        let columns: Vec<String> =
            keys.iter().filter_map(|k| column_of(k).map(str::to_owned)).chain(include.iter().cloned()).collect();
        self.check_named_columns(table, &columns, span)
    }

    /// `column "x" does not exist`, of a table or materialized view.
    pub(super) fn check_named_columns(&self, table: &QualifiedName, columns: &[String], span: Span) -> Ran<()> {
        if let Some(found) = self.table(table) {
            let missing =
                columns.iter().find(|c| self.lacks_column(found, c) && !is_system_column(c) && **c != table.name);
            return match missing {
                Some(column) => {
                    Err(self.missing_column_as(found, column, format!("column \"{column}\" does not exist")).at(span))
                }
                None => Ok(()),
            };
        }
        let known = self.catalog.views.get(table).and_then(|v| v.columns.known());
        let Some(known) = known else { return Ok(()) };
        match columns.iter().find(|c| !known.iter().any(|k| k.name == **c) && !is_system_column(c) && **c != table.name)
        {
            Some(column) => {
                Err(Refusal::new(IssueKind::UnknownColumn, "42703", format!("column \"{column}\" does not exist"))
                    .at(span)
                    .of(ObjectRef::part(ObjectKind::Column, table, column))
                    .uncertain_if(!self.knows_all))
            }
            None => Ok(()),
        }
    }
}

pub(super) fn column_of(key: &IndexKey) -> Option<&str> {
    match &key.part {
        IndexKeyPart::Column(column) => Some(column),
        IndexKeyPart::Expr(_) => None,
    }
}

/// Equal but for name and origin.
fn same_index(a: &Index, b: &Index) -> bool {
    let text = |p: &Known<Option<crate::model::Expr>>| p.known().map(|e| e.as_ref().map(|e| e.sql.clone()));
    let keys = |i: &Index| {
        i.keys
            .iter()
            .map(|k| {
                let part = match &k.part {
                    IndexKeyPart::Column(c) => Some(c.clone()),
                    IndexKeyPart::Expr(e) => e.known().map(|e| e.sql.clone()),
                };
                (part, k.opclass.clone(), k.order, k.nulls_first())
            })
            .collect::<Vec<_>>()
    };
    a.unique == b.unique
        && a.method == b.method
        && keys(a) == keys(b)
        && a.include == b.include
        && text(&a.predicate) == text(&b.predicate)
}
