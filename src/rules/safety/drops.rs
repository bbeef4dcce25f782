//! Gravestones, gathered into what a person would call a drop.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::Changes;
use crate::model::{Catalog, Column, Dropped, ObjectKind, ObjectRef, QualifiedName, Table};
use crate::source::{FileId, Span};

/// One thing that a new migration takes away.
pub(super) struct Drop<'a> {
    pub(super) stone: &'a Dropped,
    /// What the same statement took along: dependents, and the parts of a table.
    pub(super) along: Vec<&'a Dropped>,
    pub(super) fate: Fate,
}

/// What became of it in the same migration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Fate {
    Gone,
    /// A table of the same name was made after the drop: the rows are gone all the same.
    MadeAnew,
    /// A column that the rebuilt table lacks.
    LostInRebuild,
    /// An enum made again without these labels.
    LabelsLost(Vec<String>),
    ReplacedBy(Replacement),
}

/// What takes the place of the dropped thing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Replacement {
    pub(super) object: ObjectRef,
    pub(super) created: Span,
    /// Its type, of a column.
    pub(super) ty: Option<String>,
}

/// All drops of new migrations, in the order in which they run.
pub(super) fn find<'a>(changes: &Changes<'a>) -> Vec<Drop<'a>> {
    let mut statements: IndexMap<Span, Vec<&Dropped>> = IndexMap::new();
    for stone in &changes.catalog.dropped {
        if changes.is_new(stone.dropped.file) {
            statements.entry(stone.dropped).or_default().push(stone);
        }
    }
    let index = Index::new(changes, &statements);
    statements.values().flat_map(|stones| drops_of(changes, &index, stones)).collect()
}

/// Facts that one drop needs of the others.
struct Index<'a> {
    catalog: &'a Catalog,
    /// Tables that each file dropped.
    tables: HashSet<(FileId, QualifiedName)>,
    /// Files that dropped any table.
    files_with_tables: HashSet<FileId>,
    /// Tables of which each file dropped columns.
    with_columns: HashSet<(FileId, QualifiedName)>,
    /// Types of the columns that each file dropped.
    types: HashSet<(FileId, QualifiedName)>,
    /// Enums by the file that made them.
    enums: HashMap<FileId, Vec<&'a QualifiedName>>,
    /// Tables by the file that made them.
    made: HashMap<FileId, Vec<&'a Table>>,
}

impl<'a> Index<'a> {
    fn new(changes: &Changes<'a>, statements: &IndexMap<Span, Vec<&'a Dropped>>) -> Self {
        let mut index = Self {
            catalog: changes.catalog,
            tables: HashSet::new(),
            files_with_tables: HashSet::new(),
            with_columns: HashSet::new(),
            types: HashSet::new(),
            enums: HashMap::new(),
            made: HashMap::new(),
        };
        for stone in statements.values().flatten() {
            let file = stone.dropped.file;
            match stone.object.kind {
                ObjectKind::Table => {
                    index.files_with_tables.insert(file);
                    index.tables.extend(name_of(&stone.object).map(|name| (file, name)));
                }
                ObjectKind::Column => {
                    index.with_columns.extend(table_of(&stone.object).map(|name| (file, name)));
                    index.types.extend(stone.ty.as_ref().and_then(|ty| ty.qualified()).map(|name| (file, name)));
                }
                _ => {}
            }
        }
        for found in changes.catalog.enums.values() {
            index.enums.entry(found.origin.created.file).or_default().push(&found.name);
        }
        for table in changes.catalog.tables.values() {
            index.made.entry(table.origin.created.file).or_default().push(table);
        }
        index
    }
}

/// How much a kind says of the statement: only the highest that a statement has is what it is about, the rest went along.
fn rank(kind: ObjectKind) -> u8 {
    match kind {
        ObjectKind::Schema => 6,
        ObjectKind::Table => 5,
        ObjectKind::Enum | ObjectKind::Domain | ObjectKind::Type => 4,
        ObjectKind::Column => 3,
        ObjectKind::View | ObjectKind::MaterializedView => 2,
        ObjectKind::PrimaryKey | ObjectKind::Unique | ObjectKind::ForeignKey | ObjectKind::Check => 1,
        ObjectKind::Index => 1,
        _ => 0,
    }
}

