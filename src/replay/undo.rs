//! The undo log: what each object was before it was touched, so that a refused statement, ROLLBACK and savepoints leave no trace.
//!
//! Entries are whole objects, kept once between two marks, or the lengths of a table's lists where it was only added to. Outside of explicit
//! transactions the log is cut after every statement, so it stays as short as a statement is.

use std::hash::Hash;

use super::Mark;
use super::state::{Relation, State};
use super::uses::Uses;
use crate::model::{
    CompositeType, Domain, EnumType, Extension, Function, Namespace, Objects, OpaqueObject, Origin, QualifiedName,
    Sequence, Table, View,
};

/// An object as it was, with its place in the order of creation; `None` where there was none.
pub(super) type Was<T> = Option<(usize, Box<T>)>;

pub(super) enum Undo {
    Table(QualifiedName, Was<Table>),
    TableLengths(QualifiedName, TableLengths),
    View(QualifiedName, Was<View>),
    Sequence(QualifiedName, Was<Sequence>),
    Enum(QualifiedName, Was<EnumType>),
    Domain(QualifiedName, Was<Domain>),
    Composite(QualifiedName, Was<CompositeType>),
    Schema(String, Was<Namespace>),
    Extension(String, Was<Extension>),
    Role(String, Was<Origin>),
    Relation(QualifiedName, Option<Relation>),
    Constraint(QualifiedName, u32),
    Uses(QualifiedName, Option<Uses>),
    Children(QualifiedName, Option<Vec<QualifiedName>>),
    OtherType(QualifiedName, bool),
    Functions(usize, Was<Function>),
    Opaque(usize, Was<OpaqueObject>),
    Dropped(usize),
    Unknown(usize),
    Setting(String, Option<String>),
    SearchPath(Vec<String>),
    Data(super::plpgsql::TableData),
}

/// How long the lists of a table were. Most statements only add to a table, and then this is all that is needed to undo them: a copy of a
/// wide table for each of its indexes would make a long history quadratic.
#[derive(Clone, Copy)]
pub(super) struct TableLengths {
    columns: usize,
    uniques: usize,
    foreign_keys: usize,
    checks: usize,
    exclusions: usize,
    indexes: usize,
    policies: usize,
    changed: usize,
    has_primary_key: bool,
}

impl TableLengths {
    pub(super) fn of(table: &Table) -> Self {
        Self {
            columns: table.columns.len(),
            uniques: table.uniques.len(),
            foreign_keys: table.foreign_keys.len(),
            checks: table.checks.len(),
            exclusions: table.exclusions.len(),
            indexes: table.indexes.len(),
            policies: table.policies.len(),
            changed: table.origin.changed.len(),
            has_primary_key: table.primary_key.is_some(),
        }
    }

    fn shrink(self, table: &mut Table) {
        table.columns.truncate(self.columns);
        table.uniques.truncate(self.uniques);
        table.foreign_keys.truncate(self.foreign_keys);
        table.checks.truncate(self.checks);
        table.exclusions.truncate(self.exclusions);
        table.indexes.truncate(self.indexes);
        table.policies.truncate(self.policies);
        table.origin.changed.truncate(self.changed);
        if !self.has_primary_key {
            table.primary_key = None;
        }
    }
}

fn put_back<K: Hash + Eq, V>(map: &mut Objects<K, V>, key: K, was: Was<V>) {
    match was {
        None => {
            map.shift_remove(&key);
        }
        Some((index, value)) => match map.get_mut(&key) {
            Some(slot) => *slot = *value,
            None => {
                map.shift_insert(index.min(map.len()), key, *value);
            }
        },
    }
}

/// As [`put_back`], for lists: `None` takes away what was appended.
fn put_back_in_list<V>(list: &mut Vec<V>, index: usize, was: Was<V>, length_then: usize) {
    match was {
        None => {
            list.truncate(index);
        }
        Some((_, value)) if list.len() < length_then => list.insert(index.min(list.len()), *value),
        Some((_, value)) => {
            if let Some(slot) = list.get_mut(index) {
                *slot = *value;
            }
        }
    }
}

