//! Calls of functions that come with an extension: without it they fail.

use super::IssueKind;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::model::{ObjectKind, ObjectRef};
use crate::source::Span;

/// Functions of well-known extensions that migrations call, and whose names no built-in function bears.
const FUNCTIONS: &[(&str, &str)] = &[
    ("uuid_generate_v1", "uuid-ossp"),
    ("uuid_generate_v1mc", "uuid-ossp"),
    ("uuid_generate_v3", "uuid-ossp"),
    ("uuid_generate_v4", "uuid-ossp"),
    ("uuid_generate_v5", "uuid-ossp"),
    ("uuid_nil", "uuid-ossp"),
    ("gen_random_bytes", "pgcrypto"),
    ("gen_salt", "pgcrypto"),
    ("crypt", "pgcrypto"),
    ("pgp_sym_encrypt", "pgcrypto"),
    ("pgp_sym_decrypt", "pgcrypto"),
    ("similarity", "pg_trgm"),
    ("word_similarity", "pg_trgm"),
    ("unaccent", "unaccent"),
    ("levenshtein", "fuzzystrmatch"),
    ("dmetaphone", "fuzzystrmatch"),
];

/// The extension and the function of the first such call in a text.
pub(super) fn extension_called(sql: &str) -> Option<(&'static str, &'static str)> {
    // Most expressions call nothing, or one function.
    let mut rest = 0;
    while let Some(open) = sql[rest..].find('(').map(|at| rest + at) {
        rest = open + 1;
        let before = sql[..open].trim_end().trim_end_matches('"');
        let is_part = |c: char| c.is_alphanumeric() || c == '_';
        let name = &before[before.trim_end_matches(is_part).len()..];
        if let Some(&(function, extension)) = FUNCTIONS.iter().find(|(function, _)| *function == name) {
            return Some((extension, function));
        }
    }
    None
}

impl State {
    /// Refuses a call of an extension's function while neither the extension nor a function of that name exists.
    pub(super) fn check_functions(&self, sql: &str, span: Span) -> Ran<()> {
        let Some((extension, function)) = extension_called(sql) else { return Ok(()) };
        let own = self.catalog.functions.iter().any(|f| f.name.name == function);
        if own || self.catalog.extensions.contains_key(extension) || !self.extensions_known() {
            return Ok(());
        }
        let message = format!("function {function}() does not exist");
        Err(Refusal::new(IssueKind::UnknownFunction, "42883", message)
            .at(span)
            .of(ObjectRef::bare(ObjectKind::Extension, extension))
            .uncertain_if(!self.knows_all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_recognised() {
        let check = |sql: &str, expect: Option<&str>| assert_eq!(extension_called(sql).map(|c| c.0), expect, "{sql}");
        check("uuid_generate_v4()", Some("uuid-ossp"));
        check("extensions.uuid_generate_v4 ()", Some("uuid-ossp"));
        check("my_uuid_generate_v4()", None);
        check("'uuid_generate_v4'", None);
        check("similarity > 0.3", None);
    }
}