fn drops_of<'a>(changes: &Changes<'a>, index: &Index<'a>, stones: &[&'a Dropped]) -> Vec<Drop<'a>> {
    let highest = stones.iter().map(|s| rank(s.object.kind)).max().unwrap_or(0);
    if highest == 0 {
        return Vec::new();
    }
    // Dependents are buried first, so the last stone of a name is the one that the statement named (a column of a parent, not of its partitions).
    let mut heads: Vec<&Dropped> = Vec::new();
    let mut columns = HashSet::new();
    for &stone in stones.iter().rev().filter(|s| rank(s.object.kind) == highest) {
        if stone.object.kind != ObjectKind::Column || columns.insert(&stone.object.name) {
            heads.push(stone);
        }
    }
    heads.reverse();
    let mut along: HashMap<usize, Vec<&Dropped>> = HashMap::new();
    for &stone in stones {
        if heads.iter().any(|head| std::ptr::eq(*head, stone)) {
            continue;
        }
        let owner = table_of(&stone.object);
        let head = heads.iter().position(|head| owner.is_some() && name_of(&head.object) == owner);
        along.entry(head.unwrap_or(0)).or_default().push(stone);
    }
    let heads = heads.into_iter().enumerate();
    heads.flat_map(|(at, stone)| judge(changes, index, stone, along.remove(&at).unwrap_or_default())).collect()
}

fn judge<'a>(changes: &Changes<'a>, index: &Index<'a>, stone: &'a Dropped, along: Vec<&'a Dropped>) -> Vec<Drop<'a>> {
    if changes.made_together(stone.origin.created.file, stone.dropped.file) {
        return Vec::new();
    }
    let fate = match stone.object.kind {
        ObjectKind::Table => return table(index, stone, along),
        ObjectKind::Column => column(index, stone),
        ObjectKind::Enum => enumeration(index, stone),
        ObjectKind::Domain | ObjectKind::Type => unless(uses_dropped_too(index, stone)),
        ObjectKind::View | ObjectKind::MaterializedView => unless(view_made_again(index, stone)),
        ObjectKind::PrimaryKey | ObjectKind::Unique | ObjectKind::ForeignKey | ObjectKind::Check => {
            unless(constraint_is_minor(index, stone))
        }
        ObjectKind::Index => unless(index_is_minor(index, stone)),
        _ => Some(Fate::Gone),
    };
    fate.map(|fate| Drop { stone, along, fate }).into_iter().collect()
}

fn unless(quiet: bool) -> Option<Fate> {
    (!quiet).then_some(Fate::Gone)
}

/// A table that is gone, made anew, or rebuilt: a new one filled from it takes its name.
fn table<'a>(index: &Index<'a>, stone: &'a Dropped, along: Vec<&'a Dropped>) -> Vec<Drop<'a>> {
    let file = stone.dropped.file;
    let Some(name) = name_of(&stone.object) else { return Vec::new() };
    if let Some(now) = index.catalog.tables.get(&name).filter(|t| t.origin.created.file == file) {
        if now.origin.created.start > stone.dropped.start {
            return vec![Drop { stone, along, fate: Fate::MadeAnew }];
        }
        let lost = along.into_iter().filter(|s| {
            s.object.kind == ObjectKind::Column
                && table_of(&s.object).as_ref() == Some(&name)
                && now.column(&s.object.name).is_none()
        });
        return lost.map(|stone| Drop { stone, along: Vec::new(), fate: Fate::LostInRebuild }).collect();
    }
    let columns: HashSet<&str> =
        along.iter().filter(|s| s.object.kind == ObjectKind::Column).map(|s| s.object.name.as_str()).collect();
    let like = index.made.get(&file).into_iter().flatten().find(|t| is_like(t, &columns));
    let fate = like.map_or(Fate::Gone, |table| {
        let object = ObjectRef::top(ObjectKind::Table, &table.name);
        Fate::ReplacedBy(Replacement { object, created: table.origin.created, ty: None })
    });
    vec![Drop { stone, along, fate }]
}

/// Two thirds of the columns of the larger are in both.
fn is_like(table: &Table, columns: &HashSet<&str>) -> bool {
    let shared = table.columns.iter().filter(|c| columns.contains(c.name.as_str())).count();
    let larger = table.columns.len().max(columns.len());
    shared >= 2 && shared * 3 >= larger * 2
}

/// A column that is gone, unless its table goes in the same migration; and the column of the same type that comes in its place.
fn column(index: &Index<'_>, stone: &Dropped) -> Option<Fate> {
    let file = stone.dropped.file;
    let name = table_of(&stone.object)?;
    if index.tables.contains(&(file, name.clone())) {
        return None;
    }
    let Some(table) = index.catalog.tables.get(&name) else { return Some(Fate::Gone) };
    let added = || table.columns.iter().filter(|c| c.origin.created.file == file && table.origin.created.file != file);
    let again = added().find(|c| c.name == stone.object.name);
    let replacement = again.or_else(|| {
        let same_type = |c: &&Column| stone.ty.is_some() && c.ty.known() == stone.ty.as_ref();
        // The one that is called most alike; of equals the first.
        added().filter(same_type).min_by_key(|c| usize::MAX - likeness(&c.name, &stone.object.name))
    });
    let Some(replacement) = replacement else { return Some(Fate::Gone) };
    Some(Fate::ReplacedBy(Replacement {
        object: ObjectRef::part(ObjectKind::Column, &name, &replacement.name),
        created: replacement.origin.created,
        ty: replacement.ty.known().map(ToString::to_string),
    }))
}

