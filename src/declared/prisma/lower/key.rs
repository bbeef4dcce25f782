//! Primary keys, uniques and indexes.

use super::super::schema::{self, Condition, KeyKind, Model, Predicate};
use super::super::{ast::Value, constraint_names};
use super::Lowering;
use crate::model::{Deferrable, Expr, Index, IndexKey, IndexKeyPart, Key, Known, Origin, SortOrder, Table, Unknown};
use crate::source::Spanned;

impl Lowering<'_> {
    pub(super) fn add_keys(&self, model: &Model, table: &mut Table) {
        if let Some(key) = &model.primary_key {
            let columns = self.columns(model, key.parts.iter().map(|p| p.field));
            for column in &columns {
                if let Some(column) = table.column_mut(column) {
                    column.not_null = Known::Known(true);
                }
            }
            table.primary_key =
                Some(self.primary_key(self.key_name(key, model), key.mapped.is_some(), columns, key.span));
        }
        for key in &model.indexes {
            table.indexes.push(self.index(key, model));
        }
    }

    pub(super) fn primary_key(
        &self,
        name: String,
        named: bool,
        columns: Vec<String>,
        span: crate::source::Span,
    ) -> Key {
        Key {
            name,
            named,
            columns,
            include: Vec::new(),
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
            options: Vec::new(),
            comment: None,
            column_names: None,
            index_comment: None,
            inherited: false,
            origin: Origin::at(span),
        }
    }

    fn key_name(&self, key: &schema::Key, model: &Model) -> String {
        self.identifier(&constraint_names::key(key, model, self.connector.max_identifier))
    }

    /// Columns of scalar fields by their position.
    pub(super) fn columns(&self, model: &Model, fields: impl Iterator<Item = usize>) -> Vec<String> {
        fields.filter_map(|i| model.fields[i].scalar()).map(|s| self.identifier(&s.column)).collect()
    }

    fn index(&self, key: &schema::Key, model: &Model) -> Index {
        let keys = key.parts.iter().filter_map(|part| {
            let scalar = model.fields[part.field].scalar()?;
            Some(IndexKey {
                opclass: part.opclass.as_ref().map(|o| o.name.clone()),
                order: if part.descending { SortOrder::Descending } else { SortOrder::Ascending },
                ..IndexKey::column(self.identifier(&scalar.column))
            })
        });
        Index {
            named: key.mapped.is_some(),
            unique: key.kind == KeyKind::Unique,
            method: key.method.unwrap_or("btree").to_owned(),
            predicate: self.predicate(key, model),
            ..plain_index(self.key_name(key, model), keys.collect(), Origin::at(key.span))
        }
    }

    fn predicate(&self, key: &schema::Key, model: &Model) -> Known<Option<Expr>> {
        let Some(Spanned { value, span }) = &key.predicate else {
            return Known::Known(None);
        };
        let sql = match value {
            Predicate::Raw(sql) => sql.clone(),
            Predicate::Fields(conditions) => {
                let conditions: Vec<_> = conditions.iter().map(|(field, c)| self.condition(model, *field, c)).collect();
                conditions.join(" AND ")
            }
        };
        match self.dialect.check_expression(&sql) {
            Ok(()) => Known::Known(Some(Expr::new(sql, *span))),
            Err(message) => {
                let reason = format!("its condition is refused: {message}");
                self.problems.unresolved(*span, format!("this index's condition is not compared: {reason}"));
                Known::Unknown(Unknown::new(*span, reason))
            }
        }
    }

    fn condition(&self, model: &Model, field: usize, condition: &Condition) -> String {
        let Some(scalar) = model.fields[field].scalar() else {
            return "true".to_owned();
        };
        let column = self.dialect.quote_identifier(&self.identifier(&scalar.column));
        let is_null = |value: &Value| value.as_constant() == Some("null");
        match condition {
            Condition::Is(value) if is_null(value) => format!("{column} IS NULL"),
            Condition::IsNot(value) if is_null(value) => format!("{column} IS NOT NULL"),
            Condition::Is(value) => format!("{column} = {}", self.literal(value, &scalar.ty)),
            Condition::IsNot(value) => format!("{column} <> {}", self.literal(value, &scalar.ty)),
        }
    }
}

/// A btree index without anything special.
pub(super) fn plain_index(name: String, keys: Vec<IndexKey>, origin: Origin) -> Index {
    Index {
        name,
        named: false,
        unique: false,
        nulls_not_distinct: false,
        method: "btree".to_owned(),
        keys,
        include: Vec::new(),
        predicate: Known::Known(None),
        options: Vec::new(),
        only: false,
        set_for: Vec::new(),
        comment: None,
        column_names: None,
        partition_of: None,
        origin,
    }
}

/// Column names as keys of a plain index.
pub(super) fn plain_keys(columns: &[&str]) -> Vec<IndexKey> {
    columns.iter().map(|c| IndexKey { part: IndexKeyPart::Column((*c).to_owned()), ..IndexKey::column(*c) }).collect()
}
