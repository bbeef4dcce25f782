//! Text that the parser, which has no catalog, can read.
//!
//! libpg_query looks types up in `pg_catalog` and `public` only and fails on any other schema. What a variable's schema is does not matter to
//! the tree, so it is blanked out, byte for byte, and all places stay true. A type that it does not know it takes for a composite one, and refuses
//! what only scalars may do (several of them after INTO, an array of them): there the type is written `text`, line by line.

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

/// The statement with `text` for the type of every variable that the parser would take for a record and that nobody reads a field of, and the
/// types that were written there.
pub(super) fn with_scalars(text: &str) -> (String, Vec<(String, String)>) {
    let mut replaced: Vec<(std::ops::Range<usize>, String, String)> = Vec::new();
    for token in Tokens::new(text).filter(|t| matches!(t.kind, Kind::DollarString | Kind::String)) {
        let open = if token.kind == Kind::String { 1 } else { text[token.start + 1..].find('$').map_or(0, |i| i + 2) };
        let (start, end) = (token.start + open, token.end.saturating_sub(open).max(token.start + open));
        let body = &text[..end];
        let tokens: Vec<Token> = Tokens::at(body, start).filter(|t| t.kind != Kind::Comment).collect();
        let slice = |t: &Token| &body[t.start..t.end];
        let has_fields = |name: &str| {
            tokens.windows(2).any(|pair| slice(&pair[0]).eq_ignore_ascii_case(name) && slice(&pair[1]) == ".")
        };
        let mut declaring = false;
        for (i, token) in tokens.iter().enumerate() {
            let is = |word: &str| token.kind == Kind::Word && slice(token).eq_ignore_ascii_case(word);
            declaring = (declaring || is("declare")) && !is("begin");
            let begins = i.checked_sub(1).is_some_and(|before| {
                tokens[before].kind == Kind::Semicolon || slice(&tokens[before]).eq_ignore_ascii_case("declare")
            });
            if !declaring || !begins {
                continue;
            }
            let constant = tokens.get(i + 1).is_some_and(|t| slice(t).eq_ignore_ascii_case("constant"));
            let Some([ty, after]) = tokens.get(i + 1 + usize::from(constant)..i + 3 + usize::from(constant)) else {
                continue;
            };
            let name = slice(token);
            let scalar = ty.kind == Kind::Word && !BUILT_IN.iter().any(|known| slice(ty).eq_ignore_ascii_case(known));
            if scalar && !matches!(slice(after), "%" | "(" | ".") && after.kind != Kind::Word && !has_fields(name) {
                replaced.push((ty.start..ty.end, name.to_ascii_lowercase(), slice(ty).to_ascii_lowercase()));
            }
        }
    }
    let mut out = text.to_owned();
    for (range, ..) in replaced.iter().rev() {
        out.replace_range(range.clone(), "text");
    }
    (out, replaced.into_iter().map(|(_, name, ty)| (name, ty)).collect())
}

/// What may stand for a type and is none of the schema's.
const BUILT_IN: &[&str] = &[
    "alias",
    "bigint",
    "bit",
    "bool",
    "boolean",
    "bytea",
    "char",
    "character",
    "cursor",
    "date",
    "decimal",
    "double",
    "float",
    "float4",
    "float8",
    "inet",
    "int",
    "int2",
    "int4",
    "int8",
    "integer",
    "interval",
    "json",
    "jsonb",
    "name",
    "no",
    "numeric",
    "oid",
    "real",
    "record",
    "refcursor",
    "regclass",
    "regproc",
    "regtype",
    "scroll",
    "smallint",
    "text",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "uuid",
    "varchar",
    "xml",
];

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
    fn types_of_the_schema_are_scalars_where_no_field_is_read() {
        let (text, types) = with_scalars(
            "DO $$ DECLARE a u63; b u63[] := '{}'; r pair; c int; s t%ROWTYPE; BEGIN r.x := 1; DECLARE d CONSTANT u63 := 1; END $$",
        );
        assert_eq!(
            text,
            "DO $$ DECLARE a text; b text[] := '{}'; r pair; c int; s t%ROWTYPE; BEGIN r.x := 1; DECLARE d CONSTANT text := 1; END $$"
        );
        let types: Vec<&str> = types.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(types, ["a", "b", "d"]);
    }

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
