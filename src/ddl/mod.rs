//! SQL text to [`Statement`]s: what each statement asks for, in the words of SQL, before anyone asks whether it can run.
//!
//! An [`Op`] is plain data with names as written (folded, not yet resolved against a search path). Nothing here knows the state that a
//! statement meets; that is `replay`'s.

mod op;
pub mod postgres;

pub use op::*;
