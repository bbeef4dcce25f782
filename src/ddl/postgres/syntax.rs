//! Syntax errors and their places.

use super::lexer::{Kind, Token, Tokens};
use super::parse::{Source, raw_parse};
use crate::source::Span;

/// A statement that the grammar refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// The whole statement.
    pub statement: Span,
    /// The token at which the server's message points.
    pub span: Span,
    /// The server's words: `syntax error at or near "FORM"`.
    pub message: String,
}

/// Finds the token that a message names. `part` is one statement.
pub(super) fn locate(part: Source<'_>, message: &str) -> SyntaxError {
    let statement = part.span(0..part.text.len());
    let error = |span| SyntaxError { statement, span, message: message.to_owned() };
    let at_end = || {
        let last = Tokens::new(part.text).last();
        error(last.map_or(statement, |t| part.span(t.start..t.end)))
    };
    if message.ends_with("at end of input") {
        return at_end();
    }
    if let Some(token) = Tokens::new(part.text).find(|t| !t.terminated) {
        return error(part.span(token.start..(token.start + 2).min(part.text.len())));
    }
    let Some(near) = near_text(message) else { return error(statement) };
    let candidates: Vec<Token> =
        Tokens::new(part.text).filter(|t| t.kind != Kind::Comment && part.text[t.start..].starts_with(near)).collect();
    match first_refused(part.text, &candidates) {
        Some(token) => error(part.span(token.start..(token.start + near.len()).max(token.end))),
        None => error(statement),
    }
}

/// `x` of `… at or near "x"`.
fn near_text(message: &str) -> Option<&str> {
    let (_, near) = message.rsplit_once(" at or near \"")?;
    near.strip_suffix('"')
}

/// The grammar reads from left to right, so the bad token is the first after which a prefix of the text fails otherwise than by its end. That
/// holds for all later prefixes too, hence the binary search.
fn first_refused(text: &str, candidates: &[Token]) -> Option<Token> {
    if candidates.len() <= 1 {
        return candidates.first().copied();
    }
    let refused = |token: &Token| match raw_parse(&text[..token.end]) {
        Ok(_) => false,
        Err(message) => !message.ends_with("at end of input"),
    };
    let first = candidates.partition_point(|t| !refused(t));
    candidates.get(first).or(candidates.last()).copied()
}
