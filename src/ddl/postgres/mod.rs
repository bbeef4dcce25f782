//! PostgreSQL's own grammar; the only user of `pg_query`.
//!
//! Text becomes statements in `parse` (with `psql`, `syntax` and the small `lexer`); the plainest forms are read in `everyday`. Trees become [`Op`](crate::ddl::Op)s in `lower`, expressions become
//! text again in `print`. `names` and `refactor` find and change names within SQL; `plpgsql` reads programs, `eval` works out what they ask of the
//! catalog. Nothing here knows the state that a statement meets.

mod canonical;
mod dialect;
pub mod eval;
mod everyday;
mod grouping;
mod input;
mod lexer;
mod literals;
mod lower;
mod mutable;
mod names;
mod older_words;
mod opclass;
mod parallel;
mod parse;
pub mod plpgsql;
mod print;
mod psql;
mod publication;
mod query_types;
mod refactor;
mod row_names;
mod row_write;
mod signatures;
mod syntax;
mod types;
mod walk;

#[cfg(test)]
mod tests;

pub use dialect::PostgreSql;
pub use input::array_elements;
pub use lexer::same_tokens;
pub use mutable::{Surroundings, is_mutable};
pub use parallel::{Job, parse_ahead, parse_all};
pub use parse::{Parsed, commented_baseline, filled_in_by_template, parse_computed, parse_section, parse_text};
pub(crate) use print::quote_if_needed;
pub use publication::{PublicationChange, PublicationObject, PublishedTable, publication_changes, published_tables};
pub use refactor::{
    Names, WrittenName, names_of_expression, names_of_query, rename_column, rename_function, rename_relation,
    rename_type,
};
pub use row_write::{ConflictTarget, OnConflict, RowWrite, read_write};
pub use syntax::SyntaxError;
pub use types::format_type;
