//! Whether relations are complete and fit together.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::super::ast::Arity;
use super::super::constraint_names;
use super::super::problems::Problems;
use super::super::schema::{Field, FieldId, FieldKind, Key, KeyKind, Model, Relation, RelationField, Schema};
use super::relation::{is_unique, is_unique_in_order};
use crate::source::Span;

/// Reports what Prisma would refuse about the relations of a schema.
pub(super) fn check(schema: &Schema, problems: &Problems) {
    let checker = Checker { schema, problems };
    if checker.ambiguous() {
        return;
    }
    checker.missing_opposites();
    checker.names();
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

    fn has_actions(self) -> bool {
        self.relation.on_delete.is_some() || self.relation.on_update.is_some()
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

    /// The name that is written, or else the one that Prisma makes of both models: the two may be the same.
    fn relation_name(&self, side: Side<'a>) -> Cow<'a, str> {
        if let Some(name) = &side.relation.name {
            return Cow::Borrowed(name);
        }
        let (own, other) = (&side.model.name.value, &self.schema.models[side.relation.to].name.value);
        Cow::Owned(format!("{}To{}", own.min(other), own.max(other)))
    }

    /// Several fields between the same models under the same name (or without one).
    fn ambiguous(&self) -> bool {
        let mut groups: HashMap<(usize, usize, Cow<'_, str>), Vec<Side<'_>>> = HashMap::new();
        let mut order = Vec::new();
        for ((m, _), side) in self.relation_fields() {
            let key = (m, side.relation.to, self.relation_name(side));
            let group = groups.entry(key.clone()).or_default();
            if group.is_empty() {
                order.push(key);
            }
            group.push(side);
        }
        let mut found = false;
        for key in order {
            let group = &groups[&key];
            let (from, to, _) = key;
            let is_named = group.iter().all(|side| side.relation.name.is_some());
            let allowed = if from == to && is_named { 2 } else { 1 };
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

    fn names(&self) {
        let limit = constraint_names::limit(self.schema.config.connector);
        for (_, side) in self.relation_fields() {
            if let Some(name) = side.relation.mapped.as_ref().filter(|name| name.len() > limit) {
                let message = format!("the name `{name}` is longer than the {limit} bytes that the database takes");
                self.problems.invalid(side.relation.attribute.unwrap_or(side.place()), message);
            }
        }
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
        self.actions(front, rear, one_to_one);
        if !front.has_lists() {
            self.no_lists(front, rear, one_to_one);
            return;
        }
        if rear.has_lists() {
            for (side, other) in [(front, rear), (rear, front)] {
                let message =
                    format!("`fields` and `references` stand on `{}` too, and belong to only one side", other.name());
                self.problems.invalid(side.place(), message);
            }
        }
        self.lists(forward);
        if one_to_one && !rear.has_lists() {
            self.missing_list(front, rear.place());
        }
        let fields = front.relation.fields.as_deref().unwrap_or_default();
        if one_to_one && !fields.is_empty() && !is_unique_in_order(self.schema, forward.0, fields) {
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

    fn actions(&self, front: Side<'_>, rear: Side<'_>, one_to_one: bool) {
        if !rear.has_actions() {
            return;
        }
        if one_to_one && front.has_actions() {
            let message = format!("referential actions stand on only one side, not on `{}` too", rear.name());
            self.problems.invalid(front.place(), message);
        }
        let message = format!("referential actions stand where the fields do, on `{}`", front.name());
        self.problems.invalid(rear.place(), message);
    }

    fn no_lists(&self, front: Side<'_>, rear: Side<'_>, one_to_one: bool) {
        if rear.has_lists() && rear.field.arity == Arity::List {
            let message = format!("a list cannot hold a relation's fields: they belong to `{}`", front.name());
            self.problems.invalid(rear.place(), message);
        }
        if one_to_one && rear.has_lists() {
            let message =
                format!("the fields of this one-to-one relation belong to the required side, `{}`", front.name());
            self.problems.invalid(rear.place(), message);
            return;
        }
        if !one_to_one {
            let message = format!("`{}` has to name `fields` and `references` in its `@relation`", front.name());
            self.problems.invalid(front.place(), message);
            return;
        }
        for side in [front, rear] {
            let message = format!(
                "`{}` or `{}` has to name `fields` and `references` in its `@relation`",
                front.name(),
                rear.name()
            );
            self.problems.invalid(side.place(), message);
        }
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
            _ => self.missing_list(side, side.relation.attribute.unwrap_or(side.place())),
        }
    }

    /// One list without the other; `place` is where that is said.
    fn missing_list(&self, side: Side<'_>, place: Span) {
        let missing = match (&side.relation.fields, &side.relation.references) {
            (None, Some(_)) => "fields",
            (Some(_), None) => "references",
            _ => return,
        };
        self.problems.invalid(place, format!("the relation of `{}` lacks the argument `{missing}`", side.name()));
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
        let has_lists = first.has_lists() || second.has_lists();
        for (side, opposite) in [(first, second), (second, first)] {
            if has_lists {
                let message = "an implicit many-to-many relation names no `fields` and `references`, on neither side";
                self.problems.invalid(side.place(), message);
            }
            if first.model.is_view || second.model.is_view {
                self.problems.invalid(side.place(), "there are no implicit many-to-many relations with views");
                continue;
            }
            if side.has_actions() {
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
