//! What the fold carries from statement to statement: the catalog, what makes names quick to find, the session's settings, the undo log.
//!
//! Every change goes through the functions here, which write the undo log; the rest of the room never touches the catalog's maps.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::undo::{TableLengths, Undo};
use super::uses::{Uses, ViewUses};
use crate::dialect::{Dialect, NamesIn, SqlForm};
use crate::model::{
    Catalog, CompositeType, Domain, Dropped, EnumType, Extension, Function, Namespace, ObjectRef, Objects,
    OpaqueObject, Origin, QualifiedName, Sequence, Table, TypeName, Unknown, View,
};
use crate::source::Span;

/// What a name in pg_class is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Relation {
    Table,
    View,
    Sequence,
    Composite,
    /// An index, made by a constraint or not, of a table or materialized view.
    Index {
        of: QualifiedName,
        /// The order in which indexes were made, as their OIDs tell it; a new name leaves it.
        made: u32,
    },
}

/// The transaction that statements run in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum InTransaction {
    /// Each statement by itself.
    #[default]
    No,
    /// BEGIN was written, or the runner opens one for each migration.
    Yes,
    /// The runner's one transaction for all migrations: what only fails for that is no refusal of the migration.
    AllPending,
}

/// What [`Dialect::names_in`] gave for a text.
pub(super) type NamesByText = HashMap<(SqlForm, String), Option<Rc<NamesIn>>>;

pub(super) struct State {
    pub catalog: Catalog,
    pub dialect: &'static dyn Dialect,
    pub relations: HashMap<QualifiedName, Relation>,
    /// How many tables and domains of a schema have a constraint of this name.
    pub constraint_names: HashMap<QualifiedName, u32>,
    /// What views use.
    pub uses: ViewUses,
    /// Partitions and inheritance children.
    pub children: HashMap<QualifiedName, Vec<QualifiedName>>,
    /// Shell, base and range types, carried without insides.
    pub other_types: HashSet<QualifiedName>,
    pub search_path: Vec<String>,
    /// The search path that the settings say.
    pub first_path: Vec<String>,
    /// The search path of a new session.
    pub default_path: Vec<String>,
    pub settings: HashMap<String, String>,
    /// What `now()` gives.
    pub clock: Option<i64>,
    /// The server's major version, where it is known.
    pub version: Option<u32>,
    /// Roles, and who owns what.
    pub(super) privileges: super::privileges::Privileges,
    /// Rows of tables, as far as they are known.
    pub data: super::plpgsql::TableData,
    /// Prepared statements that only read, by name; they outlive transactions.
    pub prepared_reads: HashSet<String>,
    /// Something opaque ran that may have made or dropped anything.
    pub knows_all: bool,
    /// How many programs run the current statement: its names may mean variables of theirs.
    pub programs: usize,
    /// Schemas that a prelude made. What they hold is told in outline only.
    pub platform_schemas: BTreeSet<String>,
    /// Relations by name to which something opaque may have added parts, or taken some.
    pub doubtful_owners: BTreeSet<String>,
    /// The statement that runs.
    pub now: Span,
    pub parts_have_places: bool,
    pub migration: usize,
    pub transaction: InTransaction,
    /// Enum labels added in the transaction that is open, which cannot be used yet.
    pub new_labels: Vec<(QualifiedName, String)>,
    /// What the statement met that only the runner's one transaction makes a failure.
    pub one_transaction: Vec<super::Refusal>,
    /// Statements that write rows, by migration.
    pub writes: Vec<Vec<super::TableWrite>>,
    /// Statements that ran under another search path than the session's first.
    pub search_paths: Vec<(Span, Vec<String>)>,
    /// What could not be told.
    pub opaque: Vec<Unknown>,
    /// A statement missed something. Most histories never do, and are spared the names of all that they make.
    pub misses: bool,
    /// A column may be of a type that holds values of others (composite, domain, range, a table's rows): until one is, none is searched for.
    pub holds_types: Cell<bool>,
    /// Where each object was made or got its name after something was missed, for "created later".
    pub made: HashMap<ObjectRef, Vec<(Span, usize)>>,
    /// Names in texts that were asked for lately: a text is parsed once, however often it is asked about.
    pub(super) names: RefCell<NamesByText>,
    /// How many indexes were made so far.
    pub(super) indexes_made: u32,
    pub(super) log: Vec<Undo>,
    pub(super) marks: Vec<usize>,
}

