use std::collections::HashSet;

use super::{Changes, check};
use crate::model::{
    Catalog, Column, Dropped, EnumLabel, EnumType, Known, ObjectKind, ObjectRef, Origin, QualifiedName, Table, TypeName,
};
use crate::source::{FileId, SourceMap, Span};

/// A history of two files: what stood before, and the new migration.
struct History {
    catalog: Catalog,
    old: FileId,
    new: FileId,
}

impl History {
    fn new() -> Self {
        let sources = SourceMap::default();
        let old = sources.add("0001.sql", String::new()).id;
        let new = sources.add("0002.sql", String::new()).id;
        Self { catalog: Catalog::new_database(), old, new }
    }

    fn old(&self, at: usize) -> Origin {
        Origin::at(Span::new(self.old, at, at + 1))
    }

    fn new_at(&self, at: usize) -> Origin {
        Origin::at(Span::new(self.new, at, at + 1))
    }

    /// A gravestone of the statement at an offset of the new migration.
    fn drop(mut self, object: ObjectRef, origin: Origin, at: usize) -> Self {
        let ty = (object.kind == ObjectKind::Column).then(|| TypeName::built_in("text"));
        let labels = if object.kind == ObjectKind::Enum { vec!["a".into(), "b".into()] } else { Vec::new() };
        let dropped = Span::new(self.new, at, at + 1);
        self.catalog.dropped.push(Dropped { object, origin, dropped, ty, labels });
        self
    }

    fn table(mut self, name: &str, origin: Origin, columns: &[(&str, Origin)]) -> Self {
        let name = QualifiedName::public(name);
        let mut table = Table::new(name.clone(), origin);
        table.columns = columns.iter().map(|(name, origin)| column(name, origin.clone())).collect();
        self.catalog.tables.insert(name, table);
        self
    }

    fn enumeration(mut self, name: &str, labels: &[&str]) -> Self {
        let span = Span::new(self.new, 0, 1);
        let labels = labels.iter().map(|l| EnumLabel { value: (*l).to_owned(), span }).collect();
        let name = QualifiedName::public(name);
        let found =
            EnumType { name: name.clone(), labels: Known::Known(labels), comment: None, origin: Origin::at(span) };
        self.catalog.enums.insert(name, found);
        self
    }

    fn expect(&self, expect: &[&str]) {
        assert_eq!(self.findings(false), expect, "since a base");
        assert_eq!(self.findings(true), expect, "with every migration new");
    }

    fn findings(&self, all: bool) -> Vec<String> {
        let new = if all { HashSet::from([self.old, self.new]) } else { HashSet::from([self.new]) };
        let changes = Changes { catalog: &self.catalog, new: &new, all };
        check(&changes).into_iter().map(|f| format!("{}: {}", f.rule, f.message)).collect()
    }
}

fn column(name: &str, origin: Origin) -> Column {
    Column {
        name: name.to_owned(),
        ty: Known::Known(TypeName::built_in("text")),
        not_null: Known::Known(false),
        default: Known::Known(None),
        identity: None,
        generated: Known::Known(None),
        collation: None,
        comment: None,
        inherited: false,
        origin,
    }
}

fn part(kind: ObjectKind, table: &str, name: &str) -> ObjectRef {
    ObjectRef::part(kind, &QualifiedName::public(table), name)
}

fn top(kind: ObjectKind, name: &str) -> ObjectRef {
    ObjectRef::top(kind, &QualifiedName::public(name))
}

#[test]
fn a_table_is_one_finding_with_what_goes_along() {
    let h = History::new();
    let (a, b, c, d) = (h.old(0), h.old(1), h.old(2), h.old(3));
    h.drop(part(ObjectKind::ForeignKey, "orders", "orders_user_fkey"), a, 5)
        .drop(top(ObjectKind::Table, "users"), b.clone(), 5)
        .drop(part(ObjectKind::Column, "users", "id"), b, 5)
        .drop(part(ObjectKind::Column, "users", "name"), c, 5)
        .drop(part(ObjectKind::Index, "users", "users_name_idx"), d, 5)
        .expect(&["safety/drop-table: the table `users` with 2 columns and one index is dropped, and with \
                   it the foreign key `orders_user_fkey` of `orders`"]);
}

#[test]
fn a_column_that_came_with_the_same_migration_is_nobodys_loss() {
    let h = History::new();
    let (old, new) = (h.old(0), h.new_at(1));
    h.table("users", old, &[]).drop(part(ObjectKind::Column, "users", "name"), new, 5).expect(&[]);
}

