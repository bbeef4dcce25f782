//! Tables of implicit many-to-many relations.

use super::super::constraint_names::of_join_table;
use super::super::schema::{FieldId, Relation, Scalar};
use super::Lowering;
use super::key::{plain_index, plain_keys};
use super::relation::plain_foreign_key;
use crate::model::{Column, Known, Origin, QualifiedName, Table};
use crate::source::Span;

/// Since this version the pair of columns is the primary key, before it was a unique index.
const PRIMARY_KEY_SINCE: u32 = 6;

/// All join tables of a schema.
pub(super) fn all(lowering: &Lowering<'_>) -> Vec<Table> {
    let mut tables = Vec::new();
    for relation in &lowering.schema.relations {
        if let Relation::ManyToMany { a, b } = relation {
            tables.extend(lowering.join_table(*a, *b));
        }
    }
    tables
}

impl Lowering<'_> {
    /// `None` when a side is a view or has no id of one field.
    fn join_table(&self, a: FieldId, b: FieldId) -> Option<Table> {
        let [(model_a, id_a), (model_b, id_b)] = [self.side(a.0)?, self.side(b.0)?];
        let field = &model_a.fields[a.1];
        let span = field.span;
        let relation = field.relation()?;
        let name = match &relation.name {
            Some(name) => format!("_{name}"),
            None => format!("_{}To{}", model_a.name.value, model_b.name.value),
        };
        let limit = self.connector.max_identifier;
        let name: String = name.chars().take(limit).collect();
        let schema = self.table_name(model_a).schema;
        let mut table = Table::new(QualifiedName::new(schema, self.identifier(&name)), Origin::at(span));
        table.columns = vec![self.join_column("A", id_a, span)?, self.join_column("B", id_b, span)?];
        if self.version.major >= PRIMARY_KEY_SINCE {
            let columns = vec!["A".to_owned(), "B".to_owned()];
            table.primary_key = Some(self.primary_key(of_join_table(&name, "_AB_pkey", limit), false, columns, span));
        } else {
            let mut unique =
                plain_index(of_join_table(&name, "_AB_unique", limit), plain_keys(&["A", "B"]), Origin::at(span));
            unique.unique = true;
            table.indexes.push(unique);
        }
        table.indexes.push(plain_index(of_join_table(&name, "_B_index", limit), plain_keys(&["B"]), Origin::at(span)));
        if !self.schema.config.emulated_relations {
            for (column, model, id) in [("A", model_a, id_a), ("B", model_b, id_b)] {
                table.foreign_keys.push(plain_foreign_key(
                    join_foreign_key_name(&name, column, limit),
                    vec![column.to_owned()],
                    self.table_name(model),
                    vec![self.identifier(&id.column)],
                    span,
                ));
            }
        }
        Some(table)
    }

    /// A model and its id.
    fn side(&self, model: usize) -> Option<(&super::Model, &Scalar)> {
        let model = &self.schema.models[model];
        let key = model.primary_key.as_ref()?;
        let [part] = key.parts.as_slice() else {
            return None;
        };
        (!model.is_view).then_some((model, model.fields[part.field].scalar()?))
    }

    fn join_column(&self, name: &str, id: &Scalar, span: Span) -> Option<Column> {
        Some(Column {
            name: name.to_owned(),
            ty: self.element_type(id, span)?,
            not_null: Known::Known(true),
            default: Known::Known(None),
            identity: None,
            generated: Known::Known(None),
            collation: None,
            comment: None,
            inherited: false,
            origin: Origin::at(span),
        })
    }
}

fn join_foreign_key_name(table: &str, column: &str, limit: usize) -> String {
    let suffix = format!("_{column}_fkey");
    let mut end = (limit - suffix.len()).min(table.len());
    while !table.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{suffix}", &table[..end])
}
