//! The names of an index's own columns (pg_attribute). They are those of the table's columns when it was made: a renamed column leaves them, a
//! column of another type makes the index anew. Copies are named after them (`generateClonedIndexStmt` in src/backend/parser/parse_utilcmd.c).

use super::state::State;
use crate::dialect::Dialect;
use crate::model::{Exclusion, Index, IndexKey, IndexKeyPart, Key, Known, QualifiedName, Table};

impl State {
    pub(super) fn columns_of_index(&self, index: &Index) -> Vec<String> {
        index.column_names.clone().unwrap_or_else(|| self.index_column_names(&index.keys, &index.include))
    }

    pub(super) fn columns_of_key(&self, key: &Key) -> Vec<String> {
        key.column_names.clone().unwrap_or_else(|| super::naming::named_apart(key.columns.iter().chain(&key.include)))
    }

    pub(super) fn columns_of_exclusion(&self, exclusion: &Exclusion) -> Vec<String> {
        let keys: Vec<IndexKey> = exclusion.elements.iter().map(|(key, _)| key.clone()).collect();
        exclusion.column_names.clone().unwrap_or_else(|| self.index_column_names(&keys, &exclusion.include))
    }

    /// Before a column is renamed: its indexes keep the names that they have.
    pub(super) fn keep_index_columns(&mut self, table: &QualifiedName, column: &str) {
        self.set_index_columns(table, column, true);
    }

    /// Once a column has another type: its indexes were made anew.
    pub(super) fn renew_index_columns(&mut self, table: &QualifiedName, column: &str) {
        self.set_index_columns(table, column, false);
    }

    fn set_index_columns(&mut self, table: &QualifiedName, column: &str, keeps: bool) {
        let Some(found) = self.table(table) else { return };
        let dialect = self.dialect;
        let is_old = |names: &Option<Vec<String>>| names.is_some() != keeps;
        let of_key = |key: &Key| {
            let uses = key.columns.iter().chain(&key.include).any(|c| c == column);
            (uses && is_old(&key.column_names)).then(|| self.columns_of_key(key))
        };
        let primary = found.primary_key.as_ref().and_then(of_key);
        let uniques: Vec<_> = found.uniques.iter().map(of_key).collect();
        let of_index = |index: &Index| {
            let uses = uses_column(dialect, index.keys.iter(), &index.include, column);
            (uses && is_old(&index.column_names)).then(|| self.columns_of_index(index))
        };
        let indexes: Vec<_> = found.indexes.iter().map(of_index).collect();
        let of_exclusion = |exclusion: &Exclusion| {
            let keys = exclusion.elements.iter().map(|(key, _)| key);
            let uses = uses_column(dialect, keys, &exclusion.include, column);
            (uses && is_old(&exclusion.column_names)).then(|| self.columns_of_exclusion(exclusion))
        };
        let exclusions: Vec<_> = found.exclusions.iter().map(of_exclusion).collect();
        let all = primary.iter().chain(uniques.iter().flatten()).chain(indexes.iter().flatten());
        if all.chain(exclusions.iter().flatten()).next().is_none() {
            return;
        }
        let Some(found) = self.table_mut(table) else { return };
        let primary = found.primary_key.is_some().then_some(primary);
        let names = primary.into_iter().chain(uniques).chain(indexes).chain(exclusions);
        for (place, names) in names_of(found).zip(names) {
            if let Some(names) = names {
                *place = keeps.then_some(names);
            }
        }
    }
}

/// The place of each index's names: the primary key, unique constraints, indexes, exclusion constraints.
fn names_of(table: &mut Table) -> impl Iterator<Item = &mut Option<Vec<String>>> {
    let uniques = table.uniques.iter_mut().map(|key| &mut key.column_names);
    let indexes = table.indexes.iter_mut().map(|index| &mut index.column_names);
    let exclusions = table.exclusions.iter_mut().map(|exclusion| &mut exclusion.column_names);
    let primary = table.primary_key.iter_mut().map(|key| &mut key.column_names);
    primary.chain(uniques).chain(indexes).chain(exclusions)
}

fn uses_column<'k>(
    dialect: &dyn Dialect,
    mut keys: impl Iterator<Item = &'k IndexKey>,
    include: &[String],
    column: &str,
) -> bool {
    include.iter().any(|c| c == column)
        || keys.any(|key| match &key.part {
            IndexKeyPart::Column(name) => name == column,
            IndexKeyPart::Expr(Known::Known(expr)) => {
                expr.sql.contains(column) && dialect.columns_of(&expr.sql).iter().any(|c| c == column)
            }
            IndexKeyPart::Expr(Known::Unknown(_)) => false,
        })
}
