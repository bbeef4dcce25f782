//! The state of one comparison, and the three things that can be said of an object.

use super::names::Names;
use super::scope::is_runner_table;
use super::{Change, Delta, Diff, Item, Language, Owner, Pair, Scope, Unmanaged};
use crate::diagnostic::Aspect;
use crate::dialect::Dialect;
use crate::model::{
    Catalog, Expr, ObjectKind, ObjectRef, OpaqueObject, Persistence, QualifiedName, Table, TableKind, TypeName,
};

pub(super) struct Differ<'a, 'c> {
    pub(super) catalogs: Pair<&'a Catalog>,
    pub(super) language: &'c Language,
    pub(super) dialect: &'c dyn Dialect,
    pub(super) scope: &'c Scope<'c>,
    pub(super) diff: Diff<'a>,
}

/// Whether a side may hold things that could not be read, so that their absence proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reading {
    Complete,
    Incomplete,
}

impl Reading {
    pub(super) fn of<T>(unknown: &[T]) -> Self {
        if unknown.is_empty() { Self::Complete } else { Self::Incomplete }
    }
}

impl<'a> Differ<'a, '_> {
    /// Declared and not migrated. `migrated` tells whether the migrated side was read whole.
    pub(super) fn missing(&mut self, item: Item<'a>, owner: Option<Owner<'a>>, migrated: Reading) {
        let object = self.object(item, owner.map(|o| o.names().declared));
        // The tool's own next migration would not make it either.
        if self.language.passed_over.contains(&object.kind) {
            return;
        }
        if migrated == Reading::Complete && !self.is_doubtful(&object) {
            self.diff.changes.push(Change { object, delta: Delta::Missing(item), owner });
        }
    }

    /// Migrated and not declared: a change when the language could have said it. `declared` tells whether the declared side was read whole.
    pub(super) fn undeclared(&mut self, item: Item<'a>, owner: Option<Owner<'a>>, declared: Reading) {
        if self.scope.in_prelude(item.origin()) {
            return;
        }
        let object = self.object(item, owner.map(|o| o.names().migrated));
        if let Some(what) = self.beyond_language(item) {
            return self.diff.unmanaged.push(Unmanaged { what: what.into(), object, origin: item.origin() });
        }
        if self.scope.is_unmanaged(&object) {
            let what = object.kind.as_str().replace('_', " ");
            return self.diff.unmanaged.push(Unmanaged { what, object, origin: item.origin() });
        }
        if declared == Reading::Complete && !self.is_doubtful(&object) {
            self.diff.changes.push(Change { object, delta: Delta::Undeclared(item), owner });
        }
    }

    /// Whether a statement that could not be told may have made, changed or dropped an object: neither its presence, nor its absence, nor what it
    /// is proves anything.
    fn is_doubtful(&self, object: &ObjectRef) -> bool {
        object.kind != ObjectKind::Column && self.catalogs.migrated.doubtful.contains(&object.name)
    }

    /// On both sides; a change when there are aspects in which they differ.
    pub(super) fn changed(&mut self, pair: Pair<Item<'a>>, owner: Option<Owner<'a>>, mut aspects: Vec<Aspect>) {
        if aspects.is_empty() {
            return;
        }
        aspects.sort_unstable();
        aspects.dedup();
        let mut object = self.object(pair.declared, owner.map(|o| o.names().declared));
        if aspects.contains(&Aspect::Form) {
            object.kind = ObjectKind::Unique;
        }
        if !self.is_doubtful(&object) {
            self.diff.changes.push(Change { object, delta: Delta::Changed { pair, aspects }, owner });
        }
    }

    fn object(&self, item: Item<'a>, owner: Option<&QualifiedName>) -> ObjectRef {
        let kind = match item {
            Item::Index(index) if index.unique && self.language.unique_index_is_constraint => ObjectKind::Unique,
            _ => item.kind(),
        };
        match (item, owner) {
            (_, Some(owner)) => ObjectRef::part(kind, owner, item.name()),
            (Item::Schema(name, _), None) => ObjectRef::bare(kind, name),
            (Item::Extension(x), None) => ObjectRef::bare(kind, &x.name),
            (Item::Enum(x), None) => ObjectRef::top(kind, &x.name),
            (Item::Domain(x), None) => ObjectRef::top(kind, &x.name),
            (Item::Composite(x), None) => ObjectRef::top(kind, &x.name),
            (Item::Sequence(x), None) => ObjectRef::top(kind, &x.name),
            (Item::Table(x), None) => ObjectRef::top(kind, &x.name),
            (Item::View(x), None) => ObjectRef::top(kind, &x.name),
            (Item::Function(x), None) => ObjectRef::top(kind, &x.name),
            (Item::Other(x), None) => other_ref(x),
            (_, None) => ObjectRef::bare(kind, item.name()),
        }
    }

    /// What the declared language has no words for, in PostgreSQL's words.
    fn beyond_language(&self, item: Item<'a>) -> Option<&'static str> {
        let can = self.language;
        let (known, what) = match item {
            Item::Check(_) => (can.checks, "check constraint"),
            Item::Policy(_) => (can.policies, "policy"),
            Item::View(view) if view.materialized => (can.views, "materialized view"),
            Item::View(_) => (can.views, "view"),
            Item::Sequence(_) => (can.sequences, "sequence"),
            Item::Function(_) => (can.functions, "function"),
            Item::Trigger(_) => (can.triggers, "trigger"),
            Item::Extension(_) => (can.extensions, "extension"),
            Item::Domain(_) => (can.domains, "domain"),
            Item::Composite(_) => (can.composite_types, "composite type"),
            Item::Exclusion(_) => (can.exclusions, "exclusion constraint"),
            Item::Index(index) => return self.index_beyond_language(index),
            Item::Table(table) => return self.table_beyond_language(table),
            Item::Schema(name, _) => (!self.holds_only_extensions(name), "schema for extensions"),
            Item::Other(_)
            | Item::Enum(_)
            | Item::Column(_)
            | Item::PrimaryKey(_)
            | Item::Unique(_)
            | Item::ForeignKey(_) => {
                return None;
            }
        };
        (!known).then_some(what)
    }

    fn table_beyond_language(&self, table: &Table) -> Option<&'static str> {
        match table.kind {
            TableKind::Partitioned(_) if !self.language.partitions => Some("partitioned table"),
            TableKind::Foreign { .. } if !self.language.partitions => Some("foreign table"),
            _ => None,
        }
    }

    /// A schema that was made to keep extensions out of the way.
    fn holds_only_extensions(&self, schema: &str) -> bool {
        let catalog = self.catalogs.migrated;
        catalog.extensions.values().any(|x| x.schema.as_deref() == Some(schema))
            && !catalog
                .tables
                .keys()
                .chain(catalog.views.keys())
                .chain(catalog.enums.keys())
                .any(|n| n.schema == schema)
    }

    /// Whether the tool looks at what bears this name.
    pub(super) fn looks_at(&self, kind: ObjectKind, name: &QualifiedName) -> bool {
        self.looks_into(&name.schema)
            && !self.language.left_alone.iter().any(|left| {
                left.kind == kind && left.name == name.name && left.schema.as_ref().is_none_or(|s| *s == name.schema)
            })
    }

    /// Whether the tool looks into a database schema.
    pub(super) fn looks_into(&self, schema: &str) -> bool {
        self.language.schemas.as_ref().is_none_or(|schemas| schemas.iter().any(|s| s == schema))
            && !matches!(schema, "pg_catalog" | "information_schema")
    }

    /// Whether an undeclared table is one that nobody would declare.
    pub(super) fn is_nobodys(&self, table: &Table) -> bool {
        table.persistence == Persistence::Temporary
            || table.partition.is_some() && !self.language.partitions
            || is_runner_table(&table.name.name)
    }

    /// Whether the declared side was read whole, as far as objects outside tables go.
    pub(super) fn declarations(&self) -> Reading {
        Reading::of(&self.catalogs.declared.unknown)
    }

    /// Whether two types are one to the server. Where a schema stands on one side only, the other side found the type by its search path, or an
    /// extension brought it; a type that a side lacks is a finding of its own.
    pub(super) fn same_type(&self, pair: Pair<&TypeName>) -> bool {
        let bare = pair.map(|ty| (&ty.name, &ty.modifiers, ty.array));
        let schemas = pair.map(|ty| ty.schema.as_ref());
        !bare.differs() && schemas.present().is_none_or(|schemas| !schemas.differs())
    }

    /// Whether two expressions on a table mean the same.
    pub(super) fn same_expression(&self, pair: Pair<&Expr>, ty: Option<&TypeName>, columns: ColumnTypes<'_>) -> bool {
        let names = Names { columns, catalogs: self.catalogs };
        self.dialect.same_expression(pair.declared, pair.migrated, ty, &names)
    }
}

