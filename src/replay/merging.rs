//! A table and a parent that it gets: whether the one fits the other, and what both say of one column
//! (`MergeAttributes`, `MergeAttributesIntoExisting`, `MergeConstraintsIntoExisting`, src/backend/commands/tablecmds.c).

use super::IssueKind;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::ColumnDef;
use crate::model::{Column, Known, QualifiedName, Table, TableKind, TypeName};
use crate::source::Span;

impl State {
    /// A table that exists and is to become a child.
    pub(super) fn check_fits(&self, parent: &Table, child: &Table, span: Span) -> Ran<()> {
        let name = &child.name.name;
        let refuse = |message: String| Err(self.refuse(IssueKind::InvalidDefinition, "42804", message).at(span));
        for above in &parent.columns {
            let Some(own) = child.column(&above.name) else {
                if !self.knows_columns(child) {
                    continue;
                }
                let mut refusal = self.missing_column_as(
                    child,
                    &above.name,
                    format!("child table is missing column \"{}\"", above.name),
                );
                refusal.code = "42804";
                return Err(refusal.at(span));
            };
            if differ(above, own) {
                return refuse(format!("child table \"{name}\" has different type for column \"{}\"", above.name));
            }
            if above.not_null == Known::Known(true) && own.not_null == Known::Known(false) {
                return refuse(format!("column \"{}\" in child table must be marked NOT NULL", above.name));
            }
            match (is_generated(above), is_generated(own)) {
                (Some(true), Some(false)) => {
                    return refuse(format!("column \"{}\" in child table must be a generated column", above.name));
                }
                // Up to 15 the server let that pass.
                (Some(false), Some(true)) if self.version.is_some_and(|version| version > 15) => {
                    return refuse(format!("column \"{}\" in child table must not be a generated column", above.name));
                }
                _ => {}
            }
        }
        for check in parent.checks.iter().filter(|c| !c.no_inherit) {
            match child.checks.iter().find(|c| c.name == check.name) {
                None if child.unknown_constraints.is_empty() => {
                    return refuse(format!("child table is missing constraint \"{}\"", check.name));
                }
                Some(own) if own.no_inherit => {
                    let what = format!("constraint \"{}\" conflicts with non-inherited constraint", check.name);
                    return self.conflicting(&format!("{what} on child table \"{name}\""), span);
                }
                Some(own) if own.not_valid && !check.not_valid => {
                    let what = format!("constraint \"{}\" conflicts with NOT VALID constraint", check.name);
                    return self.conflicting(&format!("{what} on child table \"{name}\""), span);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn conflicting(&self, message: &str, span: Span) -> Ran<()> {
        Err(self.refuse(IssueKind::InvalidDefinition, "42P17", message).at(span))
    }

    /// Who may become the child of whom by INHERIT.
    pub(super) fn check_may_inherit(&self, table: &Table, parent: &Table, span: Span) -> Ran<()> {
        let message = if table.of_type.is_some() {
            "cannot change inheritance of typed table".to_owned()
        } else if table.partition.is_some() {
            "cannot change inheritance of a partition".to_owned()
        } else if matches!(table.kind, TableKind::Partitioned(_)) {
            "cannot change inheritance of partitioned table".to_owned()
        } else {
            return self.check_may_have_children(parent, span);
        };
        Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(span))
    }

    /// Whom INHERITS may name.
    pub(super) fn check_may_have_children(&self, parent: &Table, span: Span) -> Ran<()> {
        let what = if matches!(parent.kind, TableKind::Partitioned(_)) {
            "partitioned table"
        } else if parent.partition.is_some() {
            "partition"
        } else {
            return Ok(());
        };
        let message = format!("cannot inherit from {what} \"{}\"", parent.name.name);
        Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(span))
    }

    /// A partition has the columns of its parent and no others.
    pub(super) fn check_no_columns_more(&self, parent: &Table, child: &Table, span: Span) -> Ran<()> {
        if !self.knows_columns(parent) {
            return Ok(());
        }
        let Some(more) = child.columns.iter().find(|c| parent.column(&c.name).is_none()) else { return Ok(()) };
        let message = format!(
            "table \"{}\" contains column \"{}\" not found in parent \"{}\"",
            child.name.name, more.name, parent.name.name
        );
        Err(self.refuse(IssueKind::InvalidDefinition, "42804", message).at(span))
    }

    /// Two parents of a new table have the same column. Gives whether they leave its default open, which the table then has to say.
    pub(super) fn check_parents_agree(&self, first: &Column, second: &Column, span: Span) -> Ran<bool> {
        let name = &first.name;
        if differ(first, second) {
            let message = format!("inherited column \"{name}\" has a type conflict");
            return Err(self.refuse(IssueKind::InvalidType, "42804", message).at(span));
        }
        if collations_differ(first, second) {
            let message = format!("inherited column \"{name}\" has a collation conflict");
            return Err(self.refuse(IssueKind::InvalidType, "42P21", message).at(span));
        }
        if let (Some(a), Some(b)) = (is_generated(first), is_generated(second))
            && a != b
        {
            let message = format!("inherited column \"{name}\" has a generation conflict");
            return Err(self.refuse(IssueKind::InvalidDefinition, "42804", message).at(span));
        }
        let text = |c: &Column| c.default.known().and_then(|d| d.as_ref().map(|d| d.expr.sql.clone()));
        Ok(matches!((text(first), text(second)), (Some(a), Some(b)) if a != b))
    }

    /// What a column of CREATE TABLE adds to the parents' column of the same name.
    pub(super) fn check_merge(&self, inherited: &Column, own: &Column, def: &ColumnDef) -> Ran<()> {
        let name = &def.name;
        self.check_same_type(inherited, own, def.span)?;
        // Since PostgreSQL 16 a child may have an expression of its own.
        if is_generated(inherited) == Some(true) && def.generated.is_some() && self.version.unwrap_or(15) < 16 {
            let message = format!("child column \"{name}\" specifies generation expression");
            return Err(self.refuse(IssueKind::InvalidDefinition, "42611", message).at(def.span));
        }
        if is_generated(inherited) == Some(true) && def.generated.is_none() {
            let what = if def.default.is_some() || def.ty.as_ref().is_some_and(|ty| ty.serial) {
                "default"
            } else if def.identity.is_some() {
                "identity"
            } else {
                return Ok(());
            };
            let message = format!("column \"{name}\" inherits from generated column but specifies {what}");
            return Err(self.refuse(IssueKind::InvalidDefinition, "42611", message).at(def.span));
        }
        Ok(())
    }

    /// The type, length and collation of a column are its parent's.
    pub(super) fn check_same_type(&self, inherited: &Column, own: &Column, span: Span) -> Ran<()> {
        if differ(inherited, own) {
            let message = format!("column \"{}\" has a type conflict", own.name);
            return Err(self.refuse(IssueKind::InvalidType, "42804", message).at(span));
        }
        if collations_differ(inherited, own) {
            let message = format!("column \"{}\" has a collation conflict", own.name);
            return Err(self.refuse(IssueKind::InvalidType, "42P21", message).at(span));
        }
        Ok(())
    }

    /// A foreign table under a partitioned one with unique indexes, which cannot be made on it (`AttachPartitionEnsureIndexes`).
    pub(super) fn check_foreign_partition(&self, parent: &Table, child: &QualifiedName, attach: bool) -> Ran<()> {
        let unique = parent.primary_key.is_some()
            || !parent.uniques.is_empty()
            || parent.indexes.iter().any(|index| index.unique);
        if !unique {
            return Ok(());
        }
        let message = if attach {
            format!(
                "cannot attach foreign table \"{}\" as partition of partitioned table \"{}\"",
                child.name, parent.name.name
            )
        } else {
            format!("cannot create foreign partition of partitioned table \"{}\"", parent.name.name)
        };
        Err(self.refuse(IssueKind::InvalidReference, "42809", message))
    }

    /// The other way round: a unique index on a partitioned table with a foreign partition (`DefineIndex`).
    pub(super) fn check_partitions_take_unique(&self, table: &QualifiedName, span: Span) -> Ran<()> {
        for partition in self.partitions_of(table) {
            let Some(found) = self.table(&partition) else { continue };
            if matches!(found.kind, TableKind::Foreign { .. }) {
                let message = format!("cannot create unique index on partitioned table \"{}\"", table.name);
                return Err(self.refuse(IssueKind::InvalidReference, "42809", message).at(span));
            }
            self.check_partitions_take_unique(&partition, span)?;
        }
        Ok(())
    }
}

fn is_generated(column: &Column) -> Option<bool> {
    column.generated.known().map(Option::is_some)
}

/// Whether two columns are of different types, lengths and precisions included.
fn differ(a: &Column, b: &Column) -> bool {
    let (Some(a), Some(b)) = (a.ty.known(), b.ty.known()) else { return false };
    let bare = |ty: &TypeName| (ty.name.clone(), ty.array, ty.schema.clone());
    bare(a) != bare(b) || modifiers(a) != modifiers(b)
}

fn collations_differ(a: &Column, b: &Column) -> bool {
    let named = |c: &Column| {
        let name = c.collation.as_deref().map(|c| c.rsplit('.').next().unwrap_or(c).trim_matches('"').to_owned());
        name.filter(|name| name != "default")
    };
    named(a) != named(b)
}

/// `numeric(10)` is `numeric(10,0)`.
fn modifiers(ty: &TypeName) -> Vec<String> {
    let mut modifiers = ty.modifiers.clone();
    if ty.name == "numeric" && modifiers.len() == 1 {
        modifiers.push("0".to_owned());
    }
    modifiers
}

/// `column "x" inherits conflicting default values`
pub(super) fn conflicting_defaults(column: &str, generated: bool, span: Span) -> Refusal {
    let what = if generated { "generation expressions" } else { "default values" };
    let message = format!("column \"{column}\" inherits conflicting {what}");
    Refusal::new(IssueKind::InvalidDefinition, "42611", message).at(span)
}
