//! Inputs that could not be read, or not fully.

pub(crate) mod broken_journal;
pub(crate) mod broken_snapshot;
pub(crate) mod checksum_mismatch;
pub(crate) mod encoding;
pub(crate) mod invalid_schema;
pub(crate) mod missing_file;
pub(crate) mod missing_schema;
pub(crate) mod opaque_statement;
pub(crate) mod other_dialect;
pub(crate) mod syntax;
pub(crate) mod unreadable;
pub(crate) mod unresolved;
pub(crate) mod unresolved_placeholder;