impl State {
    /// The point to which [`State::undo_to`] returns.
    pub(super) fn log_mark(&mut self) -> Mark {
        self.marks.push(self.log.len());
        Mark(self.marks.len() - 1)
    }

    /// Forgets a mark and keeps what was done since. The log is cut when no mark is left.
    pub(super) fn forget(&mut self, mark: Mark) {
        self.marks.truncate(mark.0);
        if self.marks.is_empty() {
            self.log.clear();
        }
    }

    /// Undoes all that was done since a mark, which is spent.
    pub(super) fn undo_to(&mut self, mark: Mark) {
        let Some(&length) = self.marks.get(mark.0) else { return };
        while self.log.len() > length {
            if let Some(entry) = self.log.pop() {
                self.undo(entry);
            }
        }
        self.forget(mark);
    }

    fn undo(&mut self, entry: Undo) {
        let catalog = &mut self.catalog;
        match entry {
            Undo::Table(key, was) => put_back(&mut catalog.tables, key, was),
            Undo::TableLengths(key, lengths) => {
                if let Some(table) = catalog.tables.get_mut(&key) {
                    lengths.shrink(table);
                }
            }
            Undo::View(key, was) => put_back(&mut catalog.views, key, was),
            Undo::Sequence(key, was) => put_back(&mut catalog.sequences, key, was),
            Undo::Enum(key, was) => put_back(&mut catalog.enums, key, was),
            Undo::Domain(key, was) => put_back(&mut catalog.domains, key, was),
            Undo::Composite(key, was) => put_back(&mut catalog.composites, key, was),
            Undo::Schema(key, was) => put_back(&mut catalog.schemas, key, was),
            Undo::Extension(key, was) => put_back(&mut catalog.extensions, key, was),
            Undo::Role(key, was) => put_back(&mut catalog.roles, key, was),
            Undo::Functions(index, was) => {
                let then = was.as_ref().map_or(0, |w| w.0);
                put_back_in_list(&mut catalog.functions, index, was, then);
            }
            Undo::Opaque(index, was) => {
                let then = was.as_ref().map_or(0, |w| w.0);
                put_back_in_list(&mut catalog.opaque, index, was, then);
            }
            Undo::Dropped(length) => catalog.dropped.truncate(length),
            Undo::Unknown(length) => catalog.unknown.truncate(length),
            Undo::Relation(key, was) => set_or_remove(&mut self.relations, key, was),
            Undo::Constraint(key, was) => set_or_remove(&mut self.constraint_names, key, (was > 0).then_some(was)),
            Undo::Uses(key, was) => {
                self.uses.set(key, was);
            }
            Undo::Children(key, was) => set_or_remove(&mut self.children, key, was),
            Undo::OtherType(key, was) => {
                if was {
                    self.other_types.insert(key);
                } else {
                    self.other_types.remove(&key);
                }
            }
            Undo::Data(was) => self.data = was,
            Undo::Setting(key, was) => set_or_remove(&mut self.settings, key, was),
            Undo::SearchPath(was) => self.search_path = was,
        }
    }

    /// Whether the newest entries since the innermost mark hold one that `is` the object already.
    pub(super) fn kept(&self, is: impl Fn(&Undo) -> bool) -> bool {
        let since = self.marks.last().copied().unwrap_or(0);
        self.log[since.min(self.log.len())..].iter().rev().take(12).any(is)
    }

    pub(super) fn keep(&mut self, entry: Undo) {
        if !self.marks.is_empty() {
            self.log.push(entry);
        }
    }
}

fn set_or_remove<K: Hash + Eq, V>(map: &mut foldhash::HashMap<K, V>, key: K, was: Option<V>) {
    match was {
        Some(value) => {
            map.insert(key, value);
        }
        None => {
            map.remove(&key);
        }
    }
}
