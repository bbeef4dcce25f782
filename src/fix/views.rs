//! Views over what changes: the server changes no column's type under a view that uses it.

use super::Maker;
use super::dependents::Dependents;
use crate::model::QualifiedName;

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
        let (views, dependents) = (&self.catalogs.migrated.views, self.fixes.dependents());
        let mut relations = vec![under.clone()];
        while let Some(relation) = relations.pop() {
            for view in dependents.views_over(&relation) {
                if !over.contains(view) {
                    over.push(view.clone());
                    relations.push(view.clone());
                }
            }
        }
        // Those that others read come first when they are made, last when they are dropped.
        let mut ordered: Vec<_> = over.iter().map(|name| (over_depth(name, dependents, &over), name)).collect();
        ordered.sort_by_key(|&(depth, _)| depth);
        for &(_, name) in ordered.iter().rev() {
            self.drop_view(&views[name]);
        }
        // One may have given its name to a table.
        for (_, name) in ordered.into_iter().filter(|(_, name)| !self.catalogs.declared.tables.contains_key(*name)) {
            let view = self.catalogs.declared.views.get(name).filter(|view| view.query.known().is_some());
            self.create_view(view.unwrap_or(&views[name]));
        }
    }
}

/// How many of some views stand between one of them and the table under them.
fn over_depth(view: &QualifiedName, dependents: &Dependents, views: &[QualifiedName]) -> usize {
    let reads = |view: &QualifiedName, other: &QualifiedName| dependents.views_over(other).any(|over| over == view);
    let mut depth = 0;
    let mut level = vec![view];
    while depth <= views.len() {
        let under = views.iter().filter(|other| level.iter().any(|&view| view != *other && reads(view, other)));
        level = under.collect();
        if level.is_empty() {
            break;
        }
        depth += 1;
    }
    depth
}
