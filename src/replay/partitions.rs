//! Partitions and inheritance: what a child takes from its parent, ATTACH, DETACH, INHERIT.

use super::IssueKind;
use super::refusal::{Effect, Ran, Refusal};
use super::state::State;
use crate::ddl::{Bound, Name};
use crate::model::{Known, Partition, QualifiedName, Table, TableKind};
use crate::source::Span;

impl State {
    /// The children by partitioning, not those by INHERITS.
    pub(super) fn partitions_of(&self, table: &QualifiedName) -> Vec<QualifiedName> {
        let Some(children) = self.children.get(table) else { return Vec::new() };
        children.iter().filter(|c| self.table(c).is_some_and(|t| t.partition.is_some())).cloned().collect()
    }

    /// The partitioned tables that a partition belongs to, the nearest first.
    pub(super) fn partitioned_above(&self, table: &QualifiedName) -> Vec<QualifiedName> {
        let mut above: Vec<QualifiedName> = Vec::new();
        let parent = |name: &QualifiedName| self.table(name)?.partition.as_ref().map(|p| p.parent.clone());
        while let Some(next) = parent(above.last().unwrap_or(table)).filter(|next| !above.contains(next)) {
            above.push(next);
        }
        above
    }

    /// The table, of a table and all below it, that is partitioned by a column, alone or within an expression; nothing removes such a column.
    pub(super) fn partitioned_by(&self, table: &QualifiedName, column: &str) -> Option<QualifiedName> {
        let uses = |name: &QualifiedName| {
            let Some(TableKind::Partitioned(key)) = self.table(name).map(|t| &t.kind) else { return false };
            let inner = key.sql.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or_default();
            key.columns.iter().any(|c| c == column)
                || inner.contains(column)
                    && super::bounds::items(inner)
                        .iter()
                        .any(|e| self.dialect.columns_of(e).iter().any(|c| c == column))
        };
        self.lineage(table).into_iter().find(uses)
    }

    /// Keys, indexes, foreign keys of the parent, made on a partition (`DefineRelation`, `CloneForeignKeyConstraints`). Row triggers are
    /// the server's own copies and no objects of their own.
    pub(super) fn clone_to_partition(&mut self, parent: &QualifiedName, partition: &QualifiedName) -> Ran<()> {
        let Some(from) = self.table(parent).cloned() else { return Ok(()) };
        if let Some(key) = &from.primary_key {
            if self.table(partition).is_some_and(|t| t.primary_key.is_some()) {
                return Err(self.second_primary_key(partition, self.now));
            }
            self.clone_key(partition, key, true)?;
            for column in &key.columns {
                self.set_not_null(partition, column, true)?;
            }
        }
        for key in &from.uniques {
            self.clone_key(partition, key, false)?;
        }
        for index in &from.indexes {
            let above = QualifiedName::new(&parent.schema, &index.name);
            self.clone_index(partition, index, &above)?;
        }
        for key in &from.foreign_keys {
            self.clone_foreign_key(partition, key);
        }
        Ok(())
    }

