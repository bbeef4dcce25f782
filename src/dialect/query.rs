//! Columns of queries, and the objects that their types depend on.

use crate::model::TypeName;

/// A column that a relation has or a query gives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct QueryColumn {
    pub name: String,
    /// `None` where it does not follow from what is known.
    pub ty: Option<TypeName>,
    /// Only when it differs from the type's own.
    pub collation: Option<String>,
    /// A string or NULL that has no type yet, and is `text` only where nothing else asks for another.
    pub is_literal: bool,
}

/// A relation of a query's FROM, with columns that the query gives though it groups by others.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GroupedSource {
    /// As written, with its schema or without.
    pub relation: Vec<String>,
    /// What the query calls it.
    pub name: String,
    /// Its columns that the query groups by.
    pub grouped: Vec<String>,
    /// Its other columns in the select list and in HAVING, in their order; never empty.
    pub ungrouped: Vec<String>,
}

/// Types that do not go together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeMismatch {
    /// SQLSTATE
    pub code: &'static str,
    /// The server's words, without `ERROR:`.
    pub message: String,
}

/// What the types within a statement come to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct StatementTypes {
    /// The first thing that is surely wrong.
    pub mismatch: Option<TypeMismatch>,
    /// What an UPDATE gives to whole columns, where that has a type of its own.
    pub sets: Vec<(String, TypeName)>,
}

/// A function's signature.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// Types of the input arguments.
    pub arguments: Vec<TypeName>,
    /// `None` where it gives no single value.
    pub returns: Option<TypeName>,
}

/// What names within a query mean. Names come as written, with their schema or without.
pub trait SchemaObjects {
    /// All columns of a relation; `None` when there is none by the name, or when they are not known.
    fn relation(&self, parts: &[String]) -> Option<Vec<QueryColumn>>;

    /// The schema's own functions by a name, built-in ones and those of extensions apart.
    fn functions(&self, parts: &[String]) -> Vec<Signature>;

    /// The type that a written one means.
    fn type_meant(&self, ty: &TypeName) -> Option<TypeName>;

    /// Whether a type is one of the schema's enums.
    fn is_enum(&self, ty: &TypeName) -> bool {
        let _ = ty;
        false
    }

    /// The type that a domain stands for; others as they are.
    fn base_type(&self, ty: &TypeName) -> TypeName {
        ty.clone()
    }
}
