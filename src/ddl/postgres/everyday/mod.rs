//! The everyday statements of migrations, read without PostgreSQL's grammar.
//!
//! Nine of ten statements that ORMs write have one of a dozen plain forms, and the grammar's trees for them cost several times what all else costs
//! (libpg_query sends each tree through protobuf). Here those forms are read directly. The law: a statement is taken only where its form is
//! known word by word, and then the result equals what [`lower`](super::lower) makes of the grammar's tree, places included; everything else
//! is left to the grammar, neighbours in one piece. `tests` hold both sides against each other, over whole statements and over mutilated ones.

mod alter;
mod cursor;
mod expr;
mod index;
mod object;
mod table;
mod types;

#[cfg(test)]
mod tests;

use super::lexer::{Kind, Token, Tokens};
use super::parse::{Cutter, Parsed, Source};
use super::types::LoweredType;
use crate::ddl::{Op, Statement};
use crate::source::Span;
use cursor::Cursor;

/// A text's statements, as far as everyday statements and what lies between them go.
#[allow(clippy::large_enum_variant)] // built once and read in order
pub(super) enum Piece {
    /// An everyday statement.
    Read(Parsed),
    /// Offsets of one or more statements that are for the grammar, without the last one's semicolon.
    Rest(std::ops::Range<usize>),
}

/// The pieces of a text in order, none of the grammar's much longer than `longest` bytes (a single statement may be). `None` where the text has
/// something that the scanner refuses, such as a quote without end.
pub(super) fn pieces(source: Source<'_>, longest: usize) -> Option<Vec<Piece>> {
    let text = source.text;
    let mut tokens = Vec::with_capacity(text.len() / 5);
    for token in Tokens::new(text) {
        if !token.terminated {
            return None;
        }
        if token.kind != Kind::Comment {
            tokens.push(token);
        }
    }
    // C strings end at a NUL, and the binding refuses them.
    if text.as_bytes().contains(&0) {
        return None;
    }
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(first) = tokens.get(at) {
        if first.kind == Kind::Semicolon {
            at += 1;
            continue;
        }
        if let Some((statement, after)) = statement(source, &tokens, at) {
            out.push(Piece::Read(Parsed::Statement(statement)));
            at = after;
            continue;
        }
        let mut cutter = Cutter::default();
        let length = tokens[at..].iter().position(|&t| cutter.ends_statement(text, t));
        let end = length.map_or(tokens.len(), |length| at + length);
        let range = first.start..tokens[end - 1].end;
        match out.last_mut() {
            Some(Piece::Rest(before)) if range.end - before.start <= longest => before.end = range.end,
            _ => out.push(Piece::Rest(range)),
        }
        at = end;
    }
    Some(out)
}

/// The type that a text is, where its form is an everyday one.
pub(super) fn type_of(text: &str) -> Option<LoweredType> {
    let tokens: Vec<Token> = Tokens::new(text).collect();
    if tokens.iter().any(|token| !token.terminated || token.kind == Kind::Comment) || text.as_bytes().contains(&0) {
        return None;
    }
    let at = Span::nowhere();
    let source = Source { file: at.file, base: 0, text, fixed: Some(at) };
    let mut cursor = Cursor::new(source, &tokens, 0);
    let (written, _) = types::type_use(&mut cursor)?;
    (cursor.at() == tokens.len()).then_some(LoweredType { ty: written.ty, serial: written.serial, copied_from: None })
}

/// The everyday statement that begins at a token, and the index of the token after it.
fn statement(source: Source<'_>, tokens: &[Token], at: usize) -> Option<(Statement, usize)> {
    let mut cursor = Cursor::new(source, tokens, at);
    let op = if cursor.word("create") {
        create(&mut cursor)
    } else if cursor.word("alter") {
        alter::alter(&mut cursor)
    } else if cursor.word("drop") {
        object::drop(&mut cursor)
    } else if cursor.word("do") {
        object::do_block(&mut cursor)
    } else {
        None
    }?;
    let last = tokens[cursor.at() - 1];
    cursor.at_end().then(|| (Statement { span: source.span(tokens[at].start..last.end), op }, cursor.at()))
}

/// After CREATE.
fn create(cursor: &mut Cursor<'_>) -> Option<Op> {
    if cursor.word("table") {
        return table::create_table(cursor);
    }
    if cursor.word("unique") {
        return if cursor.word("index") { index::create_index(cursor, true) } else { None };
    }
    if cursor.word("index") {
        return index::create_index(cursor, false);
    }
    if cursor.word("type") {
        return object::create_enum(cursor);
    }
    if cursor.word("schema") {
        return object::create_schema(cursor);
    }
    None
}