    pub(super) fn attach_partition(&mut self, parent: &QualifiedName, child: &Name, bound: &Bound) -> Ran {
        let Some(key) = self.find_table(child)? else { return Ok(Effect::Carried) };
        if !self.is_partitioned(parent) {
            return Err(Refusal::new(
                IssueKind::InvalidDefinition,
                "42P16",
                format!("table \"{}\" is not partitioned", parent.name),
            )
            .uncertain_if(!self.knows_all));
        }
        let (Some(from), Some(to)) = (self.table(parent).cloned(), self.table(&key)) else {
            return Ok(Effect::Carried);
        };
        if to.partition.is_some() {
            return Err(Refusal::new(
                IssueKind::InvalidDefinition,
                "42809",
                format!("\"{}\" is already a partition", key.name),
            )
            .at(child.span)
            // Its rows may have been refused, which the earlier ATTACH does not know.
            .uncertain_if(!self.knows_all || !super::plpgsql::is_family_empty(self, to)));
        }
        self.check_not_circular(parent, &key)?;
        self.check_parent_persistence(&from, to, "attach", child.span)?;
        if matches!(to.kind, TableKind::Foreign { .. }) {
            self.check_foreign_partition(&from, &key, true).map_err(|r| r.at(child.span))?;
        }
        self.check_no_columns_more(&from, to, child.span)?;
        self.check_fits(&from, to, child.span)?;
        self.check_bound(parent, &key, bound, child.span)?;
        if let (Some(own), Some(above)) = (&to.primary_key, &from.primary_key)
            && own.columns != above.columns
        {
            return Err(self.second_primary_key(&key, child.span));
        }
        for foreign in from.foreign_keys.iter().filter(|f| !f.not_valid) {
            let has = to.foreign_keys.iter().any(|f| f.columns == foreign.columns && f.ref_table == foreign.ref_table);
            if !has {
                self.check_rows_refer(&key, foreign)?;
            }
        }
        let mut children = self.children_of(parent);
        children.push(key.clone());
        self.set_children(parent, children);
        let now = self.now;
        if let Some(table) = self.table_mut(&key) {
            table.partition = Some(Partition { parent: parent.clone(), bound: Known::Known(bound.sql.clone()) });
            table.origin.touch(now);
            for column in &mut table.columns {
                column.inherited = true;
            }
            for check in table.checks.iter_mut().filter(|c| from.checks.iter().any(|p| p.name == c.name)) {
                check.inherited = true;
            }
            for own in &mut table.foreign_keys {
                own.inherited |=
                    from.foreign_keys.iter().any(|p| p.columns == own.columns && p.ref_table == own.ref_table);
            }
        }
        // What the partition lacks is made; what it had was marked above and is not made again.
        if let Some(primary) = &from.primary_key {
            self.take_or_clone_key(&key, primary, true)?;
        }
        for unique in &from.uniques {
            self.take_or_clone_key(&key, unique, false)?;
        }
        for index in &from.indexes {
            self.clone_index(&key, index, &QualifiedName::new(&parent.schema, &index.name))?;
        }
        for foreign in &from.foreign_keys {
            let has = self.table(&key).is_some_and(|t| {
                t.foreign_keys.iter().any(|f| f.columns == foreign.columns && f.ref_table == foreign.ref_table)
            });
            if !has {
                self.clone_foreign_key(&key, foreign);
            }
        }
        Ok(Effect::Applied)
    }

    /// A table cannot become the child of one of its own children.
    fn check_not_circular(&self, parent: &QualifiedName, child: &QualifiedName) -> Ran<()> {
        let mut below = vec![child.clone()];
        let mut at = 0;
        while at < below.len() {
            if below[at] == *parent {
                let message = "circular inheritance not allowed";
                return Err(Refusal::new(IssueKind::InvalidDefinition, "42P07", message));
            }
            let more: Vec<QualifiedName> =
                self.children_of(&below[at]).into_iter().filter(|c| !below.contains(c)).collect();
            below.extend(more);
            at += 1;
        }
        Ok(())
    }

    pub(super) fn detach_partition(&mut self, parent: &QualifiedName, child: &Name) -> Ran {
        let Some(key) = self.find_table(child)? else { return Ok(Effect::Carried) };
        if self.table(&key).and_then(|t| t.partition.as_ref()).is_none_or(|p| p.parent != *parent) {
            return Err(Refusal::new(
                IssueKind::InvalidDefinition,
                "42P01",
                format!("relation \"{}\" is not a partition of relation \"{}\"", key.name, parent.name),
            )
            .at(child.span)
            .uncertain_if(!self.knows_all));
        }
        self.check_rows_left(parent, &key).map_err(|r| r.at(child.span))?;
        self.cut_from_parent(parent, &key);
        Ok(Effect::Applied)
    }

    /// Rows that refer to a partition keep it (`RI_PartitionRemove_Check`). Which partition a row refers to is not known here.
    fn check_rows_left(&self, parent: &QualifiedName, partition: &QualifiedName) -> Ran<()> {
        for referenced in std::iter::once(parent.clone()).chain(self.partitioned_above(parent)) {
            for other in self.tables_referring_to(&referenced) {
                let Some(table) = self.table(&other) else { continue };
                for key in table.foreign_keys.iter().filter(|k| k.ref_table == referenced) {
                    if super::plpgsql::integrity::refers_at_all(self, &other, key) {
                        let message = format!(
                            "removing partition \"{}\" violates foreign key constraint \"{}\"",
                            partition.name, key.name
                        );
                        return Err(self.refuse(IssueKind::DependentObjects, "23503", message).uncertain_if(true));
                    }
                }
            }
        }
        Ok(())
    }

