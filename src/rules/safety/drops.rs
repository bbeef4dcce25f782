//! Gravestones, gathered into what a person would call a drop.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use super::Changes;
use crate::model::{Catalog, Dropped, ObjectKind, ObjectRef, Origin, QualifiedName, TypeName};
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

/// The schema of temporary tables, which go with their session at the latest.
const TEMPORARY: &str = "pg_temp";

/// All drops of new migrations, in the order in which they run.
pub(super) fn find<'a>(changes: &Changes<'a>) -> Vec<Drop<'a>> {
    let mut statements: IndexMap<Span, Vec<&Dropped>> = IndexMap::new();
    for stone in &changes.catalog.dropped {
        if changes.is_new(stone.dropped.file) && stone.object.schema.as_deref() != Some(TEMPORARY) {
            statements.entry(stone.dropped).or_default().push(stone);
        }
    }
    // The usual case: what everything was made by need not be gone through.
    if statements.is_empty() {
        return Vec::new();
    }
    let index = Index::new(changes, &statements);
    let mut taken = HashSet::new();
    statements.values().flat_map(|stones| drops_of(changes, &index, stones, &mut taken)).collect()
}

/// Something that a migration made, whether it still stands or was dropped later.
struct Made<'a> {
    object: ObjectRef,
    created: Span,
    ty: Option<&'a TypeName>,
    labels: Vec<&'a str>,
}

/// Facts that one drop needs of the others.
struct Index<'a> {
    /// What each dropping file dropped: tables, and tables of which it dropped columns.
    tables: HashSet<(FileId, QualifiedName)>,
    files_with_tables: HashSet<FileId>,
    with_columns: HashSet<(FileId, QualifiedName)>,
    /// Types of the columns that each file dropped.
    types: HashSet<(FileId, QualifiedName)>,
    /// What each dropping file made: parts by their table, the rest under `None`.
    made: HashMap<(FileId, Option<QualifiedName>), Vec<Made<'a>>>,
}

impl<'a> Index<'a> {
    fn new(changes: &Changes<'a>, statements: &IndexMap<Span, Vec<&'a Dropped>>) -> Self {
        let mut index = Self {
            tables: HashSet::new(),
            files_with_tables: HashSet::new(),
            with_columns: HashSet::new(),
            types: HashSet::new(),
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
        let dropping: HashSet<FileId> = statements.keys().map(|span| span.file).collect();
        index.note_standing(changes.catalog, &dropping);
        for stone in &changes.catalog.dropped {
            let created = stone.origin.created;
            // What came and went in one file took no place.
            if dropping.contains(&created.file) && stone.dropped.file != created.file {
                let labels = stone.labels.iter().map(String::as_str).collect();
                index.note(Made { object: stone.object.clone(), created, ty: stone.ty.as_ref(), labels });
            }
        }
        index
    }

    fn note(&mut self, made: Made<'a>) {
        self.made.entry((made.created.file, table_of(&made.object))).or_default().push(made);
    }

    fn note_standing(&mut self, catalog: &'a Catalog, dropping: &HashSet<FileId>) {
        let plain = |object, origin: &Origin| Made { object, created: origin.created, ty: None, labels: Vec::new() };
        let mut found: Vec<Made<'a>> = Vec::new();
        for e in catalog.enums.values() {
            let labels = e.labels.known().into_iter().flatten().map(|label| label.value.as_str()).collect();
            found.push(Made { labels, ..plain(ObjectRef::top(ObjectKind::Enum, &e.name), &e.origin) });
        }
        for v in catalog.views.values() {
            found.push(plain(ObjectRef::top(ObjectKind::View, &v.name), &v.origin));
            found.extend(
                v.indexes.iter().map(|i| plain(ObjectRef::part(ObjectKind::Index, &v.name, &i.name), &i.origin)),
            );
        }
        for t in catalog.tables.values() {
            let part = |kind, name: &str, origin: &Origin| plain(ObjectRef::part(kind, &t.name, name), origin);
            found.push(plain(ObjectRef::top(ObjectKind::Table, &t.name), &t.origin));
            found.extend(
                t.columns.iter().map(|c| Made { ty: c.ty.known(), ..part(ObjectKind::Column, &c.name, &c.origin) }),
            );
            found.extend(t.primary_key.iter().map(|k| part(ObjectKind::PrimaryKey, &k.name, &k.origin)));
            found.extend(t.uniques.iter().map(|k| part(ObjectKind::Unique, &k.name, &k.origin)));
            found.extend(t.foreign_keys.iter().map(|k| part(ObjectKind::ForeignKey, &k.name, &k.origin)));
            found.extend(t.checks.iter().map(|k| part(ObjectKind::Check, &k.name, &k.origin)));
            found.extend(t.exclusions.iter().map(|k| part(ObjectKind::Check, &k.name, &k.origin)));
            found.extend(t.indexes.iter().map(|i| part(ObjectKind::Index, &i.name, &i.origin)));
        }
        for made in found {
            if dropping.contains(&made.created.file) {
                self.note(made);
            }
        }
    }

    /// What a file made of a kind, in a table or by itself.
    fn made(&self, file: FileId, table: Option<&QualifiedName>, kind: ObjectKind) -> impl Iterator<Item = &Made<'a>> {
        let made = self.made.get(&(file, table.cloned()));
        made.into_iter().flatten().filter(move |made| made.object.kind == kind)
    }

