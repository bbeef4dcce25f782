//! What a query's types are asked of: the relations, functions and types that there are now.

use super::dependencies::name_of;
use super::state::State;
use crate::ddl::TypeUse;
use crate::dialect::{QueryColumn, SchemaObjects, Signature};
use crate::model::{Column, FunctionKind, Known, QualifiedName, TypeName};

impl SchemaObjects for State {
    fn relation(&self, parts: &[String]) -> Option<Vec<QueryColumn>> {
        let relation = self.relation_of(parts)?;
        let columns = self.columns_of_relation(&relation)?.into_iter();
        let column = |name: String| QueryColumn {
            ty: self.column_type(&relation, &name),
            collation: self.column_collation(&relation, &name),
            name,
            is_literal: false,
        };
        Some(columns.map(column).collect())
    }

    fn functions(&self, parts: &[String]) -> Vec<Signature> {
        let Some(name) = name_of(parts, self.now) else { return Vec::new() };
        let found = self.functions_named(&name);
        found
            .map(|f| {
                let plain = f.kind == FunctionKind::Function;
                Signature { arguments: f.arguments.clone(), returns: f.returns.clone().filter(|_| plain) }
            })
            .collect()
    }

    fn type_meant(&self, ty: &TypeName) -> Option<TypeName> {
        let written = TypeUse { ty: ty.clone(), serial: false, copied_from: None, span: self.now };
        self.resolve_type(&written).ok()?.into_known()
    }

    fn is_enum(&self, ty: &TypeName) -> bool {
        ty.qualified().is_some_and(|name| self.catalog.enums.contains_key(&name))
    }

    fn base_type(&self, ty: &TypeName) -> TypeName {
        State::base_type(self, ty)
    }
}

impl State {
    /// The type of an expression over the columns of a relation, as far as it can be told.
    pub(super) fn type_of_expression(&self, relation: &QualifiedName, sql: &str) -> Option<TypeName> {
        let quote = |name: &str| self.dialect.quote_identifier(name);
        let query = format!("SELECT {sql} FROM {}.{}", quote(&relation.schema), quote(&relation.name));
        self.dialect.query_columns(&query, self)?.into_iter().next()?.ty
    }

    /// The type of an expression over nothing, as of a default. `Some(None)` is a constant that takes the type of its place.
    pub(super) fn type_of_value(&self, sql: &str) -> Option<Option<TypeName>> {
        let column = self.dialect.query_columns(&format!("SELECT {sql}"), self)?.into_iter().next()?;
        if column.is_literal { Some(None) } else { column.ty.map(Some) }
    }

    /// Fills in the types and collations of a query's columns that its syntax alone does not tell.
    pub(super) fn infer_types(&self, sql: &str, columns: &mut [Column]) {
        let Some(found) = self.dialect.query_columns(sql, self) else { return };
        let is_same = found.len() == columns.len() && found.iter().zip(&*columns).all(|(a, b)| a.name == b.name);
        if !is_same {
            return;
        }
        for (column, found) in columns.iter_mut().zip(found) {
            column.collation = found.collation.or(column.collation.take());
            if let (Known::Unknown(_), Some(ty)) = (&column.ty, found.ty) {
                column.ty = Known::Known(ty);
            }
        }
    }
}
