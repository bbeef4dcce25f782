//! `@relation(…)`, and which two fields belong together.

use std::collections::HashMap;

use super::super::ast::{Arity, Attribute, Value};
use super::super::schema::{FieldId, FieldKind, Key, KeyKind, Model, Relation, RelationField, Schema};
use super::Scope;
use super::args::Args;
use super::field::field_list;
use crate::model::Action;
use crate::source::Spanned;

/// Reads all of `@relation` but the lists of fields.
pub(super) fn read_attribute(relation: &mut RelationField, args: &Args<'_>) {
    relation.attribute = Some(args.span);
    relation.name = args.main_string("name");
    relation.on_delete = action("onDelete", args);
    relation.on_update = action("onUpdate", args);
    relation.mapped = args.string("map");
}

fn action(name: &str, args: &Args<'_>) -> Option<Spanned<Action>> {
    let (word, span) = args.constant(name)?;
    let value = match word {
        "Cascade" => Action::Cascade,
        "Restrict" => Action::Restrict,
        "NoAction" => Action::NoAction,
        "SetNull" => Action::SetNull,
        "SetDefault" => Action::SetDefault,
        other => {
            args.invalid(span, format!("`{other}` is no referential action"));
            return None;
        }
    };
    Some(Spanned { value, span })
}

/// Settles the field lists of all relation fields and pairs them.
pub(super) fn resolve(schema: &mut Schema, scope: &Scope<'_>) {
    for (m, block) in scope.models.iter().enumerate() {
        for (f, declared) in block.fields().enumerate() {
            let FieldKind::Relation(relation) = &schema.models[m].fields[f].kind else {
                continue;
            };
            let to = relation.to;
            let Some(attribute) = declared.attributes.iter().find(|a| a.name.value == "relation") else {
                continue;
            };
            let (fields, references) = lists(attribute, m, to, scope);
            if let FieldKind::Relation(relation) = &mut schema.models[m].fields[f].kind {
                relation.fields = fields;
                relation.references = references;
            }
        }
    }
    schema.relations = pair(schema);
}

type Lists = (Option<Vec<usize>>, Option<Vec<usize>>);

fn lists(attribute: &Attribute, model: usize, to: usize, scope: &Scope<'_>) -> Lists {
    let args = Args::new(&attribute.arguments, "@relation".into(), attribute.span, scope.problems);
    for name in ["fields", "references"] {
        if let Some(value) = args.named(name)
            && matches!(&value.value, Value::Array(items) if items.is_empty())
        {
            args.invalid(value.span, format!("the argument `{name}` names no field"));
        }
    }
    let fields = args
        .named("fields")
        .map(|value| field_list(value, scope.models[model], "the argument `fields`", &args, scope).unwrap_or_default());
    let references = args.named("references").map(|value| {
        field_list(value, scope.models[to], "the argument `references`", &args, scope).unwrap_or_default()
    });
    args.discard();
    (fields, references)
}

/// Each relation once. The rules for which side is which are those of prisma-engines, `parser-database/src/relations.rs`.
fn pair(schema: &Schema) -> Vec<Relation> {
    let mut candidates: HashMap<(usize, usize), Vec<FieldId>> = HashMap::new();
    for (m, model) in schema.models.iter().enumerate() {
        for (f, field) in model.fields.iter().enumerate() {
            if let Some(relation) = field.relation() {
                candidates.entry((m, relation.to)).or_default().push((m, f));
            }
        }
    }
    let mut relations = Vec::new();
    for (m, model) in schema.models.iter().enumerate() {
        for (f, field) in model.fields.iter().enumerate() {
            if let Some(relation) = field.relation() {
                let back = opposite((m, f), relation, schema, &candidates);
                relations.extend(ingest(schema, (m, f), relation, back));
            }
        }
    }
    relations
}

/// The first field of the other model that points back under the same name.
fn opposite(
    id: FieldId,
    relation: &RelationField,
    schema: &Schema,
    candidates: &HashMap<(usize, usize), Vec<FieldId>>,
) -> Option<FieldId> {
    let all = candidates.get(&(relation.to, id.0))?;
    let is_match = |other: &&FieldId| {
        **other != id && relation_of(schema, **other).is_some_and(|other| other.name == relation.name)
    };
    all.iter().find(is_match).copied()
}

fn relation_of(schema: &Schema, (m, f): FieldId) -> Option<&RelationField> {
    schema.models[m].fields[f].relation()
}

fn ingest(schema: &Schema, id: FieldId, relation: &RelationField, back: Option<FieldId>) -> Option<Relation> {
    let arity = |(m, f): FieldId| schema.models[m].fields[f].arity;
    let name = |(m, f): FieldId| (schema.models[m].name.value.as_str(), schema.models[m].fields[f].name.value.as_str());
    let Some(other) = back else {
        // One side only: the other is missing, which is reported elsewhere. A list cannot hold the foreign key.
        return (arity(id) != Arity::List).then_some(Relation::Inline { forward: id, back: None });
    };
    let inline = Some(Relation::Inline { forward: id, back });
    match (arity(id), arity(other)) {
        (Arity::List, Arity::List) => {
            let is_first = if id.0 == other.0 { name(id).1 <= name(other).1 } else { name(id).0 <= name(other).0 };
            is_first.then_some(Relation::ManyToMany { a: id, b: other })
        }
        (Arity::List, _) => None,
        (_, Arity::List) | (Arity::Required, Arity::Optional) => inline,
        (Arity::Optional, Arity::Required) => None,
        // Refused anyway: the side with the fields is the one to speak of.
        (Arity::Required, Arity::Required) => {
            let other_has_fields = relation_of(schema, other).is_some_and(|r| r.fields.is_some());
            let is_front = match (relation.fields.is_some(), other_has_fields) {
                (true, false) => true,
                (false, true) => false,
                _ => name(id) <= name(other),
            };
            is_front.then_some(inline).flatten()
        }
        (Arity::Optional, Arity::Optional) => {
            let other_has_fields = relation_of(schema, other).is_some_and(|r| r.fields.is_some());
            if relation.fields.is_some() || !other_has_fields && name(id) <= name(other) { inline } else { None }
        }
    }
}

/// Whether the fields that a relation is made of are a unique key as they stand, so that it is one-to-one.
pub(super) fn is_unique_in_order(schema: &Schema, model: usize, fields: &[usize]) -> bool {
    unique_keys(&schema.models[model]).any(|key| key.parts.iter().map(|p| p.field).eq(fields.iter().copied()))
}

/// Whether the fields that a relation refers to are a unique key of their model.
pub(super) fn is_unique(schema: &Schema, model: usize, fields: &[usize]) -> bool {
    let mut keys = unique_keys(&schema.models[model]);
    let mut wanted = fields.to_vec();
    wanted.sort_unstable();
    keys.any(|key| {
        let mut parts: Vec<usize> = key.parts.iter().map(|p| p.field).collect();
        parts.sort_unstable();
        parts == wanted
    })
}

fn unique_keys(model: &Model) -> impl Iterator<Item = &Key> {
    model.indexes.iter().filter(|k| k.kind == KeyKind::Unique).chain(&model.primary_key)
}
