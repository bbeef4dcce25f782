//! Renames that a person named: what they change in a comparison, and which of them mean nothing.

use super::Migrated;
use crate::config::{Rename, Target};
use crate::declared::Declared;
use crate::diagnostic::{Aspect, Diagnostic};
use crate::diff::{Change, Delta, Diff, Item, Owner, Pair};
use crate::model::{ObjectKind, ObjectRef, QualifiedName, Table};

/// Adds to a comparison under the new names that they are new.
pub(super) fn add<'a>(diff: &mut Diff<'a>, declared: &'a Declared, migrated: &'a Migrated, target: &Target) {
    let changes =
        renamed(migrated, target).filter_map(|(from, rename)| change(declared, migrated, target, from, rename));
    let mut changes: Vec<_> = changes.collect();
    // The statements for columns name the table as it is called until then.
    changes.sort_by_key(|change| change.owner.is_none());
    changes.append(&mut diff.changes);
    diff.changes = changes;
}

/// Whether a finding says that a table or column is to be renamed.
pub(super) fn is_rename(finding: &Diagnostic) -> bool {
    let kind = finding.object.as_ref().map(|object| object.kind);
    finding.aspects == [Aspect::Name] && matches!(kind, Some(ObjectKind::Table | ObjectKind::Column))
}

/// The renames of a target that name nothing: neither the old name is there after the migrations nor the new one, or the schema does not declare
/// the new one. What is renamed by now does no harm.
pub(super) fn unmatched(declared: &Declared, migrated: &Migrated, target: &Target) -> Vec<Rename> {
    let Some(answered) = &migrated.replayed.answered else { return Vec::new() };
    let is_unmatched = |(rename, from): (&Rename, &Option<ObjectRef>)| match from {
        Some(from) => change(declared, migrated, target, from, rename).is_none(),
        None => !is_done(rename, migrated),
    };
    let all = target.renames.iter().zip(&answered.renamed);
    all.filter(|&pair| is_unmatched(pair)).map(|(rename, _)| rename.clone()).collect()
}

fn renamed<'m>(migrated: &'m Migrated, target: &'m Target) -> impl Iterator<Item = (&'m ObjectRef, &'m Rename)> {
    let answered = migrated.replayed.answered.iter().flat_map(|answered| &answered.renamed);
    answered.zip(&target.renames).filter_map(|(from, rename)| Some((from.as_ref()?, rename)))
}

fn change<'a>(
    declared: &'a Declared,
    migrated: &'a Migrated,
    target: &Target,
    from: &ObjectRef,
    rename: &Rename,
) -> Option<Change<'a>> {
    let schema = from.schema.as_deref()?;
    let old_table = QualifiedName::new(schema, from.table.as_deref().unwrap_or(&from.name));
    let is_table = |object: &ObjectRef| {
        object.kind == ObjectKind::Table && object.name == old_table.name && object.schema.as_deref() == Some(schema)
    };
    let table_rename = renamed(migrated, target).find(|(object, _)| is_table(object));
    let new_table =
        table_rename.map_or_else(|| old_table.clone(), |(_, rename)| QualifiedName::new(schema, &rename.to));
    let tables: Pair<&'a Table> =
        Pair::new(declared.catalog.tables.get(&new_table)?, migrated.replayed.catalog.tables.get(&old_table)?);
    let aspects = vec![Aspect::Name];
    Some(if from.kind == ObjectKind::Table {
        let object = ObjectRef::top(ObjectKind::Table, &new_table);
        Change { object, delta: Delta::Changed { pair: tables.map(Item::Table), aspects }, owner: None }
    } else {
        let pair =
            Pair::new(tables.declared.column(&rename.to)?, tables.migrated.column(&from.name)?).map(Item::Column);
        let object = ObjectRef::part(ObjectKind::Column, &new_table, &rename.to);
        Change { object, delta: Delta::Changed { pair, aspects }, owner: Some(Owner::Table(tables)) }
    })
}

/// Whether the migrations have the new name already.
fn is_done(rename: &Rename, migrated: &Migrated) -> bool {
    let (outer, _) = rename.from.rsplit_once('.').unwrap_or_default();
    let tables = &migrated.replayed.catalog.tables;
    let is_table = |table: &&Table, name: &str| {
        name == table.name.name || name == format!("{}.{}", table.name.schema, table.name.name)
    };
    let as_table = if outer.is_empty() { rename.to.clone() } else { format!("{outer}.{}", rename.to) };
    tables
        .values()
        .any(|table| is_table(&table, outer) && table.column(&rename.to).is_some() || is_table(&table, &as_table))
}
