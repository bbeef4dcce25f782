//! Schemas, types, sequences and views.

use std::collections::BTreeSet;

use super::columns::essential_options;
use super::differ::{ColumnTypes, Differ, Reading};
use super::indexes::IndexLike;
use super::{Item, Owner, Pair};
use crate::diagnostic::Aspect;
use crate::model::{Catalog, Column, Domain, EnumType, ObjectKind, QualifiedName, Sequence, View};

/// Schemas in which migration runners keep their tables.
const RUNNER_SCHEMAS: [&str; 2] = ["drizzle", "pgmigrations"];

impl<'a> Differ<'a, '_> {
    /// A schema counts as declared when a declared object lives in it.
    pub(super) fn schemas(&mut self) {
        let declared = used_schemas(self.catalogs.declared);
        let migrated = &self.catalogs.migrated.schemas;
        for &name in &declared {
            let entry = self.catalogs.declared.schemas.get(name);
            if name != "public" && self.looks_into(name) && !migrated.contains_key(name) {
                self.missing(Item::Schema(name, entry), None, Reading::Complete);
            }
        }
        for (name, entry) in migrated {
            let is_nobodys = name == "public" || name.starts_with("pg_") || RUNNER_SCHEMAS.contains(&name.as_str());
            if !is_nobodys && !declared.contains(name.as_str()) && self.looks_into(name) {
                self.undeclared(Item::Schema(name, Some(entry)), None, self.declarations());
            }
        }
    }

    pub(super) fn enums(&mut self) {
        let enums = self.catalogs.map(|catalog| &catalog.enums);
        for declared in enums.declared.values().filter(|x| self.looks_at(ObjectKind::Enum, &x.name)).collect::<Vec<_>>()
        {
            match enums.migrated.get(&declared.name) {
                None => self.missing(Item::Enum(declared), None, Reading::Complete),
                Some(migrated) if self.scope.in_prelude(Some(&migrated.origin)) => {}
                Some(migrated) => {
                    let pair = Pair::new(declared, migrated);
                    self.changed(pair.map(Item::Enum), None, enum_aspects(pair, self.language.comments));
                }
            }
        }
        for migrated in enums.migrated.values() {
            if !enums.declared.contains_key(&migrated.name) && self.looks_at(ObjectKind::Enum, &migrated.name) {
                self.undeclared(Item::Enum(migrated), None, self.declarations());
            }
        }
    }

    pub(super) fn domains(&mut self) {
        let domains = self.catalogs.map(|catalog| &catalog.domains);
        for declared in domains.declared.values() {
            match domains.migrated.get(&declared.name) {
                None => self.missing(Item::Domain(declared), None, Reading::Complete),
                Some(migrated) => {
                    let pair = Pair::new(declared, migrated);
                    let aspects = self.domain_aspects(pair);
                    self.changed(pair.map(Item::Domain), None, aspects);
                }
            }
        }
        for migrated in domains.migrated.values() {
            if !domains.declared.contains_key(&migrated.name) && self.looks_into(&migrated.name.schema) {
                self.undeclared(Item::Domain(migrated), None, self.declarations());
            }
        }
    }

    fn domain_aspects(&self, pair: Pair<&Domain>) -> Vec<Aspect> {
        let none = ColumnTypes::default();
        let defaults = pair.map(|d| d.default.as_ref());
        let default_differs = match defaults.present() {
            Some(exprs) => !self.same_expression(exprs, Some(&pair.declared.base), none),
            None => defaults.map(|d| d.is_some()).differs(),
        };
        let checks = super::matching::by_key(pair.map(|d| &d.checks), |check| check.name.as_str());
        let check_differs = !checks.declared.is_empty()
            || !checks.migrated.is_empty()
            || checks.both.iter().any(|pair| {
                let exprs = pair.map(|check| &check.expr).known();
                exprs.is_some_and(|exprs| !self.same_expression(exprs, None, none))
            });
        let facts = [
            (!self.same_type(pair.map(|d| &d.base)), Aspect::Type),
            (pair.map(|d| d.not_null).differs(), Aspect::Nullability),
            (default_differs, Aspect::Default),
            (check_differs, Aspect::Expression),
            (self.language.collations && pair.map(|d| &d.collation).differs(), Aspect::Collation),
            (self.language.comments && pair.map(|d| &d.comment).differs(), Aspect::Comment),
        ];
        facts.into_iter().filter_map(|(differs, aspect)| differs.then_some(aspect)).collect()
    }

    pub(super) fn composites(&mut self) {
        let composites = self.catalogs.map(|catalog| &catalog.composites);
        for declared in composites.declared.values() {
            let Some(migrated) = composites.migrated.get(&declared.name) else {
                self.missing(Item::Composite(declared), None, Reading::Complete);
                continue;
            };
            let pair = Pair::new(declared, migrated);
            let lists = pair.map(|x| &x.attributes);
            let differs = lists.map(Vec::len).differs()
                || lists.declared.iter().zip(lists.migrated).any(|(declared, migrated)| {
                    let attributes = Pair::new(declared, migrated);
                    attributes.map(|(name, _)| name).differs()
                        || attributes.map(|(_, ty)| ty).known().is_some_and(|types| !self.same_type(types))
                });
            let mut aspects = if differs { vec![Aspect::Columns] } else { Vec::new() };
            if self.language.comments && pair.map(|x| &x.comment).differs() {
                aspects.push(Aspect::Comment);
            }
            self.changed(pair.map(Item::Composite), None, aspects);
        }
        for migrated in composites.migrated.values() {
            if !composites.declared.contains_key(&migrated.name) && self.looks_into(&migrated.name.schema) {
                self.undeclared(Item::Composite(migrated), None, self.declarations());
            }
        }
    }

    /// Sequences that stand by themselves; those that belong to a column are the column's matter, save what only SQL says of them.
    pub(super) fn sequences(&mut self) {
        let sequences = self.catalogs.map(|catalog| &catalog.sequences);
        let is_own = |sequence: &Sequence| sequence.owned_by.is_none() && !sequence.identity;
        for declared in sequences.declared.values() {
            if !self.looks_into(&declared.name.schema) {
                continue;
            }
            match sequences.migrated.get(&declared.name) {
                None if is_own(declared) => self.missing(Item::Sequence(declared), None, Reading::Complete),
                Some(migrated) if self.is_compared(Pair::new(declared, migrated), is_own) => {
                    let pair = Pair::new(declared, migrated);
                    let mut aspects = Vec::new();
                    let owners = pair.map(|s| (&s.owned_by, s.identity));
                    if owners.differs() || pair.map(|s| essential_options(&s.options, None)).differs() {
                        aspects.push(Aspect::Options);
                    }
                    if self.language.comments && pair.map(|s| &s.comment).differs() {
                        aspects.push(Aspect::Comment);
                    }
                    self.changed(pair.map(Item::Sequence), None, aspects);
                }
                _ => {}
            }
        }
        for migrated in sequences.migrated.values().filter(|s| is_own(s)) {
            if !sequences.declared.contains_key(&migrated.name) && self.looks_into(&migrated.name.schema) {
                self.undeclared(Item::Sequence(migrated), None, self.declarations());
            }
        }
    }

    /// An identity column's is compared with the column; a `serial` column's where SQL can give it other options.
    fn is_compared(&self, pair: Pair<&Sequence>, is_own: impl Fn(&Sequence) -> bool) -> bool {
        let owner = pair.migrated.owned_by.as_ref();
        let tables = &self.catalogs.declared.tables;
        let own = pair.map(is_own);
        let goes =
            |(table, column): &(QualifiedName, String)| tables.get(table).is_none_or(|t| t.column(column).is_none());
        if owner.is_some_and(goes) && !own.declared {
            // The old one goes with its column, and the new one comes with another.
            return false;
        }
        let of_identity = pair.declared.identity || pair.migrated.identity;
        own.declared && own.migrated || self.language.sql_only && (own.declared || own.migrated || !of_identity)
    }

    pub(super) fn views(&mut self) {
        let views = self.catalogs.map(|catalog| &catalog.views);
        for declared in views.declared.values() {
            if declared.existing || !self.looks_into(&declared.name.schema) {
                continue;
            }
            match views.migrated.get(&declared.name) {
                None => self.missing(Item::View(declared), None, Reading::Complete),
                Some(migrated) if self.scope.in_prelude(Some(&migrated.origin)) => {}
                Some(migrated) => self.view(Pair::new(declared, migrated)),
            }
        }
        for migrated in views.migrated.values() {
            let is_nobodys = migrated.existing || !self.looks_into(&migrated.name.schema);
            if !is_nobodys && !views.declared.contains_key(&migrated.name) && !self.is_declared_table(&migrated.name) {
                self.undeclared(Item::View(migrated), None, self.declarations());
            }
        }
    }

    /// Whether the columns of a view are not called the same, where both sides can tell.
    fn column_names_differ(&self, views: Pair<&View>) -> bool {
        let names = |columns: &Vec<Column>| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
        let columns = views.map(|v| &v.columns).known();
        columns.is_some_and(|columns| columns.both(|c| !c.is_empty()) && columns.map(names).differs())
    }

    /// A tool that has no views lets them be declared as tables.
    fn is_declared_table(&self, name: &QualifiedName) -> bool {
        !self.language.views && self.catalogs.declared.tables.contains_key(name)
    }

    fn view(&mut self, views: Pair<&'a View>) {
        let queries = views.map(|v| &v.query).known();
        let same_query = queries.and_then(|q| self.dialect.same_query(q.declared, q.migrated));
        let checks = views.map(|v| v.check_option.as_ref().map(|option| option.to_ascii_lowercase()));
        let facts = [
            (views.map(|v| v.materialized).differs(), Aspect::Definition),
            (same_query == Some(false), Aspect::Definition),
            (self.language.sql_only && self.column_names_differ(views), Aspect::Columns),
            (views.map(view_options).differs() || checks.differs(), Aspect::Options),
            (self.language.comments && views.map(|v| &v.comment).differs(), Aspect::Comment),
        ];
        let aspects = facts.into_iter().filter_map(|(differs, aspect)| differs.then_some(aspect)).collect();
        self.changed(views.map(Item::View), None, aspects);
        let owner = Owner::View(views);
        let indexes = views.map(|view| view.indexes.iter().map(IndexLike::Index).collect());
        // No language but SQL declares indexes of views.
        let reading = if self.language.triggers { Reading::Complete } else { Reading::Incomplete };
        self.indexes(indexes, owner, Pair::new(reading, Reading::Complete), ColumnTypes::default());
        self.triggers(views.map(|view| view.triggers.as_slice()), owner);
    }
}