impl State {
    pub(super) fn new(dialect: &'static dyn Dialect, now: Span) -> Self {
        Self {
            catalog: Catalog::new_database(),
            dialect,
            relations: HashMap::new(),
            constraint_names: HashMap::new(),
            uses: ViewUses::new(),
            children: HashMap::new(),
            other_types: HashSet::new(),
            search_path: vec!["$user".into(), "public".into()],
            first_path: vec!["$user".into(), "public".into()],
            default_path: vec!["$user".into(), "public".into()],
            settings: HashMap::new(),
            clock: None,
            version: None,
            privileges: super::privileges::Privileges::default(),
            data: super::plpgsql::TableData::default(),
            prepared_reads: HashSet::new(),
            knows_all: true,
            programs: 0,
            platform_schemas: BTreeSet::new(),
            doubtful_owners: BTreeSet::new(),
            now,
            parts_have_places: false,
            migration: 0,
            transaction: InTransaction::No,
            new_labels: Vec::new(),
            one_transaction: Vec::new(),
            writes: Vec::new(),
            search_paths: Vec::new(),
            opaque: Vec::new(),
            misses: false,
            holds_types: Cell::new(false),
            made: HashMap::new(),
            names: RefCell::default(),
            log: Vec::new(),
            indexes_made: 0,
            marks: Vec::new(),
        }
    }

    /// The names in a text, as [`Dialect::names_in`] gives them.
    pub(super) fn names_in(&self, sql: &str, form: SqlForm) -> Option<Rc<NamesIn>> {
        const KEPT: usize = 4096;
        let key = (form, sql.to_owned());
        if let Some(known) = self.names.borrow().get(&key) {
            return known.clone();
        }
        let found = self.dialect.names_in(sql, form).map(Rc::new);
        let mut names = self.names.borrow_mut();
        if names.len() >= KEPT {
            names.clear();
        }
        names.insert(key, found.clone());
        found
    }

    /// The origin of what the current statement makes.
    pub(super) fn origin(&self) -> Origin {
        Origin::at(self.now)
    }

    /// The origin of a part that the current statement makes with these words.
    pub(super) fn origin_of_part(&self, words: Span) -> Origin {
        Origin::at(if self.parts_have_places { words } else { self.now })
    }

    /// Remembers that an object by this name came to be, once something was missed.
    pub(super) fn note_made(&mut self, object: impl FnOnce() -> ObjectRef) {
        if self.misses {
            self.made.entry(object().name_key()).or_default().push((self.now, self.migration));
        }
    }

    /// Sets a gravestone.
    pub(super) fn bury(&mut self, object: ObjectRef, origin: Origin, ty: Option<TypeName>) {
        self.keep(Undo::Dropped(self.catalog.dropped.len()));
        let dropped = self.now;
        self.catalog.dropped.push(Dropped { object, origin, dropped, ty, labels: Vec::new() });
    }

    pub(super) fn note_unknown(&mut self, unknown: Unknown) {
        self.keep(Undo::Unknown(self.catalog.unknown.len()));
        self.catalog.unknown.push(unknown);
    }
}

/// Get, change, insert, remove, with the undo log, for one map of the catalog.
macro_rules! objects {
    ($map:ident, $key:ty, $value:ty, $undo:ident, $change:ident, $insert:ident, $remove:ident) => {
        impl State {
            /// The object, to be changed.
            pub(super) fn $change(&mut self, key: &$key) -> Option<&mut $value> {
                if !self.marks.is_empty() && !self.kept(|u| matches!(u, Undo::$undo(k, _) if k == key)) {
                    let (index, _, value) = self.catalog.$map.get_full(key)?;
                    let was = Some((index, Box::new(value.clone())));
                    self.log.push(Undo::$undo(key.clone(), was));
                }
                self.catalog.$map.get_mut(key)
            }

            /// Adds the object at the end; one of the same name is replaced.
            pub(super) fn $insert(&mut self, key: $key, value: $value) {
                let was = self.catalog.$map.get_full(&key).map(|(i, _, v)| (i, Box::new(v.clone())));
                self.keep(Undo::$undo(key.clone(), was));
                self.catalog.$map.insert(key, value);
            }

            /// Takes the object out.
            pub(super) fn $remove(&mut self, key: &$key) -> Option<$value> {
                let (index, _, value) = self.catalog.$map.shift_remove_full(key)?;
                if !self.marks.is_empty() {
                    self.log.push(Undo::$undo(key.clone(), Some((index, Box::new(value.clone())))));
                }
                Some(value)
            }
        }
    };
}

