//! What the names in an expression stand for, by both catalogs.

use super::Pair;
use super::differ::ColumnTypes;
use crate::dialect::Resolver;
use crate::model::{Catalog, Column, QualifiedName, TypeName};

/// The declared side comes first: where the two differ, that is a finding of its own.
pub(super) struct Names<'a> {
    /// Of the relation that the expression stands on.
    pub(super) columns: ColumnTypes<'a>,
    pub(super) catalogs: Pair<&'a Catalog>,
}

/// The schema of names without one; on a server the search path may lead elsewhere, to where no comparison looks.
const DEFAULT: &str = "public";

impl Names<'_> {
    fn sides(&self) -> [&Catalog; 2] {
        [self.catalogs.declared, self.catalogs.migrated]
    }
}

impl Resolver for Names<'_> {
    fn column(&self, name: &str) -> Option<TypeName> {
        self.columns.get(name).cloned()
    }

    fn relation(&self) -> Option<&str> {
        self.columns.relation()
    }

    fn columns_of(&self, schema: Option<&str>, relation: &str) -> Option<Vec<(String, Option<TypeName>)>> {
        let name = QualifiedName::new(schema.unwrap_or(DEFAULT), relation);
        let columns = |catalog: &Catalog| -> Option<Vec<(String, Option<TypeName>)>> {
            let known = |columns: &[Column]| columns.iter().map(|c| (c.name.clone(), c.ty.known().cloned())).collect();
            match catalog.tables.get(&name) {
                Some(table) => Some(known(&table.columns)),
                None => Some(known(catalog.views.get(&name)?.columns.known()?)),
            }
        };
        self.sides().into_iter().find_map(columns)
    }

    fn returns(&self, schema: Option<&str>, function: &str, arguments: usize) -> Option<TypeName> {
        let schema = schema.unwrap_or(DEFAULT);
        let returns = |catalog: &Catalog| {
            let named = catalog.functions.iter().filter(|f| f.name.name == function && f.name.schema == schema);
            let mut types = named.filter(|f| f.arguments.len() == arguments).map(|f| f.returns.clone());
            let first = types.next()??;
            types.all(|other| other.as_ref() == Some(&first)).then_some(first)
        };
        self.sides().into_iter().find_map(returns)
    }
}
