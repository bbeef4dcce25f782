//! PL/pgSQL as a neutral tree.
//!
//! `pg_query` runs the server's own PL/pgSQL parser over a whole `DO` or `CREATE FUNCTION` statement and gives its tree as JSON, without
//! places but with lines. [`parse_program`] reads that into a [`Program`] and finds the places. Nothing is run here; that is `replay`'s.

mod json;
mod read;
mod readable;
mod returned;
mod tree;

pub use read::{ProgramError, parse_program, program_syntax_error};
pub use tree::{
    Assignment, Block, Branch, Condition, Cursor, Diagnostic, Handler, Level, LoopSource, Program, Raise, Sql, Step,
    Target, Variable, Work,
};