objects!(tables, QualifiedName, Table, Table, table_mut, insert_table, remove_table);
objects!(views, QualifiedName, View, View, view_mut, insert_view, remove_view);
objects!(sequences, QualifiedName, Sequence, Sequence, sequence_mut, insert_sequence, remove_sequence);
objects!(enums, QualifiedName, EnumType, Enum, enum_mut, insert_enum, remove_enum);
objects!(domains, QualifiedName, Domain, Domain, domain_mut, insert_domain, remove_domain);
objects!(composites, QualifiedName, CompositeType, Composite, composite_mut, insert_composite, remove_composite);
objects!(schemas, String, Namespace, Schema, schema_mut, insert_schema, remove_schema);
objects!(extensions, String, Extension, Extension, extension_mut, insert_extension, remove_extension);

impl State {
    /// Adds to a table, which the current statement changes: `add` may append to its lists and set a primary key where there is none, no more.
    pub(super) fn add_to_table(&mut self, key: &QualifiedName, add: impl FnOnce(&mut Table)) {
        let is_kept = self.marks.is_empty()
            || self.kept(|u| matches!(u, Undo::Table(k, _) | Undo::TableLengths(k, _) if k == key));
        let Some(table) = self.catalog.tables.get_mut(key) else { return };
        if !is_kept {
            self.log.push(Undo::TableLengths(key.clone(), TableLengths::of(table)));
        }
        add(table);
        table.origin.touch(self.now);
    }

    pub(super) fn insert_role(&mut self, name: String, origin: Origin) {
        let was = self.catalog.roles.get_full(&name).map(|(i, _, o)| (i, Box::new(o.clone())));
        self.keep(Undo::Role(name.clone(), was));
        self.catalog.roles.insert(name, origin);
    }

    pub(super) fn remove_role(&mut self, name: &str) -> Option<Origin> {
        let (index, _, origin) = self.catalog.roles.shift_remove_full(name)?;
        self.keep(Undo::Role(name.to_owned(), Some((index, Box::new(origin.clone())))));
        Some(origin)
    }
}

/// Moves an entry to another key and keeps its place in the order of creation.
fn move_key<V>(map: &mut Objects<QualifiedName, V>, from: &QualifiedName, to: QualifiedName) {
    if let Some((index, _, value)) = map.shift_remove_full(from) {
        map.shift_insert(index, to, value);
    }
}

impl State {
    /// Gives a table another name in its map; what refers to it is the caller's affair.
    pub(super) fn rekey_table(&mut self, from: &QualifiedName, to: &QualifiedName) {
        let Some((index, _, table)) = self.catalog.tables.get_full(from) else { return };
        let was = Some((index, Box::new(table.clone())));
        // Undone in reverse: the new key goes, then the old one comes back at its place.
        self.keep(Undo::Table(from.clone(), was));
        self.keep(Undo::Table(to.clone(), None));
        move_key(&mut self.catalog.tables, from, to.clone());
        if let Some(table) = self.catalog.tables.get_mut(to) {
            table.name = to.clone();
        }
    }

    pub(super) fn rekey_view(&mut self, from: &QualifiedName, to: &QualifiedName) {
        let Some((index, _, view)) = self.catalog.views.get_full(from) else { return };
        let was = Some((index, Box::new(view.clone())));
        self.keep(Undo::View(from.clone(), was));
        self.keep(Undo::View(to.clone(), None));
        move_key(&mut self.catalog.views, from, to.clone());
        if let Some(view) = self.catalog.views.get_mut(to) {
            view.name = to.clone();
        }
        if let Some(uses) = self.uses.get(from).cloned() {
            self.set_uses(to, Some(uses));
            self.set_uses(from, None);
        }
    }