fn used_schemas(catalog: &Catalog) -> BTreeSet<&str> {
    let relations = catalog.tables.keys().chain(catalog.enums.keys()).chain(catalog.sequences.keys());
    let views = catalog.views.values().filter(|view| !view.existing).map(|view| &view.name);
    let types = catalog.domains.keys().chain(catalog.composites.keys());
    let objects = relations.chain(views).chain(types).map(|name| name.schema.as_str());
    catalog.schemas.keys().map(String::as_str).chain(objects).collect()
}

/// The options of a view that say something: both kinds of switches are off by themselves.
fn view_options(view: &View) -> BTreeSet<(String, String)> {
    let switch = |value: &str| match value.to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "1" | "" => "true".to_owned(),
        "false" | "off" | "no" | "0" => "false".to_owned(),
        _ => value.to_owned(),
    };
    let options = view.options.iter().map(|(name, value)| match name.as_str() {
        "security_barrier" | "security_invoker" => (name.clone(), switch(value)),
        _ => (name.clone(), value.clone()),
    });
    options.filter(|(name, value)| !(name.starts_with("security_") && value == "false")).collect()
}

fn enum_aspects(pair: Pair<&EnumType>, comments: bool) -> Vec<Aspect> {
    let mut aspects = Vec::new();
    if let Some(labels) = pair.map(|x| &x.labels).known() {
        let values = labels.map(|labels| labels.iter().map(|label| label.value.as_str()).collect::<Vec<_>>());
        let sets = values.as_ref().map(|values| values.iter().copied().collect::<BTreeSet<_>>());
        if sets.differs() {
            aspects.push(Aspect::Values);
        } else if values.differs() {
            aspects.push(Aspect::ValuesOrder);
        }
    }
    if comments && pair.map(|x| &x.comment).differs() {
        aspects.push(Aspect::Comment);
    }
    aspects
}
