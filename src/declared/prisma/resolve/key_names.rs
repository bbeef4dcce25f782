//! The names of keys: those in the database are taken once in their namespaces, those in the client once on their model.
//!
//! The rules are those of prisma-engines, `psl-core/src/validate/validation_pipeline/validations/{constraint_namespace,fields,indexes}.rs`.
//! A name that is given twice is reported wherever it stands: which of them is to change is not ours to say.

use std::collections::{HashMap, HashSet};

use super::super::ast::Arity;
use super::super::connector::Connector;
use super::super::constraint_names;
use super::super::problems::Problems;
use super::super::schema::{Key, KeyKind, Model, Relation, RelationField, ScalarType, Schema};
use crate::source::Span;

/// Checks the names of all keys, when relations are paired.
pub(super) fn check(schema: &Schema, problems: &Problems) {
    for model in &schema.models {
        check_client_names(model, problems);
    }
    if let Some(connector) = schema.config.connector {
        check_database_names(schema, connector, problems);
    }
}

/// Names that two keys cannot share, by their place: the database schema for keys and indexes, the table for those and foreign keys.
#[derive(Default)]
struct Namespace<'a, P> {
    names: HashMap<(P, String), Vec<Named<'a>>>,
}

#[derive(Clone, Copy)]
struct Named<'a> {
    word: &'static str,
    model: &'a Model,
    span: Span,
}

impl<'a, P: std::hash::Hash + Eq> Namespace<'a, P> {
    fn add(&mut self, place: P, name: String, named: Named<'a>) {
        self.names.entry((place, name)).or_default().push(named);
    }

    fn report(self, reported: &mut HashSet<Span>, problems: &Problems) {
        for ((_, name), all) in self.names {
            for (i, named) in all.iter().enumerate().filter(|_| all.len() > 1) {
                if !reported.insert(named.span) {
                    continue;
                }
                let other = all[usize::from(i == 0)];
                let message = format!(
                    "the name `{name}` of this {} is also that of the {} of `{}`; another one is given with `map`",
                    named.word, other.word, other.model.name.value
                );
                problems.invalid(named.span, message);
            }
        }
    }
}

/// PostgreSQL has one namespace for keys and indexes in each schema, and one for constraints on each table.
fn check_database_names(schema: &Schema, connector: &Connector, problems: &Problems) {
    let mut of_schemas = Namespace::default();
    let mut of_tables = Namespace::default();
    for (m, model) in schema.models.iter().enumerate().filter(|(_, m)| !m.is_view) {
        let place = model.schema.as_ref().map(|s| s.value.as_str());
        for key in model.primary_key.iter().chain(&model.indexes) {
            let name = constraint_names::key(key, model, connector.max_identifier);
            let named = Named { word: key.kind.word(), model, span: key.span };
            of_schemas.add(place, name.clone(), named);
            of_tables.add(m, name, named);
        }
    }
    for (m, relation, span) in foreign_keys(schema) {
        let model = &schema.models[m];
        let name = constraint_names::foreign_key(relation, model, connector.max_identifier);
        of_tables.add(m, name, Named { word: "foreign key", model, span });
    }
    let mut reported = HashSet::new();
    of_schemas.report(&mut reported, problems);
    of_tables.report(&mut reported, problems);
}

/// Complete ones, whether or not they are made in the database.
fn foreign_keys(schema: &Schema) -> impl Iterator<Item = (usize, &RelationField, Span)> {
    schema.relations.iter().filter_map(|relation| {
        let Relation::Inline { forward: (m, f), .. } = *relation else {
            return None;
        };
        let field = &schema.models[m].fields[f];
        let relation = field.relation()?;
        let is_complete = relation.fields.as_ref().is_some_and(|fields| !fields.is_empty());
        let is_made = !schema.models[m].is_view;
        (is_complete && is_made).then(|| (m, relation, relation.attribute.unwrap_or(field.span)))
    })
}

fn check_client_names(model: &Model, problems: &Problems) {
    let mut named: HashMap<&str, Vec<&Key>> = HashMap::new();
    for key in model.primary_key.iter().chain(&model.indexes).filter(|key| is_unique(key)) {
        let attribute = if key.kind == KeyKind::Primary { "@@id" } else { "@@unique" };
        let is_field = |name: &str| model.fields.iter().any(|field| field.name.value == name);
        if let Some(name) = &key.client_name {
            named.entry(name).or_default().push(key);
            if is_field(name) {
                let message = format!(
                    "`{name}`, the name of this `{attribute}`, is the name of a field of `{}`",
                    model.name.value
                );
                problems.invalid(key.span, message);
            }
        }
        let parts: Vec<&str> = key.parts.iter().map(|part| model.fields[part.field].name.value.as_str()).collect();
        let joined = parts.join("_");
        if parts.len() > 1 && model.fields.iter().any(|f| f.scalar().is_some() && f.name.value == joined) {
            let message = format!(
                "the client calls this `{attribute}` `{joined}`, which is the name of a field of `{}`",
                model.name.value
            );
            problems.invalid(key.span, message);
        }
    }
    for (name, keys) in named.into_iter().filter(|(_, keys)| keys.len() > 1) {
        for key in keys {
            problems.invalid(
                key.span,
                format!("more than one key of `{}` has the name `{name}` in the client", model.name.value),
            );
        }
    }
}

fn is_unique(key: &Key) -> bool {
    matches!(key.kind, KeyKind::Primary | KeyKind::Unique)
}

/// Whether a row can be told by a key from all others. An id of optional fields is refused as such.
pub(super) fn identifies(key: &Key, model: &Model) -> bool {
    is_unique(key)
        && key.parts.iter().all(|part| {
            let field = &model.fields[part.field];
            let is_supported = !matches!(field.scalar().map(|s| &s.ty), Some(ScalarType::Unsupported(_)));
            is_supported && (key.kind == KeyKind::Primary || field.arity != Arity::Optional)
        })
}
