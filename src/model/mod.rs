//! The dialect-neutral schema model: plain data, the same for what a project declares and for what its migrations leave behind.
//!
//! A [`Catalog`] is what a server's system catalogs would say. Names are the server's (folded, at most 63 bytes), types are
//! [`TypeName`]s, expressions are [`Expr`]s with the SQL text that a server would accept. Every object has an [`Origin`]; what could
//! not be read statically is [`Known::Unknown`], never a guess.

mod catalog;
mod column;
mod expr;
mod known;
mod name;
mod object;
mod origin;
mod program;
mod relation;
mod table;
mod types;

pub use catalog::{Catalog, Dropped, Extension, Namespace, Objects};
pub use column::{Column, Default, Generated, Identity};
pub use expr::Expr;
pub use known::{Known, Unknown};
pub use name::QualifiedName;
pub use object::{ObjectKind, ObjectRef};
pub use origin::Origin;
pub use program::{Function, FunctionKind, OpaqueObject, Policy, PolicyCommand, Trigger};
pub use relation::{Sequence, SequenceOptions, View};
pub use table::{
    Action, Check, Deferrable, Exclusion, ForeignKey, Index, IndexKey, IndexKeyPart, Key, MatchKind, NullsOrder,
    Partition, PartitionKey, Persistence, RowLevelSecurity, SortOrder, Table, TableKind,
};
pub use types::{CompositeType, Domain, EnumLabel, EnumType, TypeName};