/// What the tool does not understand, as far as its name goes.
pub(super) fn other_ref(object: &OpaqueObject) -> ObjectRef {
    match &object.on {
        Some((_, table)) => ObjectRef::part(ObjectKind::Type, table, &object.name),
        None => ObjectRef::bare(ObjectKind::Type, &object.name),
    }
}

/// Types of the columns of a table, by name; looked up when an expression is compared, which most tables are spared.
#[derive(Clone, Copy, Default)]
pub(super) struct ColumnTypes<'a>(Option<Pair<&'a Table>>);

impl<'a> ColumnTypes<'a> {
    /// Of both sides' columns, the declared ones first: where they differ, that is a finding of its own.
    pub(super) fn of(tables: Pair<&'a Table>) -> Self {
        Self(Some(tables))
    }

    pub(super) fn get(self, name: &str) -> Option<&'a TypeName> {
        let tables = self.0?;
        [tables.declared, tables.migrated].into_iter().find_map(|table| table.column(name)?.ty.known())
    }

    /// The table's own name.
    pub(super) fn relation(&self) -> Option<&str> {
        Some(&self.0.as_ref()?.declared.name.name)
    }
}

impl<'a> Owner<'a> {
    /// Its name on both sides.
    #[must_use]
    pub fn names(&self) -> Pair<&'a QualifiedName> {
        match self {
            Self::Table(tables) => tables.map(|table| &table.name),
            Self::View(views) => views.map(|view| &view.name),
        }
    }

    /// The tables, unless it is a view.
    #[must_use]
    pub fn tables(&self) -> Option<Pair<&'a Table>> {
        match self {
            Self::Table(tables) => Some(*tables),
            Self::View(_) => None,
        }
    }
}
