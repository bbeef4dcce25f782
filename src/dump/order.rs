//! What must stand before what.

use std::collections::{HashMap, HashSet};

use crate::model::{Catalog, Domain, QualifiedName, Table, TypeName, View};

/// A type that others may be made of.
pub(super) enum UserType<'a> {
    Domain(&'a Domain),
    Composite(&'a crate::model::CompositeType),
}

impl UserType<'_> {
    pub(super) fn name(&self) -> &QualifiedName {
        match self {
            Self::Domain(d) => &d.name,
            Self::Composite(c) => &c.name,
        }
    }

    pub(super) fn needs(&self) -> Vec<QualifiedName> {
        let named = |t: &TypeName| t.qualified();
        match self {
            Self::Domain(d) => named(&d.base).into_iter().collect(),
            Self::Composite(c) => c.attributes.iter().filter_map(|(_, t)| t.known().and_then(named)).collect(),
        }
    }
}

/// Items after those that they need, otherwise in the given order.
fn sorted<T>(items: Vec<T>, name: impl Fn(&T) -> QualifiedName, needs: impl Fn(&T) -> Vec<QualifiedName>) -> Vec<T> {
    let all: HashSet<QualifiedName> = items.iter().map(&name).collect();
    let mut done: HashSet<QualifiedName> = HashSet::new();
    let mut waiting: Vec<(T, Vec<QualifiedName>)> = items
        .into_iter()
        .map(|item| {
            let own = name(&item);
            let needed = needs(&item).into_iter().filter(|n| all.contains(n) && *n != own).collect();
            (item, needed)
        })
        .collect();
    let mut out = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let mut rest = Vec::new();
        let before = out.len();
        for (item, needed) in waiting {
            if needed.iter().all(|n| done.contains(n)) {
                done.insert(name(&item));
                out.push(item);
            } else {
                rest.push((item, needed));
            }
        }
        if out.len() == before {
            // A circle: nothing better than the order they have.
            out.extend(rest.into_iter().map(|(item, _)| item));
            break;
        }
        waiting = rest;
    }
    out
}

/// Domains and composite types.
pub(super) fn types(catalog: &Catalog) -> Vec<UserType<'_>> {
    let all = catalog
        .domains
        .values()
        .map(UserType::Domain)
        .chain(catalog.composites.values().map(UserType::Composite))
        .collect();
    sorted(all, |t| t.name().clone(), UserType::needs)
}

/// Composite types that hold rows of tables or views, at whatever depth: they can only be made after those.
pub(super) fn of_rows(catalog: &Catalog) -> HashSet<QualifiedName> {
    let mut found = HashSet::new();
    for ty in types(catalog) {
        let is_row =
            |n: &QualifiedName| catalog.tables.contains_key(n) || catalog.views.contains_key(n) || found.contains(n);
        if ty.needs().iter().any(is_row) {
            found.insert(ty.name().clone());
        }
    }
    found
}

/// Tables after their parents and after tables whose row type they have a column of.
pub(super) fn tables(catalog: &Catalog) -> Vec<&Table> {
    sorted(
        catalog.tables.values().collect(),
        |t| t.name.clone(),
        |t| {
            let parents = t.inherits.iter().chain(t.partition.iter().map(|p| &p.parent)).cloned();
            parents.chain(t.columns.iter().filter_map(|c| c.ty.known().and_then(TypeName::qualified))).collect()
        },
    )
}

/// Views after the views they read. `reads` gives what a view names.
pub(super) fn views<'a>(catalog: &'a Catalog, reads: &HashMap<&QualifiedName, Vec<QualifiedName>>) -> Vec<&'a View> {
    let none = Vec::new();
    sorted(catalog.views.values().collect(), |v| v.name.clone(), |v| reads.get(&v.name).unwrap_or(&none).clone())
}
