//! Foreign keys that stand in the way of other changes: they are dropped before and made again after.
//!
//! The server drops no key that a foreign key rests on ("cannot drop constraint … because other objects depend on it"), and takes no type
//! of a column under which a foreign key "cannot be implemented", even where the other side is about to follow.

use std::collections::HashSet;

use super::{Maker, Phase, Step};
use crate::diff::Pair;
use crate::model::{ForeignKey, Index, IndexKeyPart, QualifiedName, TypeName};

impl Maker<'_> {
    /// For a key of a table that goes.
    pub(super) fn remake_foreign_keys_to(&mut self, table: &QualifiedName, key: &[&str]) {
        let same = |columns: &[String]| columns.len() == key.len() && columns.iter().all(|c| key.contains(&c.as_str()));
        let migrated = self.catalogs.migrated;
        let primary = migrated.tables.get(table).and_then(|t| t.primary_key.as_ref());
        let is_to_primary = primary.is_some_and(|primary| same(&primary.columns));
        self.remake_foreign_keys(table, |_, fk| {
            fk.ref_table == *table && (same(&fk.ref_columns) || fk.ref_columns.is_empty() && is_to_primary)
        });
    }

    /// For a unique index of a table that goes.
    pub(super) fn remake_foreign_keys_to_index(&mut self, table: &QualifiedName, index: &Index) {
        let columns: Option<Vec<&str>> = index
            .keys
            .iter()
            .map(|key| match &key.part {
                IndexKeyPart::Column(name) => Some(name.as_str()),
                IndexKeyPart::Expr(_) => None,
            })
            .collect();
        if let Some(columns) = columns.filter(|_| index.unique) {
            self.remake_foreign_keys_to(table, &columns);
        }
    }

    /// For a column that gets another type.
    pub(super) fn remake_foreign_keys_of(&mut self, table: &QualifiedName, column: &str, types: Pair<&TypeName>) {
        if goes_on(types) {
            return;
        }
        let has = |columns: &[String]| columns.iter().any(|c| c == column);
        self.remake_foreign_keys(table, |owner, fk| {
            owner == table && has(&fk.columns) || fk.ref_table == *table && has(&fk.ref_columns)
        });
    }

    /// Of the foreign keys to and from a table.
    fn remake_foreign_keys(&mut self, on: &QualifiedName, is_in_the_way: impl Fn(&QualifiedName, &ForeignKey) -> bool) {
        let Pair { declared, migrated } = self.catalogs;
        for table in self.fixes.dependents().referring(on).iter().filter_map(|&place| migrated.tables.get_index(place))
        {
            let (_, table) = table;
            let own = |fk: &&ForeignKey| !fk.inherited && is_in_the_way(&table.name, fk);
            for fk in table.foreign_keys.iter().filter(own) {
                self.drop_constraint(Phase::DropForeignKey, &table.name, &fk.name);
                let keys = declared.tables.get(&table.name).map_or(&[][..], |table| &table.foreign_keys);
                if let Some(again) = keys.iter().find(|k| k.columns == fk.columns && k.ref_table == fk.ref_table) {
                    self.add_foreign_key(&table.name, again);
                }
            }
        }
    }
}

/// Types between which foreign keys go on: those of one family of operators.
fn goes_on(types: Pair<&TypeName>) -> bool {
    let is_integer = |ty: &TypeName| matches!(ty.name.as_str(), "smallint" | "integer" | "bigint");
    let is_text = |ty: &TypeName| matches!(ty.name.as_str(), "text" | "character varying");
    let is_same = types.declared.name == types.migrated.name && types.declared.schema == types.migrated.schema;
    !types.map(|ty| ty.array).differs() && (is_same || types.both(is_integer) || types.both(is_text))
}

/// Takes out what several changes ask for, each for itself: the same foreign key, policy, trigger or index dropped, made and commented once, and no foreign
/// key renamed that is made anew.
pub(super) fn once(steps: &mut Vec<Step>) {
    use Phase as P;
    let mut seen = HashSet::new();
    let is_once = |phase| {
        let of_keys = matches!(phase, P::DropForeignKey | P::AddForeignKey | P::DropIndex | P::AddIndex);
        of_keys || matches!(phase, P::DropPolicy | P::CreatePolicy | P::DropTrigger | P::CreateTrigger | P::Comment)
    };
    steps.retain(|step| !is_once(step.phase) || seen.insert(step.sql.clone()));
    let dropped: HashSet<String> = steps
        .iter()
        .filter(|step| step.phase == Phase::DropForeignKey)
        .map(|step| step.sql.replacen(" DROP CONSTRAINT ", " RENAME CONSTRAINT ", 1).replacen(';', " TO ", 1))
        .collect();
    let is_made_anew = |sql: &str| sql.match_indices(" TO ").any(|(at, to)| dropped.contains(&sql[..at + to.len()]));
    steps.retain(|step| step.phase != Phase::Rename || !is_made_anew(&step.sql));
}
