//! Views over what changes: the server changes no column's type under a view that uses it.

use std::collections::HashMap;

use super::Maker;
use crate::dialect::{Dialect, NameKind, SqlForm};
use crate::model::{Catalog, QualifiedName, View};

/// The relations that the queries of views name, as they are written there: one or more parts, the last being the relation's own name.
pub(super) struct Reads {
    names: HashMap<QualifiedName, Vec<Vec<String>>>,
}

impl Reads {
    pub(super) fn of(catalog: &Catalog, dialect: &dyn Dialect) -> Self {
        let names = |view: &View| -> Option<Vec<Vec<String>>> {
            let found = dialect.names_in(&view.query.known()?.sql, SqlForm::Statement)?;
            Some(found.uses.into_iter().filter(|used| used.kind == NameKind::Relation).map(|used| used.parts).collect())
        };
        Self {
            names: catalog.views.values().map(|view| (view.name.clone(), names(view).unwrap_or_default())).collect(),
        }
    }

    /// Whether a view's query names a relation.
    fn names(&self, view: &QualifiedName, relation: &QualifiedName) -> bool {
        self.names.get(view).into_iter().flatten().any(|parts| match parts.as_slice() {
            [name] => *name == relation.name,
            [.., schema, name] => *name == relation.name && *schema == relation.schema,
            [] => false,
        })
    }
}

impl Maker<'_> {
    /// The views that read a table, and those that read them, are dropped before and made again after.
    pub(super) fn rebuild_views_over(&mut self, table: &QualifiedName) {
        self.rebuild_views(table, Vec::new());
    }

    /// A view that another reads cannot be dropped alone.
    pub(super) fn rebuild_view(&mut self, view: &QualifiedName) {
        self.rebuild_views(view, vec![view.clone()]);
    }

    fn rebuild_views(&mut self, under: &QualifiedName, mut over: Vec<QualifiedName>) {
        let (views, reads) = (&self.catalogs.migrated.views, self.fixes.reads());
        let mut relations = vec![under.clone()];
        while let Some(relation) = relations.pop() {
            for view in views.keys().filter(|view| reads.names(view, &relation)) {
                if !over.contains(view) {
                    over.push(view.clone());
                    relations.push(view.clone());
                }
            }
        }
        // Those that others read come first when they are made, last when they are dropped.
        let mut ordered: Vec<_> = over.iter().map(|name| (over_depth(name, reads, &over), name)).collect();
        ordered.sort_by_key(|&(depth, _)| depth);
        for &(_, name) in ordered.iter().rev() {
            self.drop_view(&views[name]);
        }
        for (_, name) in ordered {
            let view = self.catalogs.declared.views.get(name).filter(|view| view.query.known().is_some());
            self.create_view(view.unwrap_or(&views[name]));
        }
    }
}

/// How many of some views stand between one of them and the table under them.
fn over_depth(view: &QualifiedName, reads: &Reads, views: &[QualifiedName]) -> usize {
    let mut depth = 0;
    let mut level = vec![view];
    while depth <= views.len() {
        let under = views.iter().filter(|other| level.iter().any(|&view| view != *other && reads.names(view, other)));
        level = under.collect();
        if level.is_empty() {
            break;
        }
        depth += 1;
    }
    depth
}