/// Parts that two names share.
fn likeness(a: &str, b: &str) -> usize {
    let parts: HashSet<&str> = a.split('_').collect();
    b.split('_').filter(|part| parts.contains(part)).count()
}

/// ORMs drop a value by making the enum again: under a second name that then takes the first one's (Prisma), or the columns standing as text
/// meanwhile (Drizzle).
fn enumeration(index: &Index<'_>, stone: &Dropped) -> Option<Fate> {
    let name = name_of(&stone.object)?;
    let made = index.enums.get(&stone.dropped.file).into_iter().flatten();
    let again = made.copied().find(|made| made.schema == name.schema && is_successor(index, made, &name, stone));
    let Some(again) = again else { return unless(uses_dropped_too(index, stone)) };
    let labels = index.catalog.enums.get(again)?.labels.known()?;
    let kept: HashSet<&str> = labels.iter().map(|label| label.value.as_str()).collect();
    let lost: Vec<String> = stone.labels.iter().filter(|l| !kept.contains(l.as_str())).cloned().collect();
    (!lost.is_empty()).then_some(Fate::LabelsLost(lost))
}

fn is_successor(index: &Index<'_>, made: &QualifiedName, old: &QualifiedName, stone: &Dropped) -> bool {
    if made.name == old.name || old.name.contains(&made.name) {
        return true;
    }
    let Some(labels) = index.catalog.enums.get(made).and_then(|e| e.labels.known()) else { return false };
    let shared = labels.iter().filter(|l| stone.labels.contains(&l.value)).count();
    shared > 0 && shared * 2 >= stone.labels.len()
}

/// The columns of a type went in the same migration: the type is only what they leave behind.
fn uses_dropped_too(index: &Index<'_>, stone: &Dropped) -> bool {
    name_of(&stone.object).is_some_and(|name| index.types.contains(&(stone.dropped.file, name)))
}

fn view_made_again(index: &Index<'_>, stone: &Dropped) -> bool {
    let Some(name) = name_of(&stone.object) else { return false };
    let file = stone.dropped.file;
    index.catalog.views.get(&name).is_some_and(|v| v.origin.created.file == file)
        || index.catalog.tables.get(&name).is_some_and(|t| t.origin.created.file == file)
}

/// The constraint was changed (made again), or goes because columns or tables go that are reported themselves.
fn constraint_is_minor(index: &Index<'_>, stone: &Dropped) -> bool {
    let file = stone.dropped.file;
    let Some(name) = table_of(&stone.object) else { return false };
    if goes_with_more(index, &name, file)
        || stone.object.kind == ObjectKind::ForeignKey && index.files_with_tables.contains(&file)
    {
        return true;
    }
    let Some(table) = index.catalog.tables.get(&name) else { return false };
    let here = |created: Span| created.file == file;
    match stone.object.kind {
        ObjectKind::PrimaryKey => table.primary_key.as_ref().is_some_and(|k| here(k.origin.created)),
        ObjectKind::Unique => {
            table.uniques.iter().any(|k| here(k.origin.created))
                || table.indexes.iter().any(|i| i.unique && here(i.origin.created))
                || table.primary_key.as_ref().is_some_and(|k| here(k.origin.created))
        }
        ObjectKind::ForeignKey => table.foreign_keys.iter().any(|k| here(k.origin.created)),
        _ => {
            table.checks.iter().any(|k| here(k.origin.created))
                || table.exclusions.iter().any(|k| here(k.origin.created))
        }
    }
}

fn index_is_minor(index: &Index<'_>, stone: &Dropped) -> bool {
    let file = stone.dropped.file;
    let Some(name) = table_of(&stone.object) else { return false };
    if goes_with_more(index, &name, file) {
        return true;
    }
    let here = |created: Span| created.file == file;
    if let Some(view) = index.catalog.views.get(&name) {
        return view.indexes.iter().any(|i| here(i.origin.created));
    }
    let Some(table) = index.catalog.tables.get(&name) else { return false };
    table.indexes.iter().any(|i| here(i.origin.created))
        || table.uniques.iter().chain(&table.primary_key).any(|k| here(k.origin.created))
}

/// The table itself, or a column of it, is dropped in the same migration.
fn goes_with_more(index: &Index<'_>, table: &QualifiedName, file: FileId) -> bool {
    let key = (file, table.clone());
    index.tables.contains(&key) || index.with_columns.contains(&key)
}

/// The name of what stands by itself in a schema.
fn name_of(object: &ObjectRef) -> Option<QualifiedName> {
    match (&object.schema, &object.table) {
        (Some(schema), None) => Some(QualifiedName::new(schema, &object.name)),
        _ => None,
    }
}

/// The table of a part.
pub(super) fn table_of(object: &ObjectRef) -> Option<QualifiedName> {
    Some(QualifiedName::new(object.schema.as_ref()?, object.table.as_ref()?))
}
