//! Primary keys, foreign keys, checks, exclusions.

use super::differ::{ColumnTypes, Differ, Reading};
use super::matching::by_key;
use super::tables::as_set;
use super::{Item, Owner, Pair};
use crate::diagnostic::Aspect;
use crate::model::{Check, Exclusion, ForeignKey, IndexKeyPart, Key, Table};

impl<'a> Differ<'a, '_> {
    pub(super) fn primary_keys(&mut self, tables: Pair<&'a Table>, reading: Pair<Reading>) {
        let owner = Some(Owner::Table(tables));
        let keys = tables.map(|table| table.primary_key.as_ref());
        if let Some(pair) = keys.present() {
            let aspects = self.key_differences(pair);
            // Two keys with nothing in common are one too many and one too few.
            if !(aspects.contains(&Aspect::Name) && aspects.contains(&Aspect::Columns)) {
                return self.changed(pair.map(Item::PrimaryKey), owner, aspects);
            }
        }
        if let Some(key) = keys.declared {
            self.missing(Item::PrimaryKey(key), owner, reading.migrated);
        }
        if let Some(key) = keys.migrated {
            self.undeclared(Item::PrimaryKey(key), owner, reading.declared);
        }
    }

    fn key_differences(&self, keys: Pair<&Key>) -> Vec<Aspect> {
        let can = self.language;
        let facts = [
            (keys.map(|k| &k.name).differs(), Aspect::Name),
            (keys.map(|k| &k.columns).differs(), Aspect::Columns),
            (can.include_columns && keys.map(|k| &k.include).differs(), Aspect::Include),
            (can.deferrable && keys.map(|k| k.deferrable).differs(), Aspect::Deferrable),
            (can.sql_only && keys.map(|k| as_set(&k.options)).differs(), Aspect::Options),
            (can.comments && keys.map(|k| &k.comment).differs(), Aspect::Comment),
        ];
        facts.into_iter().filter_map(|(differs, aspect)| differs.then_some(aspect)).collect()
    }

    pub(super) fn foreign_keys(&mut self, tables: Pair<&'a Table>, reading: Pair<Reading>) {
        let owner = Some(Owner::Table(tables));
        let lists = tables.map(|t| &t.foreign_keys);
        let mut matching = by_key(lists, |fk| fk.name.as_str());
        let is_same = |pair| self.foreign_key_aspects(pair).iter().all(|&aspect| aspect == Aspect::Name);
        matching.pair_more(|fk| (&fk.columns, &fk.ref_table), is_same);
        if self.language.duplicate_indexes_are_one {
            matching.declared.retain(|&fk| !lists.migrated.iter().any(|other| is_same(Pair::new(fk, other))));
            matching.migrated.retain(|&fk| !lists.declared.iter().any(|other| is_same(Pair::new(other, fk))));
        }
        for pair in matching.both {
            let mut aspects = self.foreign_key_aspects(pair);
            if self.language.unnamed_foreign_keys.contains(&tables.declared.name) {
                aspects.retain(|&aspect| aspect != Aspect::Name);
            }
            self.changed(pair.map(Item::ForeignKey), owner, aspects);
        }
        for fk in matching.declared {
            self.missing(Item::ForeignKey(fk), owner, reading.migrated);
        }
        for fk in matching.migrated.into_iter().filter(|fk| !fk.inherited) {
            self.undeclared(Item::ForeignKey(fk), owner, reading.declared);
        }
    }

    fn foreign_key_aspects(&self, fks: Pair<&ForeignKey>) -> Vec<Aspect> {
        let can = self.language;
        let columns = fks.map(|fk| (&fk.columns, &fk.ref_table, &fk.ref_columns));
        let actions = fks.map(|fk| (fk.on_delete, fk.on_update, &fk.on_delete_columns));
        let facts = [
            (fks.map(|fk| &fk.name).differs(), Aspect::Name),
            (columns.differs(), Aspect::Columns),
            (actions.differs(), Aspect::Actions),
            (can.deferrable && fks.map(|fk| fk.deferrable).differs(), Aspect::Deferrable),
            (can.deferrable && fks.map(|fk| fk.match_kind).differs(), Aspect::Options),
            (fks.map(|fk| fk.not_valid).differs(), Aspect::Validity),
            (can.comments && fks.map(|fk| &fk.comment).differs(), Aspect::Comment),
        ];
        facts.into_iter().filter_map(|(differs, aspect)| differs.then_some(aspect)).collect()
    }

    pub(super) fn checks(&mut self, tables: Pair<&'a Table>, reading: Pair<Reading>, types: ColumnTypes<'_>) {
        let owner = Some(Owner::Table(tables));
        let mut matching = by_key(tables.map(|t| &t.checks), |check| check.name.as_str());
        let is_same = |pair: Pair<&Check>| {
            pair.map(|check| &check.expr).known().is_some()
                && self.check_aspects(pair, types).iter().all(|a| matches!(a, Aspect::Name | Aspect::Validity))
        };
        let columns = |check: &Check| {
            let mut columns = check.expr.known().map(|e| self.dialect.columns_of(&e.sql)).unwrap_or_default();
            columns.sort_unstable();
            columns
        };
        matching.pair_more(columns, is_same);
        for pair in matching.both {
            let aspects = self.check_aspects(pair, types);
            self.changed(pair.map(Item::Check), owner, aspects);
        }
        for check in matching.declared {
            self.missing(Item::Check(check), owner, reading.migrated);
        }
        for check in matching.migrated.into_iter().filter(|check| !check.inherited) {
            self.undeclared(Item::Check(check), owner, reading.declared);
        }
    }

    fn check_aspects(&self, checks: Pair<&Check>, types: ColumnTypes<'_>) -> Vec<Aspect> {
        let exprs = checks.map(|check| &check.expr).known();
        let facts = [
            (checks.map(|check| &check.name).differs(), Aspect::Name),
            (exprs.is_some_and(|exprs| !self.same_expression(exprs, None, types)), Aspect::Expression),
            (checks.map(|check| check.not_valid).differs(), Aspect::Validity),
            (checks.map(|check| check.no_inherit).differs(), Aspect::Options),
            (self.language.comments && checks.map(|check| &check.comment).differs(), Aspect::Comment),
        ];
        facts.into_iter().filter_map(|(differs, aspect)| differs.then_some(aspect)).collect()
    }

    pub(super) fn exclusions(&mut self, tables: Pair<&'a Table>, reading: Pair<Reading>, types: ColumnTypes<'_>) {
        let owner = Some(Owner::Table(tables));
        let matching = by_key(tables.map(|t| &t.exclusions), |exclusion| exclusion.name.as_str());
        for pair in matching.both {
            let aspects = self.exclusion_aspects(pair, types);
            self.changed(pair.map(Item::Exclusion), owner, aspects);
        }
        for exclusion in matching.declared {
            self.missing(Item::Exclusion(exclusion), owner, reading.migrated);
        }
        for exclusion in matching.migrated {
            self.undeclared(Item::Exclusion(exclusion), owner, reading.declared);
        }
    }

    fn exclusion_aspects(&self, pair: Pair<&Exclusion>, types: ColumnTypes<'_>) -> Vec<Aspect> {
        let facts = [
            (pair.map(|x| &x.method).differs(), Aspect::Method),
            (self.elements_differ(pair, types), Aspect::Columns),
            (pair.map(|x| &x.include).differs(), Aspect::Include),
            (self.exclusion_predicates_differ(pair, types), Aspect::Predicate),
            (pair.map(|x| x.deferrable).differs(), Aspect::Deferrable),
            (self.language.comments && pair.map(|x| &x.comment).differs(), Aspect::Comment),
        ];
        facts.into_iter().filter_map(|(differs, aspect)| differs.then_some(aspect)).collect()
    }

    fn elements_differ(&self, pair: Pair<&Exclusion>, types: ColumnTypes<'_>) -> bool {
        let lists = pair.map(|x| &x.elements);
        let method = &pair.declared.method;
        lists.map(Vec::len).differs()
            || lists.declared.iter().zip(lists.migrated).any(|(declared, migrated)| {
                let elements = Pair::new(declared, migrated);
                let parts = elements.map(|(key, _)| &key.part);
                let part_differs = match (parts.declared, parts.migrated) {
                    (IndexKeyPart::Expr(declared), IndexKeyPart::Expr(migrated)) => {
                        let exprs = Pair::new(declared, migrated).known();
                        exprs.is_some_and(|exprs| !self.same_expression(exprs, None, types))
                    }
                    _ => parts.differs(),
                };
                let keys = elements.map(|(key, _)| key);
                part_differs
                    || elements.map(|(_, operator)| operator).differs()
                    || keys.map(|key| (key.order, key.nulls_first(), &key.collation)).differs()
                    || self.opclass_differs(keys, method, types)
            })
    }

    fn exclusion_predicates_differ(&self, pair: Pair<&Exclusion>, types: ColumnTypes<'_>) -> bool {
        let predicates = pair.map(|x| x.predicate.as_ref());
        match predicates.present() {
            Some(exprs) => !self.same_expression(exprs, None, types),
            None => predicates.map(|p| p.is_some()).differs(),
        }
    }
}
