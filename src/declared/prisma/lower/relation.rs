//! Foreign keys of inline relations.

use super::super::ast::Arity;
use super::super::constraint_names;
use super::super::schema::{FieldId, Model, Relation, RelationField};
use super::Lowering;
use crate::model::{Action, Deferrable, ForeignKey, MatchKind, Origin, QualifiedName, Table, Unknown};
use crate::source::Span;

/// Adds the foreign keys to the tables, which are those of the models that are no views, in their order.
pub(super) fn add_foreign_keys(lowering: &Lowering<'_>, tables: &mut [Table]) {
    let mut positions = vec![None; lowering.schema.models.len()];
    for (position, (m, _)) in lowering.schema.models.iter().enumerate().filter(|(_, m)| !m.is_view).enumerate() {
        positions[m] = Some(position);
    }
    for relation in &lowering.schema.relations {
        let Relation::Inline { forward, .. } = relation else {
            continue;
        };
        let Some(table) = positions[forward.0].and_then(|i| tables.get_mut(i)) else {
            continue;
        };
        match lowering.foreign_key(*forward) {
            Ok(Some(key)) => table.foreign_keys.push(key),
            Ok(None) => {}
            Err(unknown) => table.unknown_constraints.push(unknown),
        }
    }
}

impl Lowering<'_> {
    /// `None` towards a view; unknown when the relation is incomplete, which was reported.
    fn foreign_key(&self, (m, f): FieldId) -> Result<Option<ForeignKey>, Unknown> {
        let model = &self.schema.models[m];
        let field = &model.fields[f];
        let Some(relation) = field.relation() else {
            return Ok(None);
        };
        let other = &self.schema.models[relation.to];
        if other.is_view {
            return Ok(None);
        }
        let fields = relation.fields.as_deref().unwrap_or_default();
        let references = relation.references.as_deref().unwrap_or_default();
        if fields.is_empty() || fields.len() != references.len() {
            return Err(Unknown::new(field.span, "this relation is not complete"));
        }
        let limit = self.connector.max_identifier;
        Ok(Some(ForeignKey {
            named: relation.mapped.is_some(),
            on_delete: relation
                .on_delete
                .as_ref()
                .map_or_else(|| default_on_delete(model, field.arity, relation), |a| a.value),
            on_update: relation.on_update.as_ref().map_or(Action::Cascade, |a| a.value),
            ..plain_foreign_key(
                self.identifier(&constraint_names::foreign_key(relation, model, limit)),
                self.columns(model, fields.iter().copied()),
                self.table_name(other),
                self.columns(other, references.iter().copied()),
                relation.attribute.unwrap_or(field.span),
            )
        }))
    }
}

/// One required column is enough to make setting null impossible.
pub(in super::super) fn default_on_delete(model: &Model, arity: Arity, relation: &RelationField) -> Action {
    let mut fields = relation.fields.iter().flatten();
    let some_required = fields.any(|&f| model.fields[f].arity == Arity::Required);
    if arity == Arity::Required || some_required { Action::Restrict } else { Action::SetNull }
}

pub(super) fn plain_foreign_key(
    name: String,
    columns: Vec<String>,
    ref_table: QualifiedName,
    ref_columns: Vec<String>,
    span: Span,
) -> ForeignKey {
    ForeignKey {
        name,
        named: false,
        columns,
        ref_table,
        ref_columns,
        ref_index: None,
        on_delete: Action::Cascade,
        on_update: Action::Cascade,
        on_delete_columns: Vec::new(),
        match_kind: MatchKind::Simple,
        deferrable: Deferrable::No,
        not_valid: false,
        comment: None,
        inherited: false,
        origin: Origin::at(span),
    }
}
