//! Inputs that could not be read, or not fully.

pub(crate) mod syntax;
pub(crate) mod unresolved;
