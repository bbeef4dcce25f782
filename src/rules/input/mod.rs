//! Inputs that could not be read, or not fully.

pub(crate) mod missing_schema;
pub(crate) mod syntax;
pub(crate) mod unresolved;