    fn made_any(&self, file: FileId, table: &QualifiedName, kinds: &[ObjectKind]) -> bool {
        kinds.iter().any(|&kind| self.made(file, Some(table), kind).next().is_some())
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

/// Columns that took the place of a dropped one already.
type Taken = HashSet<(FileId, ObjectRef)>;

fn drops_of<'a>(changes: &Changes<'a>, index: &Index<'a>, stones: &[&'a Dropped], taken: &mut Taken) -> Vec<Drop<'a>> {
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
    heads.flat_map(|(at, stone)| judge(changes, index, stone, along.remove(&at).unwrap_or_default(), taken)).collect()
}

fn judge<'a>(
    changes: &Changes<'a>,
    index: &Index<'a>,
    stone: &'a Dropped,
    along: Vec<&'a Dropped>,
    taken: &mut Taken,
) -> Vec<Drop<'a>> {
    if changes.made_together(stone.origin.created.file, stone.dropped.file) {
        return Vec::new();
    }
    let fate = match stone.object.kind {
        ObjectKind::Table => return table(index, stone, along),
        ObjectKind::Column => column(index, stone, taken),
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
    let is_own = |s: &&Dropped| s.object.kind == ObjectKind::Column && table_of(&s.object).as_ref() == Some(&name);
    if let Some(now) = index.made(file, None, ObjectKind::Table).find(|made| made.object == stone.object) {
        if now.created.start > stone.dropped.start {
            return vec![Drop { stone, along, fate: Fate::MadeAnew }];
        }
        let kept: HashSet<&str> =
            index.made(file, Some(&name), ObjectKind::Column).map(|made| made.object.name.as_str()).collect();
        let lost = along.into_iter().filter(|s| is_own(s) && !kept.contains(s.object.name.as_str()));
        return lost.map(|stone| Drop { stone, along: Vec::new(), fate: Fate::LostInRebuild }).collect();
    }
    let columns: HashSet<&str> = along.iter().copied().filter(is_own).map(|s| s.object.name.as_str()).collect();
    let like = index.made(file, None, ObjectKind::Table).find(|made| is_like(index, made, &columns));
    let fate = like.map_or(Fate::Gone, |made| {
        Fate::ReplacedBy(Replacement { object: made.object.clone(), created: made.created, ty: None })
    });
    vec![Drop { stone, along, fate }]
}

/// Two thirds of the columns of the larger are in both.
fn is_like(index: &Index<'_>, table: &Made<'_>, columns: &HashSet<&str>) -> bool {
    let Some(name) = name_of(&table.object) else { return false };
    let (mut count, mut shared) = (0, 0);
    for column in index.made(table.created.file, Some(&name), ObjectKind::Column) {
        count += 1;
        shared += usize::from(columns.contains(column.object.name.as_str()));
    }
    shared >= 2 && shared * 3 >= count.max(columns.len()) * 2
}

