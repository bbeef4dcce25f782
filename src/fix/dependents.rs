//! What stands on tables, columns and views of the migrated side, so that it is dropped before they change and made again after.
//!
//! Read once for all changes: a large project has hundreds of both.

use std::collections::HashMap;

use crate::dialect::{Dialect, NameKind, NameUse, NamesIn, SqlForm};
use crate::model::{Catalog, QualifiedName};

/// Who uses what. Places are those in the catalog.
#[derive(Default)]
pub(super) struct Dependents {
    /// By the own name of a relation, the views whose queries name one, with the schema where it is written.
    views: HashMap<String, Vec<(QualifiedName, Option<String>)>>,
    /// By a table, those that have foreign keys to it, and itself if it has any.
    referring: HashMap<QualifiedName, Vec<usize>>,
    /// By a column's name, the policies whose expressions use one.
    policies: HashMap<String, Vec<PolicyUse>>,
}

/// A policy that names a column.
struct PolicyUse {
    table: usize,
    policy: usize,
    /// The relations that it reads, by their own names.
    relations: Vec<String>,
}

impl Dependents {
    pub(super) fn of(catalog: &Catalog, dialect: &dyn Dialect) -> Self {
        let mut found = Self::default();
        for view in catalog.views.values() {
            let query = view.query.known().and_then(|query| dialect.names_in(&query.sql, SqlForm::Statement));
            for used in query.iter().flat_map(|names| of_kind(names, NameKind::Relation)) {
                let Some((name, schema)) = used.parts.split_last() else { continue };
                found.views.entry(name.clone()).or_default().push((view.name.clone(), schema.last().cloned()));
            }
        }
        for (table, owner) in catalog.tables.values().enumerate() {
            for key in &owner.foreign_keys {
                for end in [&owner.name, &key.ref_table] {
                    let tables = found.referring.entry(end.clone()).or_default();
                    if tables.last() != Some(&table) {
                        tables.push(table);
                    }
                }
            }
            for (policy, written) in owner.policies.iter().enumerate() {
                let exprs = [&written.using, &written.with_check];
                let exprs = exprs.into_iter().filter_map(|expr| expr.known()?.as_ref());
                for names in exprs.filter_map(|expr| dialect.names_in(&expr.sql, SqlForm::Expression)) {
                    let last = |used: &NameUse| used.parts.last().cloned();
                    let relations: Vec<String> = of_kind(&names, NameKind::Relation).filter_map(last).collect();
                    for column in of_kind(&names, NameKind::Column).filter_map(last) {
                        let relations = relations.clone();
                        found.policies.entry(column).or_default().push(PolicyUse { table, policy, relations });
                    }
                }
            }
        }
        found
    }

    /// The views whose queries name a relation, in the order of the catalog.
    pub(super) fn views_over<'s>(&'s self, relation: &'s QualifiedName) -> impl Iterator<Item = &'s QualifiedName> {
        let named = self.views.get(&relation.name).into_iter().flatten();
        named
            .filter(|(_, schema)| schema.as_ref().is_none_or(|schema| *schema == relation.schema))
            .map(|(view, _)| view)
    }

    /// Places of the tables that have foreign keys to or from a table.
    pub(super) fn referring(&self, table: &QualifiedName) -> &[usize] {
        self.referring.get(table).map_or(&[], Vec::as_slice)
    }

    /// Places of the policies, each in its table, that use a column of a table, which stands at `place`.
    pub(super) fn policies_on(&self, table: &QualifiedName, place: usize, column: &str) -> Vec<(usize, usize)> {
        let uses = self.policies.get(column).into_iter().flatten();
        let on_it = uses.filter(|used| used.table == place || used.relations.contains(&table.name));
        let mut policies: Vec<(usize, usize)> = on_it.map(|used| (used.table, used.policy)).collect();
        policies.dedup();
        policies
    }
}

fn of_kind(names: &NamesIn, kind: NameKind) -> impl Iterator<Item = &NameUse> {
    names.uses.iter().filter(move |used| used.kind == kind)
}
