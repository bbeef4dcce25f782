//! Quoting of identifiers and strings.

use super::keywords::KEYWORDS;

/// An identifier as `quote_ident` writes it: quoted only where it must be.
pub(crate) fn quote_if_needed(name: &str) -> String {
    let mut bytes = name.bytes();
    let plain = bytes.next().is_some_and(|b| b.is_ascii_lowercase() || b == b'_')
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if plain && !is_keyword(name) { name.to_owned() } else { quote_always(name) }
}

/// Whether a word in lower case is a keyword that is not free to be a name everywhere.
pub(in crate::ddl::postgres) fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}

pub(in crate::ddl::postgres) fn quote_always(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A string constant; `standard_conforming_strings` is on.
pub(in crate::ddl::postgres) fn quote_literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
