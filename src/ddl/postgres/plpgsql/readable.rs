//! Text that the parser, which has no catalog, can read.
//!
//! libpg_query looks types up in `pg_catalog` and `public` only and fails on any other schema. What a variable's schema is does not matter to
//! the tree, so it is blanked out, byte for byte, and all places stay true.

use crate::ddl::postgres::lexer::{Kind, Token, Tokens};

/// The statement with `schema.` blanked out wherever a declaration or the head of a function names a type.
pub(super) fn without_schemas(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    let head: Vec<Token> = Tokens::new(text).filter(|t| t.kind != Kind::Comment).collect();
    let creates = head.first().is_some_and(|t| text[t.start..t.end].eq_ignore_ascii_case("create"));
    for token in &head {
        if matches!(token.kind, Kind::DollarString | Kind::String) {
            let written = &text[token.start..token.end];
            let open = match token.kind {
                Kind::DollarString => written[1..].find('$').map_or(0, |i| i + 2),
                _ => 1,
            };
            let (start, end) = (token.start + open, token.end.saturating_sub(open).max(token.start + open));
            declarations(text, start, end, &mut out);
        }
    }
    if creates {
        // The function's own name may keep its schema.
        blank_qualifiers(text, &head, |before| before == "(" || before == "," || is_word(before), &mut out);
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '"')
        && !["function", "procedure", "from", "to", "language"].iter().any(|w| text.eq_ignore_ascii_case(w))
}

/// Between DECLARE and BEGIN a dotted name is a type, or part of a default.
fn declarations(text: &str, start: usize, end: usize, out: &mut [u8]) {
    let body = &text[..end];
    let tokens: Vec<Token> = Tokens::at(body, start).filter(|t| t.kind != Kind::Comment).collect();
    let word = |t: &Token, w: &str| t.kind == Kind::Word && text[t.start..t.end].eq_ignore_ascii_case(w);
    let mut from = None;
    for (i, token) in tokens.iter().enumerate() {
        if word(token, "declare") {
            from = Some(i + 1);
        } else if word(token, "begin")
            && let Some(first) = from.take()
        {
            blank_qualifiers(text, &tokens[first..i], is_word, out);
        }
    }
}

/// Blanks `name.` where it is followed by a name, and what stands before it says that a type may begin there.
fn blank_qualifiers(text: &str, tokens: &[Token], begins: impl Fn(&str) -> bool, out: &mut [u8]) {
    let name = |t: &Token| matches!(t.kind, Kind::Word | Kind::QuotedIdentifier);
    for (i, window) in tokens.windows(3).enumerate() {
        let [schema, dot, rest] = window else { continue };
        let before = i.checked_sub(1).and_then(|b| tokens.get(b)).map_or("", |t| &text[t.start..t.end]);
        if name(schema) && &text[dot.start..dot.end] == "." && name(rest) && begins(before) {
            out[schema.start..dot.end].fill(b' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_types_lose_their_schema() {
        let check = |text: &str, expect: &str| assert_eq!(without_schemas(text), expect);
        check(
            "DO $$ DECLARE a s.t; b int := s.f(1); BEGIN s.f(); END $$",
            "DO $$ DECLARE a   t; b int := s.f(1); BEGIN s.f(); END $$",
        );
        check(
            "CREATE FUNCTION s.f(a x.t) RETURNS y.u AS $$ BEGIN END $$",
            "CREATE FUNCTION s.f(a   t) RETURNS   u AS $$ BEGIN END $$",
        );
    }
}
