//! The undo log: what each object was before it was touched, so that a refused statement, ROLLBACK and savepoints leave no trace.
//!
//! Entries are whole objects, kept once between two marks. Outside of explicit transactions the log is cut after every statement, so it stays as
//! short as a statement is.

use indexmap::IndexMap;
use std::hash::Hash;

use super::Mark;
use super::state::{Relation, State, Uses};
use crate::model::{
    CompositeType, Domain, EnumType, Extension, Function, Namespace, OpaqueObject, Origin, QualifiedName, Sequence,
    Table, View,
};

/// An object as it was, with its place in the order of creation; `None` where there was none.
pub(super) type Was<T> = Option<(usize, Box<T>)>;

pub(super) enum Undo {
    Table(QualifiedName, Was<Table>),
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

fn put_back<K: Hash + Eq, V>(map: &mut IndexMap<K, V>, key: K, was: Was<V>) {
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
            Undo::Uses(key, was) => set_or_remove(&mut self.uses, key, was),
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

fn set_or_remove<K: Hash + Eq, V>(map: &mut std::collections::HashMap<K, V>, key: K, was: Option<V>) {
    match was {
        Some(value) => {
            map.insert(key, value);
        }
        None => {
            map.remove(&key);
        }
    }
}