#[test]
fn a_column_of_a_partitioned_table_is_reported_once() {
    let h = History::new();
    let origin = h.old(0);
    h.drop(part(ObjectKind::Column, "events_2024", "note"), origin.clone(), 5)
        .drop(part(ObjectKind::Column, "events", "note"), origin, 5)
        .expect(&[
            "safety/drop-column: the column `events.note` (text) is dropped, and with it the column `events_2024.note`",
        ]);
}

#[test]
fn a_column_and_its_replacement() {
    let h = History::new();
    let (old, new) = (h.old(0), h.new_at(1));
    h.table("users", old.clone(), &[("bio", new.clone()), ("full_name", new)])
        .drop(part(ObjectKind::Column, "users", "name"), old, 5)
        .expect(&["safety/drop-with-replacement: the column `users.name` is dropped in the migration that adds \
                   `users.full_name`, of the same shape"]);
    let h = History::new();
    let (old, new) = (h.old(0), h.new_at(6));
    h.table("users", old.clone(), &[("name", new)]).drop(part(ObjectKind::Column, "users", "name"), old, 5).expect(&[
        "safety/drop-with-replacement: the column `users.name` is dropped and added again as text in the same migration",
    ]);
}

#[test]
fn a_rebuilt_table_loses_only_what_it_lacks() {
    let h = History::new();
    let (old, new) = (h.old(0), h.new_at(1));
    h.table("users", new.clone(), &[("id", new)])
        .drop(top(ObjectKind::Table, "users"), old.clone(), 5)
        .drop(part(ObjectKind::Column, "users", "id"), old.clone(), 5)
        .drop(part(ObjectKind::Column, "users", "name"), old, 5)
        .expect(&["safety/drop-column: the column `users.name` (text) is lost: its table is rebuilt without it"]);
}

#[test]
fn a_table_made_anew_is_empty() {
    let h = History::new();
    let (old, new) = (h.old(0), h.new_at(9));
    h.table("users", new, &[])
        .drop(top(ObjectKind::Table, "users"), old, 5)
        .expect(&["safety/drop-table: the table `users` with 0 columns is dropped, and made anew, empty"]);
}

#[test]
fn an_enum_made_again_loses_values_not_a_type() {
    let lost = ["safety/drop-enum-value: the enum `role` is made again without its value 'b'"];
    for dropped in ["role_old", "role"] {
        let h = History::new();
        let old = h.old(0);
        h.enumeration("role", &["c", "a"]).drop(top(ObjectKind::Enum, dropped), old, 5).expect(&lost);
    }
    let h = History::new();
    let old = h.old(0);
    h.enumeration("role", &["b", "a"]).drop(top(ObjectKind::Enum, "role_old"), old.clone(), 5).expect(&[]);
    let h = History::new();
    h.drop(top(ObjectKind::Enum, "role"), old, 5).expect(&["safety/drop-type: the enum `role` is dropped"]);
}

#[test]
fn an_enum_that_is_replaced_once_more_is_no_lost_type() {
    let h = History::new();
    let (old, new) = (h.old(0), h.new_at(0));
    let mut h = h.drop(top(ObjectKind::Enum, "role_old"), old, 5);
    let later = Span::new(h.old, 90, 91);
    let object = top(ObjectKind::Enum, "role_old");
    // Made by the new migration, and dropped by one after it.
    h.catalog.dropped.push(Dropped { object, origin: new, dropped: later, ty: None, labels: vec!["a".into()] });
    assert_eq!(h.findings(false), ["safety/drop-enum-value: the enum `role` is made again without its value 'b'"]);
}

#[test]
fn what_goes_with_more_is_not_reported_by_itself() {
    let h = History::new();
    let old = h.old(0);
    h.table("users", old.clone(), &[])
        .drop(part(ObjectKind::ForeignKey, "users", "users_org_fkey"), old.clone(), 1)
        .drop(part(ObjectKind::Index, "users", "users_org_idx"), old.clone(), 2)
        .drop(part(ObjectKind::Column, "users", "org_id"), old.clone(), 3)
        .expect(&["safety/drop-column: the column `users.org_id` (text) is dropped"]);
    let h = History::new();
    h.table("users", old.clone(), &[])
        .drop(part(ObjectKind::ForeignKey, "users", "users_org_fkey"), old.clone(), 1)
        .drop(part(ObjectKind::Index, "users", "users_org_idx"), old, 2)
        .expect(&[
            "safety/drop-constraint: the foreign key `users_org_fkey` of `users` is dropped",
            "safety/drop-index: the index `users_org_idx` of `users` is dropped",
        ]);
}

#[test]
fn a_temporary_table_goes_with_its_session_anyway() {
    let history = History::new();
    let created = history.new_at(1);
    let batch = ObjectRef::top(ObjectKind::Table, &QualifiedName::new("pg_temp", "batch"));
    history.drop(batch, created, 5).expect(&[]);
}
