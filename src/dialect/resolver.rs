//! What the names in an expression stand for.

use crate::model::TypeName;

/// Where an expression stands, and what is around it. A function from names of columns to their types is one that knows nothing else.
pub trait Resolver: Sync {
    /// The type of a column of the relation that the expression stands on.
    fn column(&self, name: &str) -> Option<TypeName>;

    /// That relation's own name, by which a query within the expression calls it.
    fn relation(&self) -> Option<&str> {
        None
    }

    /// The columns of another relation, each with its type where that is known; `None` when they are not known.
    fn columns_of(&self, schema: Option<&str>, relation: &str) -> Option<Vec<(String, Option<TypeName>)>> {
        let _ = (schema, relation);
        None
    }

    /// What a function that is not built in returns, by the number of its arguments.
    fn returns(&self, schema: Option<&str>, function: &str, arguments: usize) -> Option<TypeName> {
        let _ = (schema, function, arguments);
        None
    }
}

impl<F: Fn(&str) -> Option<TypeName> + Sync> Resolver for F {
    fn column(&self, name: &str) -> Option<TypeName> {
        self(name)
    }
}
