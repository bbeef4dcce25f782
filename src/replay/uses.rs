//! What views depend on, found from either end: a relation that changes is asked for its views far more often than a view for its relations.

use std::collections::BTreeSet;

use foldhash::{HashMap, HashMapExt};

use crate::model::QualifiedName;

/// What the insides of an object depend on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Uses {
    pub relations: Vec<QualifiedName>,
    pub columns: Vec<(QualifiedName, String)>,
    /// The columns are all that it uses; else a column of `relations` may be used without standing here.
    pub columns_known: bool,
    pub functions: Vec<QualifiedName>,
    pub types: Vec<QualifiedName>,
    /// Tables whose primary key lets it give columns that it does not group by.
    pub keys: Vec<QualifiedName>,
    /// A `*` in its text gives columns of its own.
    pub has_star: bool,
}

/// What each view uses.
pub(super) struct ViewUses {
    of_view: HashMap<QualifiedName, Uses>,
    /// The views that name a relation or a column of it.
    users: HashMap<QualifiedName, BTreeSet<QualifiedName>>,
}

impl ViewUses {
    pub(super) fn new() -> Self {
        Self { of_view: HashMap::new(), users: HashMap::new() }
    }

    pub(super) fn get(&self, view: &QualifiedName) -> Option<&Uses> {
        self.of_view.get(view)
    }

    /// The views that use anything, by name.
    pub(super) fn views(&self) -> Vec<QualifiedName> {
        let mut views: Vec<QualifiedName> = self.of_view.keys().cloned().collect();
        views.sort();
        views
    }

    /// The views that use a relation, by name.
    pub(super) fn users_of(&self, relation: &QualifiedName) -> impl Iterator<Item = &QualifiedName> {
        self.users.get(relation).into_iter().flatten()
    }

    /// Gives what was there.
    pub(super) fn set(&mut self, view: QualifiedName, to: Option<Uses>) -> Option<Uses> {
        let was = self.of_view.remove(&view);
        if let Some(was) = &was {
            for relation in relations(was) {
                if let Some(users) = self.users.get_mut(relation) {
                    users.remove(&view);
                }
            }
        }
        if let Some(uses) = to {
            for relation in relations(&uses) {
                if !self.users.get(relation).is_some_and(|users| users.contains(&view)) {
                    self.users.entry(relation.clone()).or_default().insert(view.clone());
                }
            }
            self.of_view.insert(view, uses);
        }
        was
    }
}

fn relations(uses: &Uses) -> impl Iterator<Item = &QualifiedName> {
    uses.relations.iter().chain(uses.columns.iter().map(|(relation, _)| relation))
}
