//! Tables as wholes, and what belongs to them.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::differ::{ColumnTypes, Differ, Reading};
use super::indexes::IndexLike;
use super::{Diff, Item, Owner, Pair};
use crate::diagnostic::Aspect;
use crate::model::{ObjectKind, Table, TableKind};

/// Storage parameters in no order.
pub(super) fn as_set(options: &[(String, String)]) -> BTreeSet<(&str, &str)> {
    options.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Fewer are not worth another thread.
const TABLES_AT_ONCE: usize = 32;

/// The bound of a partition with its constants as plain as they can be written: the server prints what the key's type makes of them.
fn plain_bound(sql: &str) -> String {
    let constants = sql.split('\'').enumerate().map(|(at, part)| match at % 2 {
        0 => part.to_owned(),
        _ if part.parse::<f64>().is_ok() => part.to_owned(),
        _ => format!("'{}'", plain_time(part)),
    });
    constants.collect()
}

/// A time without its zone, which is the session's where none is written, and midnight as the date alone.
fn plain_time(text: &str) -> &str {
    let is_date = |text: &str| {
        text.len() == 10
            && text.bytes().enumerate().all(|(at, b)| if matches!(at, 4 | 7) { b == b'-' } else { b.is_ascii_digit() })
    };
    let Some(date) = text.get(..10).filter(|date| is_date(date)) else { return text };
    let end = text[10..].find(['+', '-', 'Z']).map_or(text.len(), |at| 10 + at);
    let is_midnight = text[10..end].bytes().all(|b| matches!(b, b' ' | b'T' | b':' | b'.' | b'0'));
    if is_midnight { date } else { text[..end].trim_end() }
}

impl<'a> Differ<'a, '_> {
    pub(super) fn tables(&mut self) {
        let tables = self.catalogs.map(|catalog| &catalog.tables);
        let declared: Vec<&Table> = tables.declared.values().collect();
        let compare = |&declared: &&'a Table| {
            let mut alone = Differ { diff: Diff::default(), ..*self };
            alone.declared_table(declared, tables.migrated.get(&declared.name));
            alone.diff
        };
        let found: Vec<Diff<'a>> = declared.par_iter().with_min_len(TABLES_AT_ONCE).map(compare).collect();
        for diff in found {
            self.diff.changes.extend(diff.changes);
            self.diff.unmanaged.extend(diff.unmanaged);
        }
        for migrated in tables.migrated.values() {
            if tables.declared.contains_key(&migrated.name)
                || !self.looks_at(ObjectKind::Table, &migrated.name)
                || self.is_nobodys(migrated)
            {
                continue;
            }
            self.undeclared(Item::Table(migrated), None, self.declarations());
        }
    }

    fn declared_table(&mut self, declared: &'a Table, migrated: Option<&'a Table>) {
        if !self.looks_at(ObjectKind::Table, &declared.name) {
            return;
        }
        match migrated {
            None => self.missing(Item::Table(declared), None, Reading::Complete),
            Some(migrated) if self.scope.in_prelude(Some(&migrated.origin)) => {}
            Some(migrated) => self.table(Pair::new(declared, migrated)),
        }
    }

    fn table(&mut self, tables: Pair<&'a Table>) {
        let types = ColumnTypes::of(tables);
        let owner = Owner::Table(tables);
        let reading = tables.map(|table| Reading::of(&table.unknown_constraints));
        self.changed(tables.map(Item::Table), None, self.table_aspects(tables));
        self.columns(tables, types);
        self.primary_keys(tables, reading);
        let indexes = tables.map(|table| {
            let constraints = table.uniques.iter().map(IndexLike::Constraint);
            constraints.chain(table.indexes.iter().map(IndexLike::Index)).collect()
        });
        self.indexes(indexes, owner, reading, types);
        self.foreign_keys(tables, reading);
        self.checks(tables, reading, types);
        self.exclusions(tables, reading, types);
        self.policies(tables, reading, types);
        self.triggers(tables.map(|table| table.triggers.as_slice()), owner);
    }

    /// Whether a table is divided, or is a part of another, in another way.
    fn partitioning_differs(&self, tables: Pair<&Table>) -> bool {
        let partitions = tables.map(|table| table.partition.as_ref());
        let bounds_differ = partitions.present().is_some_and(|partitions| {
            partitions.map(|p| &p.parent).differs()
                || partitions
                    .map(|p| &p.bound)
                    .known()
                    .is_some_and(|bounds| !self.same_words(bounds.map(|bound| plain_bound(bound)).as_ref()))
        });
        bounds_differ
            || partitions.map(|p| p.is_some()).differs()
            || match tables.map(|table| &table.kind) {
                Pair { declared: TableKind::Partitioned(declared), migrated: TableKind::Partitioned(migrated) } => {
                    !self.same_words(Pair::new(&declared.sql, &migrated.sql))
                }
                kinds => kinds.differs(),
            }
    }

    fn same_words(&self, texts: Pair<&String>) -> bool {
        self.dialect.same_tokens(texts.declared, texts.migrated)
    }

    fn table_aspects(&self, tables: Pair<&Table>) -> Vec<Aspect> {
        let can = self.language;
        let mut aspects = Vec::new();
        let security = tables.map(|table| table.row_level_security);
        // FORCE is a word of few languages: beside SQL it counts only where it was declared.
        let forced = security.map(|rls| rls.forced);
        let forced_differs = forced.differs() && (forced.declared || can.sql_only);
        if can.row_level_security && (security.map(|rls| rls.enabled).differs() || forced_differs) {
            aspects.push(Aspect::RowLevelSecurity);
        }
        if can.partitions && self.partitioning_differs(tables) || can.sql_only && tables.map(|t| &t.inherits).differs()
        {
            aspects.push(Aspect::Definition);
        }
        if can.sql_only && (tables.map(|t| t.persistence).differs() || tables.map(|t| as_set(&t.options)).differs()) {
            aspects.push(Aspect::Options);
        }
        if can.comments && tables.map(|table| &table.comment).differs() {
            aspects.push(Aspect::Comment);
        }
        aspects
    }
}

#[cfg(test)]
mod tests {
    use super::plain_bound;

    #[test]
    fn bounds_are_compared_as_plain_as_they_can_be_written() {
        let check = |a, b, expect| assert_eq!(plain_bound(a) == plain_bound(b), expect, "{a} {b}");
        check("FROM ('2020-01-01') TO ('2021-01-01')", "FROM ('2020-01-01 00:00:00+01') TO ('2021-01-01T00:00')", true);
        check("FROM ('2020-01-01 12:30:00')", "FROM ('2020-01-01 12:30:00+00')", true);
        check("FROM ('2020-01-01')", "FROM ('2020-01-02')", false);
        check("FROM ('2020-01-01')", "FROM ('2020-01-01 12:00:00')", false);
        check("IN ('1', 'a')", "IN (1, 'a')", true);
        check("IN ('a')", "IN ('b')", false);
    }
}
