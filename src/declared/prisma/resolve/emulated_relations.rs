//! What `relationMode = "prisma"` refuses: the client does the referential actions, one row at a time.
//!
//! The rules are those of prisma-engines, `psl-core/src/validate/validation_pipeline/validations/relations.rs`.

use super::super::ast::Arity;
use super::super::lower::default_on_delete;
use super::super::problems::Problems;
use super::super::schema::{Field, FieldId, Model, Relation, RelationField, Schema};
use crate::model::Action;
use crate::source::Spanned;

/// Checks the actions of all inline relations.
pub(super) fn check(schema: &Schema, problems: &Problems) {
    let Some(connector) = schema.config.connector.filter(|_| schema.config.emulated_relations) else {
        return;
    };
    for edge in edges(schema) {
        let relation = edge.relation;
        let place = relation.attribute.unwrap_or(edge.field.span);
        for action in relation.on_delete.iter().chain(&relation.on_update) {
            if !connector.emulated_actions.contains(&action.value) {
                let message =
                    format!("`{}` is no action that the relation mode `prisma` can do here", word(action.value));
                problems.invalid(action.span, message);
            }
        }
        let fields = relation.fields.iter().flatten();
        let some_required = fields.clone().any(|&f| edge.model.fields[f].arity == Arity::Required);
        let sets_null = |action: &&Spanned<Action>| action.value == Action::SetNull;
        if let Some(action) = relation.on_delete.iter().chain(&relation.on_update).find(sets_null)
            && some_required
        {
            problems.invalid(action.span, "`SetNull` needs all fields of the relation to be optional");
        }
        if edge.to == edge.from && edge.modifies() {
            let message = format!(
                "the relation `{}` of `{}` to itself needs `onDelete: Restrict, onUpdate: Restrict` under the relation mode `prisma`",
                edge.field.name.value, edge.model.name.value
            );
            problems.invalid(place, message);
        } else if edge.modifies() && returns(schema, &edge) {
            let message = format!(
                "the relation `{}` of `{}` is part of a cycle: under the relation mode `prisma` one of its relations needs `onDelete: Restrict, onUpdate: Restrict`",
                edge.field.name.value, edge.model.name.value
            );
            problems.invalid(place, message);
        }
    }
}

/// An inline relation, from the model with the fields to the one that they reference.
struct Edge<'a> {
    id: FieldId,
    from: usize,
    to: usize,
    model: &'a Model,
    field: &'a Field,
    relation: &'a RelationField,
}

impl Edge<'_> {
    /// Whether a change of the referenced row changes the referencing one.
    fn modifies(&self) -> bool {
        let on_delete = self.relation.on_delete.as_ref().map(|a| a.value);
        let on_delete = on_delete.unwrap_or_else(|| default_on_delete(self.model, self.field.arity, self.relation));
        let on_update = self.relation.on_update.as_ref().map_or(Action::Cascade, |a| a.value);
        [on_delete, on_update].into_iter().any(|action| !matches!(action, Action::NoAction | Action::Restrict))
    }
}

fn edges(schema: &Schema) -> impl Iterator<Item = Edge<'_>> {
    schema.relations.iter().filter_map(|relation| {
        let Relation::Inline { forward: id, back: Some(_) } = *relation else {
            return None;
        };
        let model = &schema.models[id.0];
        let field = &model.fields[id.1];
        let relation = field.relation()?;
        relation.fields.as_ref()?;
        Some(Edge { id, from: id.0, to: relation.to, model, field, relation })
    })
}

/// Whether relations that modify lead from the target of an edge back to its model.
fn returns(schema: &Schema, start: &Edge<'_>) -> bool {
    let mut visited = vec![start.id];
    let mut next = vec![start.to];
    while let Some(model) = next.pop() {
        if model == start.from {
            return true;
        }
        for edge in edges(schema).filter(|edge| edge.from == model) {
            if !visited.contains(&edge.id) && edge.modifies() && edge.to != edge.from {
                visited.push(edge.id);
                next.push(edge.to);
            }
        }
    }
    false
}

fn word(action: Action) -> &'static str {
    match action {
        Action::NoAction => "NoAction",
        Action::Restrict => "Restrict",
        Action::Cascade => "Cascade",
        Action::SetNull => "SetNull",
        Action::SetDefault => "SetDefault",
    }
}
