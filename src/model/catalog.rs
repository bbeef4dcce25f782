//! The root of the model.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::{
    CompositeType, Domain, EnumType, Function, ObjectRef, OpaqueObject, Origin, QualifiedName, Sequence, Table,
    TypeName, Unknown, View,
};
use crate::source::Span;

/// Objects by name, in the order of creation. A quick hasher: every statement looks for several names.
pub type Objects<K, V> = IndexMap<K, V, foldhash::fast::RandomState>;

/// Everything that one side defines, in the order of creation.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Catalog {
    pub schemas: Objects<String, Namespace>,
    pub extensions: Objects<String, Extension>,
    pub enums: Objects<QualifiedName, EnumType>,
    pub domains: Objects<QualifiedName, Domain>,
    pub composites: Objects<QualifiedName, CompositeType>,
    pub tables: Objects<QualifiedName, Table>,
    pub views: Objects<QualifiedName, View>,
    pub sequences: Objects<QualifiedName, Sequence>,
    pub functions: Vec<Function>,
    /// Roles that migrations create or that are declared.
    pub roles: Objects<String, Origin>,
    pub opaque: Vec<OpaqueObject>,
    /// What was dropped, in order; a drop marks, it does not erase.
    pub dropped: Vec<Dropped>,
    /// Declarations or statements that could not be read and may define or change any object.
    pub unknown: Vec<Unknown>,
    /// What refused statements would have made, by [`ObjectRef::name_key`], and those statements.
    pub refused: BTreeMap<ObjectRef, Span>,
    /// Names of objects that statements which could not be told may have made, changed or dropped.
    pub doubtful: BTreeSet<String>,
}

/// A database schema.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Namespace {
    pub name: String,
    pub comment: Option<String>,
    /// `None` for `public`, which exists before anything.
    pub origin: Option<Origin>,
}

/// An extension that was created.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Extension {
    pub name: String,
    pub schema: Option<String>,
    pub version: Option<String>,
    pub comment: Option<String>,
    pub origin: Origin,
}

/// A gravestone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dropped {
    pub object: ObjectRef,
    pub origin: Origin,
    /// The statement that dropped it.
    pub dropped: Span,
    /// Of a column: its type. For hints at renames and replacements.
    pub ty: Option<TypeName>,
    /// Of an enum: its labels, in order. For telling which values a recreated enum lost.
    pub labels: Vec<String>,
}

impl Catalog {
    /// A catalog with the schema `public` and nothing else, as a new database has it.
    #[must_use]
    pub fn new_database() -> Self {
        let mut catalog = Self::default();
        catalog.schemas.insert("public".into(), Namespace { name: "public".into(), comment: None, origin: None });
        catalog
    }
}