    pub(super) fn set_relation(&mut self, name: &QualifiedName, to: Option<Relation>) {
        let was = match to {
            Some(relation) => self.relations.insert(name.clone(), relation),
            None => self.relations.remove(name),
        };
        self.keep(Undo::Relation(name.clone(), was));
    }

    pub(super) fn set_uses(&mut self, name: &QualifiedName, to: Option<Uses>) {
        let was = self.uses.set(name.clone(), to);
        self.keep(Undo::Uses(name.clone(), was));
    }

    pub(super) fn set_children(&mut self, parent: &QualifiedName, to: Vec<QualifiedName>) {
        let was = if to.is_empty() { self.children.remove(parent) } else { self.children.insert(parent.clone(), to) };
        self.keep(Undo::Children(parent.clone(), was));
    }

    pub(super) fn children_of(&self, parent: &QualifiedName) -> Vec<QualifiedName> {
        self.children.get(parent).cloned().unwrap_or_default()
    }

    pub(super) fn add_constraint_name(&mut self, schema: &str, name: &str) {
        let key = QualifiedName::new(schema, name);
        let was = self.constraint_names.get(&key).copied().unwrap_or(0);
        self.constraint_names.insert(key.clone(), was + 1);
        self.keep(Undo::Constraint(key, was));
    }

    pub(super) fn remove_constraint_name(&mut self, schema: &str, name: &str) {
        let key = QualifiedName::new(schema, name);
        let Some(was) = self.constraint_names.get(&key).copied() else { return };
        if was > 1 {
            self.constraint_names.insert(key.clone(), was - 1);
        } else {
            self.constraint_names.remove(&key);
        }
        self.keep(Undo::Constraint(key, was));
    }

    pub(super) fn set_other_type(&mut self, name: &QualifiedName, exists: bool) {
        let was = if exists { !self.other_types.insert(name.clone()) } else { self.other_types.remove(name) };
        self.keep(Undo::OtherType(name.clone(), was));
    }

    pub(super) fn function_mut(&mut self, index: usize) -> Option<&mut Function> {
        let was = self.catalog.functions.get(index)?.clone();
        let length = self.catalog.functions.len();
        self.keep(Undo::Functions(index, Some((length, Box::new(was)))));
        self.catalog.functions.get_mut(index)
    }

    pub(super) fn push_function(&mut self, function: Function) {
        self.keep(Undo::Functions(self.catalog.functions.len(), None));
        self.catalog.functions.push(function);
    }

    pub(super) fn remove_function(&mut self, index: usize) -> Option<Function> {
        if index >= self.catalog.functions.len() {
            return None;
        }
        let length = self.catalog.functions.len();
        let function = self.catalog.functions.remove(index);
        self.keep(Undo::Functions(index, Some((length, Box::new(function.clone())))));
        Some(function)
    }

    pub(super) fn opaque_mut(&mut self, index: usize) -> Option<&mut OpaqueObject> {
        let was = self.catalog.opaque.get(index)?.clone();
        let length = self.catalog.opaque.len();
        self.keep(Undo::Opaque(index, Some((length, Box::new(was)))));
        self.catalog.opaque.get_mut(index)
    }

    pub(super) fn push_opaque(&mut self, object: OpaqueObject) {
        self.keep(Undo::Opaque(self.catalog.opaque.len(), None));
        self.catalog.opaque.push(object);
    }

    pub(super) fn remove_opaque(&mut self, index: usize) -> Option<OpaqueObject> {
        if index >= self.catalog.opaque.len() {
            return None;
        }
        let length = self.catalog.opaque.len();
        let object = self.catalog.opaque.remove(index);
        self.keep(Undo::Opaque(index, Some((length, Box::new(object.clone())))));
        Some(object)
    }

    pub(super) fn set_setting(&mut self, name: &str, to: Option<String>) {
        let was = match to {
            Some(value) => self.settings.insert(name.to_owned(), value),
            None => self.settings.remove(name),
        };
        self.keep(Undo::Setting(name.to_owned(), was));
    }

    pub(super) fn set_search_path(&mut self, path: Vec<String>) {
        let was = std::mem::replace(&mut self.search_path, path);
        self.keep(Undo::SearchPath(was));
    }
}
