//! Pairs of a missing and an undeclared object that may be one and the same, renamed. Nobody is asked; it is stated as a hint.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::diff::{Change, Delta, Item};
use crate::model::{ObjectKind, ObjectRef, Table};

/// Above this many candidates in one place nothing is guessed.
const CANDIDATES_AT_MOST: usize = 64;

/// Missing objects with the undeclared one that each may have been, by place in the list of changes; and the reverse.
pub(super) fn possible_renames(changes: &[Change<'_>]) -> HashMap<usize, usize> {
    let mut renames = HashMap::new();
    let mut groups: BTreeMap<Shape, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
    for (at, change) in changes.iter().enumerate() {
        let Some(shape) = shape(change) else { continue };
        let group = groups.entry(shape).or_default();
        match change.delta {
            Delta::Missing(_) => group.0.push(at),
            Delta::Undeclared(_) => group.1.push(at),
            Delta::Changed { .. } => {}
        }
    }
    for (missing, undeclared) in groups.into_values() {
        if missing.len() * undeclared.len() > CANDIDATES_AT_MOST * CANDIDATES_AT_MOST {
            continue;
        }
        pair_up(changes, &missing, &undeclared, &mut renames);
    }
    renames
}

/// What two objects have in common when one may be the other renamed.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    kind: ObjectKind,
    schema: Option<String>,
    table: Option<String>,
    detail: String,
}

fn shape(change: &Change<'_>) -> Option<Shape> {
    let item = match change.delta {
        Delta::Missing(item) | Delta::Undeclared(item) => item,
        Delta::Changed { .. } => return None,
    };
    let detail = match item {
        Item::Column(column) => column.ty.known()?.to_string(),
        Item::Table(_) => String::new(),
        Item::Enum(ty) => {
            let labels: Vec<&str> = ty.labels.known()?.iter().map(|label| label.value.as_str()).collect();
            labels.join("\u{0}")
        }
        _ => return None,
    };
    let ObjectRef { kind, schema, table, .. } = change.object.clone();
    Some(Shape { kind, schema, table, detail })
}

/// The likest first; of columns the only candidate too, however it is called.
fn pair_up(changes: &[Change<'_>], missing: &[usize], undeclared: &[usize], renames: &mut HashMap<usize, usize>) {
    let only_one = missing.len() == 1 && undeclared.len() == 1;
    let mut pairs: Vec<(u32, usize, usize)> = Vec::new();
    for &m in missing {
        for &u in undeclared {
            let likeness = likeness(&changes[m], &changes[u]);
            if likeness >= 60 || only_one && changes[m].object.kind != ObjectKind::Table {
                pairs.push((likeness, m, u));
            }
        }
    }
    pairs.sort_by_key(|&(likeness, m, u)| (std::cmp::Reverse(likeness), m, u));
    for (_, m, u) in pairs {
        if !renames.contains_key(&m) && !renames.contains_key(&u) {
            renames.insert(m, u);
            renames.insert(u, m);
        }
    }
}

/// In per cent: of tables how many columns they share, of the rest how like the names are.
fn likeness(one: &Change<'_>, other: &Change<'_>) -> u32 {
    match (one.delta.declared().or(one.delta.migrated()), other.delta.declared().or(other.delta.migrated())) {
        (Some(Item::Table(one)), Some(Item::Table(other))) => shared_columns(one, other),
        _ => {
            let ratio = similar::TextDiff::from_chars(&*one.object.name, &*other.object.name).ratio();
            (ratio * 100.0) as u32
        }
    }
}

fn shared_columns(one: &Table, other: &Table) -> u32 {
    let names: HashSet<&str> = one.columns.iter().map(|column| column.name.as_str()).collect();
    let shared = other.columns.iter().filter(|column| names.contains(column.name.as_str())).count();
    let all = one.columns.len() + other.columns.len() - shared;
    // Everybody has an id and two time stamps.
    if shared < 3 { 0 } else { (shared * 100 / all.max(1)) as u32 }
}
