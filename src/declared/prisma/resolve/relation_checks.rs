//! Whether relations are complete and fit together.

use std::collections::{HashMap, HashSet};

use super::super::ast::Arity;
use super::super::problems::Problems;
use super::super::schema::{Field, FieldId, FieldKind, Key, KeyKind, Model, Relation, RelationField, Schema};
use super::relation::is_unique;
use crate::source::Span;

/// Reports what Prisma would refuse about the relations of a schema.
pub(super) fn check(schema: &Schema, problems: &Problems) {
    let checker = Checker { schema, problems };
    if checker.ambiguous() {
        return;
    }
    checker.missing_opposites();
    for relation in &schema.relations {
        match relation {
            Relation::Inline { forward, back: Some(back) } => checker.inline(*forward, *back),
            Relation::Inline { forward, back: None } => checker.lists(*forward),
            Relation::ManyToMany { a, b } => checker.many_to_many(*a, *b),
        }
    }
}

struct Checker<'a> {
    schema: &'a Schema,
    problems: &'a Problems,
}

/// A relation field with its model.
#[derive(Clone, Copy)]
struct Side<'a> {
    model: &'a Model,
    field: &'a Field,
    relation: &'a RelationField,
}

impl Side<'_> {
    fn place(self) -> Span {
        self.field.span
    }

    fn name(self) -> String {
        format!("{}.{}", self.model.name.value, self.field.name.value)
    }

    fn has_lists(self) -> bool {
        self.relation.fields.is_some() || self.relation.references.is_some()
    }
}