    /// The child stands alone afterwards; what it inherited is its own.
    fn cut_from_parent(&mut self, parent: &QualifiedName, child: &QualifiedName) {
        let mut children = self.children_of(parent);
        children.retain(|c| c != child);
        self.set_children(parent, children);
        let now = self.now;
        let Some(table) = self.table_mut(child) else { return };
        table.partition = None;
        table.inherits.retain(|p| p != parent);
        for key in table.primary_key.iter_mut().chain(&mut table.uniques) {
            key.inherited = false;
        }
        for key in &mut table.foreign_keys {
            key.inherited = false;
        }
        for index in &mut table.indexes {
            index.partition_of = None;
        }
        table.origin.touch(now);
        // What no other parent has is the child's own.
        let Some(table) = self.table(child) else { return };
        let columns: Vec<bool> = table.columns.iter().map(|c| self.inherits_column(table, &c.name)).collect();
        let checks: Vec<bool> = table.checks.iter().map(|c| self.inherits_check(table, &c.name)).collect();
        let Some(table) = self.table_mut(child) else { return };
        for (column, inherits) in table.columns.iter_mut().zip(columns) {
            column.inherited &= inherits;
        }
        for (check, inherits) in table.checks.iter_mut().zip(checks) {
            check.inherited &= inherits;
        }
    }

    pub(super) fn inherit(&mut self, table: &QualifiedName, parent: &Name) -> Ran {
        let span = parent.span;
        let Some(parent) = self.find_table(parent)? else { return Ok(Effect::Carried) };
        let (Some(from), Some(to)) = (self.table(&parent).cloned(), self.table(table)) else {
            return Ok(Effect::Carried);
        };
        self.check_may_inherit(to, &from, span)?;
        self.check_parent_persistence(&from, to, "", span)?;
        let mut children = self.children_of(&parent);
        if children.contains(table) {
            let message = format!("relation \"{}\" would be inherited from more than once", parent.name);
            return Err(self.refuse(IssueKind::InvalidDefinition, "42P07", message));
        }
        self.check_not_circular(&parent, table)?;
        self.check_fits(&from, to, span)?;
        children.push(table.clone());
        self.set_children(&parent, children);
        let now = self.now;
        if let Some(table) = self.table_mut(table) {
            table.inherits.push(parent);
            for check in table.checks.iter_mut().filter(|c| from.checks.iter().any(|p| p.name == c.name)) {
                check.inherited = true;
            }
            table.origin.touch(now);
        }
        Ok(Effect::Applied)
    }

    pub(super) fn no_inherit(&mut self, table: &QualifiedName, parent: &Name) -> Ran {
        let span = parent.span;
        let Some(parent) = self.find_table(parent)? else { return Ok(Effect::Carried) };
        if !self.table(table).is_some_and(|t| t.inherits.contains(&parent)) {
            let message = format!("relation \"{}\" is not a parent of relation \"{}\"", parent.name, table.name);
            return Err(self.refuse(IssueKind::InvalidReference, "42P01", message).at(span));
        }
        self.cut_from_parent(&parent, table);
        Ok(Effect::Applied)
    }
}

/// A key of a partitioned table must hold all columns of the partition key.
pub(super) fn check_partition_key(table: &Table, columns: &[String], what: &str, span: Span) -> Ran<()> {
    let TableKind::Partitioned(key) = &table.kind else { return Ok(()) };
    if key.sql.matches('(').count() > 1 {
        let message = format!("unsupported {what} constraint with partition key definition");
        return Err(Refusal::new(IssueKind::InvalidDefinition, "0A000", message).at(span));
    }
    if key.columns.iter().all(|c| columns.contains(c)) {
        return Ok(());
    }
    Err(Refusal::new(
        IssueKind::InvalidDefinition,
        "0A000",
        "unique constraint on partitioned table must include all partitioning columns",
    )
    .at(span))
}
