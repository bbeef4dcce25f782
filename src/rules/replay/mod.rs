//! What a server would refuse while it runs the migrations on a fresh database. The replay finds it; here it is put into words: the
//! statement, the reason as the server gives it, and the later migration that creates what is needed.

mod check;
pub(super) mod commented_baseline;
pub(super) mod dependent_objects;
pub(super) mod duplicate_column;
pub(super) mod duplicate_constraint;
pub(super) mod duplicate_index;
pub(super) mod duplicate_object;
pub(super) mod duplicate_table;
pub(super) mod duplicate_type;
pub(super) mod in_transaction;
pub(super) mod invalid_definition;
pub(super) mod invalid_reference;
pub(super) mod invalid_type;
pub(super) mod syntax;
pub(super) mod unknown_column;
pub(super) mod unknown_constraint;
pub(super) mod unknown_function;
pub(super) mod unknown_index;
pub(super) mod unknown_object;
pub(super) mod unknown_schema;
pub(super) mod unknown_table;
pub(super) mod unknown_type;

pub use check::{Subject, check, commented_baseline, rule_of};