/// A column that is gone, unless its table goes in the same migration; and the column of the same type that comes in its place.
fn column(index: &Index<'_>, stone: &Dropped, taken: &mut Taken) -> Option<Fate> {
    let file = stone.dropped.file;
    let name = table_of(&stone.object)?;
    if index.tables.contains(&(file, name.clone())) {
        return None;
    }
    // A table that is new itself replaces nothing.
    let is_new_table =
        index.made(file, None, ObjectKind::Table).any(|made| name_of(&made.object).as_ref() == Some(&name));
    let added = || index.made(file, Some(&name), ObjectKind::Column).filter(|_| !is_new_table);
    let again = added().find(|made| made.object == stone.object);
    let replacement = again.or_else(|| {
        let fits = |made: &&Made<'_>| {
            stone.ty.is_some() && made.ty == stone.ty.as_ref() && !taken.contains(&(file, made.object.clone()))
        };
        // The one that is called most alike; of equals the first.
        added().filter(fits).min_by_key(|made| usize::MAX - likeness(&made.object.name, &stone.object.name))
    });
    let Some(made) = replacement else { return Some(Fate::Gone) };
    taken.insert((file, made.object.clone()));
    let ty = made.ty.map(ToString::to_string);
    Some(Fate::ReplacedBy(Replacement { object: made.object.clone(), created: made.created, ty }))
}

/// Parts that two names share.
fn likeness(a: &str, b: &str) -> usize {
    let parts: HashSet<&str> = a.split('_').collect();
    b.split('_').filter(|part| parts.contains(part)).count()
}

/// ORMs drop a value by making the enum again: under a second name that then takes the first one's, or the columns standing as text meanwhile.
fn enumeration(index: &Index<'_>, stone: &Dropped) -> Option<Fate> {
    let mut made = index.made(stone.dropped.file, None, ObjectKind::Enum);
    let Some(again) = made.find(|made| made.object.schema == stone.object.schema && is_successor(made, stone)) else {
        return unless(uses_dropped_too(index, stone));
    };
    let kept: HashSet<&str> = again.labels.iter().copied().collect();
    let lost: Vec<String> = stone.labels.iter().filter(|l| !kept.contains(l.as_str())).cloned().collect();
    (!lost.is_empty()).then_some(Fate::LabelsLost(lost))
}

fn is_successor(made: &Made<'_>, stone: &Dropped) -> bool {
    let old = stone.object.name.as_str();
    let bare = old.strip_suffix("_old").or_else(|| old.strip_prefix("old_")).unwrap_or(old);
    // A successor that was replaced in its turn bears the suffix now.
    if made.object.name == old || made.object.name == bare || made.object.name.strip_suffix("_old") == Some(bare) {
        return true;
    }
    let shared = stone.labels.iter().filter(|l| made.labels.contains(&l.as_str())).count();
    shared > 0 && shared * 2 >= stone.labels.len()
}

/// The columns of a type went in the same migration: the type is only what they leave behind.
fn uses_dropped_too(index: &Index<'_>, stone: &Dropped) -> bool {
    name_of(&stone.object).is_some_and(|name| index.types.contains(&(stone.dropped.file, name)))
}

fn view_made_again(index: &Index<'_>, stone: &Dropped) -> bool {
    let name = name_of(&stone.object);
    let kinds = [ObjectKind::View, ObjectKind::MaterializedView, ObjectKind::Table];
    let mut made = kinds.into_iter().flat_map(|kind| index.made(stone.dropped.file, None, kind));
    name.is_some() && made.any(|made| name_of(&made.object) == name)
}

/// The constraint was changed (made again), or goes because columns or tables go that are reported themselves.
fn constraint_is_minor(index: &Index<'_>, stone: &Dropped) -> bool {
    let file = stone.dropped.file;
    let Some(name) = table_of(&stone.object) else { return false };
    let kind = stone.object.kind;
    let goes = goes_with_more(index, &name, file);
    if goes || kind == ObjectKind::ForeignKey && index.files_with_tables.contains(&file) {
        return true;
    }
    match kind {
        ObjectKind::Unique => {
            index.made_any(file, &name, &[ObjectKind::Unique, ObjectKind::PrimaryKey, ObjectKind::Index])
        }
        kind => index.made_any(file, &name, &[kind]),
    }
}

fn index_is_minor(index: &Index<'_>, stone: &Dropped) -> bool {
    let file = stone.dropped.file;
    let Some(name) = table_of(&stone.object) else { return false };
    goes_with_more(index, &name, file)
        || index.made_any(file, &name, &[ObjectKind::Index, ObjectKind::Unique, ObjectKind::PrimaryKey])
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