impl<'a> Checker<'a> {
    fn side(&self, (m, f): FieldId) -> Option<Side<'a>> {
        let model = &self.schema.models[m];
        let field = &model.fields[f];
        Some(Side { model, field, relation: field.relation()? })
    }

    fn relation_fields(&self) -> impl Iterator<Item = (FieldId, Side<'a>)> + '_ {
        self.schema
            .models
            .iter()
            .enumerate()
            .flat_map(move |(m, model)| (0..model.fields.len()).filter_map(move |f| Some(((m, f), self.side((m, f))?))))
    }

    /// Several fields between the same models under the same name (or without one).
    fn ambiguous(&self) -> bool {
        let mut groups: HashMap<(usize, usize, Option<&str>), Vec<Side<'_>>> = HashMap::new();
        let mut order = Vec::new();
        for ((m, _), side) in self.relation_fields() {
            let key = (m, side.relation.to, side.relation.name.as_deref());
            let group = groups.entry(key).or_default();
            if group.is_empty() {
                order.push(key);
            }
            group.push(side);
        }
        let mut found = false;
        for key in order {
            let group = &groups[&key];
            let (from, to, name) = key;
            let allowed = if from == to && name.is_some() { 2 } else { 1 };
            if group.len() <= allowed {
                continue;
            }
            found = true;
            let fields: Vec<_> = group.iter().map(|s| format!("`{}`", s.field.name.value)).collect();
            let to = &self.schema.models[to].name.value;
            let message = format!(
                "the fields {} of `{}` all refer to `{to}`: which relation each belongs to has to be said with different names, `@relation(\"…\")`",
                fields.join(", "),
                group[0].model.name.value
            );
            self.problems.invalid(group[0].place(), message);
        }
        found
    }

    fn missing_opposites(&self) {
        let mut paired: HashSet<FieldId> = HashSet::new();
        for relation in &self.schema.relations {
            match relation {
                Relation::Inline { forward, back: Some(back) } => paired.extend([*forward, *back]),
                Relation::ManyToMany { a, b } => paired.extend([*a, *b]),
                Relation::Inline { back: None, .. } => {}
            }
        }
        for (id, side) in self.relation_fields() {
            let other = &self.schema.models[side.relation.to];
            if !paired.contains(&id) && other.unread.is_empty() && !other.fields.iter().any(is_unknown) {
                let message = format!(
                    "the relation field `{}` has no opposite field on the {} `{}`",
                    side.name(),
                    other.word(),
                    other.name.value
                );
                self.problems.invalid(side.place(), message);
            }
            if other.is_ignored && !side.field.is_ignored && !side.model.is_ignored {
                let message = format!("`{}` needs `@ignore`, since `{}` is ignored", side.name(), other.name.value);
                self.problems.invalid(side.place(), message);
            }
        }
    }

    fn inline(&self, forward: FieldId, back: FieldId) {
        let (Some(front), Some(rear)) = (self.side(forward), self.side(back)) else {
            return;
        };
        let one_to_one = rear.field.arity != Arity::List;
        if one_to_one && rear.field.arity == Arity::Required {
            let message = format!("the back relation `{}` of a one-to-one relation has to be optional", rear.name());
            self.problems.invalid(rear.place(), message);
        }
        if !front.has_lists() {
            self.no_lists(front, rear, one_to_one);
            return;
        }
        if rear.has_lists() {
            let message =
                format!("`fields` and `references` stand on `{}` already, and only on one side", front.name());
            self.problems.invalid(rear.place(), message);
        }
        if rear.relation.on_delete.is_some() || rear.relation.on_update.is_some() {
            let message = format!("referential actions stand where the fields do, on `{}`", front.name());
            self.problems.invalid(rear.place(), message);
        }
        self.lists(forward);
        let fields = front.relation.fields.as_deref().unwrap_or_default();
        if one_to_one && !fields.is_empty() && !is_unique(self.schema, forward.0, fields) {
            let names = self.field_names(front.model, fields);
            let message = format!(
                "a one-to-one relation needs unique fields where it is defined: {} of `{}` {}",
                names.join(", "),
                front.model.name.value,
                if fields.len() == 1 { "needs `@unique`" } else { "need a `@@unique`" }
            );
            self.problems.invalid(front.place(), message);
        }
    }

    fn no_lists(&self, front: Side<'_>, rear: Side<'_>, one_to_one: bool) {
        if rear.has_lists() && rear.field.arity == Arity::List {
            let message = format!("a list cannot hold a relation's fields: they belong to `{}`", front.name());
            self.problems.invalid(rear.place(), message);
            return;
        }
        let message = if rear.has_lists() {
            format!("the fields of this one-to-one relation belong to the required side, `{}`", front.name())
        } else if one_to_one {
            format!("`{}` or `{}` has to name `fields` and `references` in its `@relation`", front.name(), rear.name())
        } else {
            format!("`{}` has to name `fields` and `references` in its `@relation`", front.name())
        };
        self.problems.invalid(front.place(), message);
    }

    /// Whether `fields` and `references` of a side fit together.
    fn lists(&self, id: FieldId) {
        let Some(side) = self.side(id) else {
            return;
        };
        let (fields, references) = (&side.relation.fields, &side.relation.references);
        match (fields, references) {
            (Some(fields), Some(references)) => {
                // Empty: they could not be resolved, which is said already; or nothing is written in them.
                if fields.is_empty() || references.is_empty() {
                    return;
                }
                if fields.len() != references.len() {
                    let message = "`fields` and `references` have to name the same number of fields";
                    self.problems.invalid(side.relation.attribute.unwrap_or(side.place()), message);
                    return;
                }
                self.types(side, fields, references);
                self.referenced_key(side, references);
                self.arity(side, fields);
            }
            (None, None) => {}
            (fields, _) => {
                let missing = if fields.is_none() { "fields" } else { "references" };
                let message = format!("the relation of `{}` lacks the argument `{missing}`", side.name());
                self.problems.invalid(side.relation.attribute.unwrap_or(side.place()), message);
            }
        }
    }

    fn field_names(&self, model: &Model, fields: &[usize]) -> Vec<String> {
        fields.iter().map(|&f| format!("`{}`", model.fields[f].name.value)).collect()
    }

    fn types(&self, side: Side<'_>, fields: &[usize], references: &[usize]) {
        let other = &self.schema.models[side.relation.to];
        for (&f, &r) in fields.iter().zip(references) {
            let (field, reference) = (&side.model.fields[f], &other.fields[r]);
            let (Some(a), Some(b)) = (field.scalar(), reference.scalar()) else {
                continue;
            };
            if a.ty != b.ty {
                let message = format!(
                    "the types of `{}.{}` and of `{}.{}`, which it references, differ",
                    side.model.name.value, field.name.value, other.name.value, reference.name.value
                );
                self.problems.invalid(side.relation.attribute.unwrap_or(side.place()), message);
            }
        }
    }

    fn referenced_key(&self, side: Side<'_>, references: &[usize]) {
        let other = &self.schema.models[side.relation.to];
        if !other.unread.is_empty() || other.is_view && other.primary_key.is_none() && other.indexes.is_empty() {
            return;
        }
        if !is_unique(self.schema, side.relation.to, references) {
            let names = self.field_names(other, references).join(", ");
            let message =
                format!("`references` has to name a unique key of `{}`, and {names} is none", other.name.value);
            self.problems.invalid(side.place(), message);
        }
    }

    fn arity(&self, side: Side<'_>, fields: &[usize]) {
        if side.field.arity != Arity::Required {
            return;
        }
        let optional: Vec<usize> =
            fields.iter().copied().filter(|&f| side.model.fields[f].arity == Arity::Optional).collect();
        if !optional.is_empty() {
            let names = self.field_names(side.model, &optional).join(", ");
            let message = format!("the relation field `{}` has to be optional, since {names} is", side.name());
            self.problems.invalid(side.place(), message);
        }
    }

    fn many_to_many(&self, a: FieldId, b: FieldId) {
        let (Some(first), Some(second)) = (self.side(a), self.side(b)) else {
            return;
        };
        for (side, opposite) in [(first, second), (second, first)] {
            let relation = side.relation;
            if relation.fields.is_some() || relation.references.is_some() {
                let message = "an implicit many-to-many relation names no `fields` and `references`";
                self.problems.invalid(side.place(), message);
            }
            if relation.on_delete.is_some() || relation.on_update.is_some() {
                self.problems.invalid(side.place(), "an implicit many-to-many relation takes no referential actions");
            }
            if !side.model.primary_key.as_ref().is_some_and(single) && side.model.unread.is_empty() {
                let message = format!(
                    "the model `{}` needs an id of one field to be part of an implicit many-to-many relation",
                    side.model.name.value
                );
                self.problems.invalid(opposite.place(), message);
            }
        }
    }
}

/// Of a type that is not declared: it may be meant for any relation.
fn is_unknown(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Unknown)
}

fn single(key: &Key) -> bool {
    key.kind == KeyKind::Primary && key.parts.len() == 1
}
