//! The expressions of defaults and casts: constants, plain calls, casts of those.

use super::cursor::Cursor;
use super::types::{small_number, type_use};
use crate::ddl::postgres::lexer::Kind;
use crate::ddl::postgres::lower::Lower;
use crate::ddl::postgres::print::{quote_if_needed, quote_literal};
use crate::ddl::postgres::types::print_type;
use crate::model::Expr;

/// An expression nested deeper than this is left to the grammar.
const DEEPEST: u8 = 8;

/// An expression's text, and the offsets of the first and the last of its parts that have a place in the grammar's tree.
struct Part {
    sql: String,
    first: usize,
    last: usize,
}

/// An expression that may stand after DEFAULT. With `columns`, it may name columns.
pub(super) fn expression(cursor: &mut Cursor<'_>, columns: bool) -> Option<Expr> {
    let Part { sql, first, last } = part(cursor, columns, 0)?;
    let lower = Lower::new(cursor.source, 0..cursor.source.text.len());
    Some(Expr::new(sql, lower.expression_span(first, last)))
}

fn part(cursor: &mut Cursor<'_>, columns: bool, depth: u8) -> Option<Part> {
    if depth > DEEPEST {
        return None;
    }
    let mut part = atom(cursor, columns, depth)?;
    while cursor.symbol("::") {
        let (ty, at) = type_use(cursor)?;
        part.sql.push_str("::");
        // A cast to a serial type is one to a type of that name.
        if ty.serial {
            return None;
        }
        part.sql.push_str(&print_type(&ty.ty));
        part.first = part.first.min(at);
        part.last = part.last.max(at);
    }
    Some(part)
}

fn atom(cursor: &mut Cursor<'_>, columns: bool, depth: u8) -> Option<Part> {
    let token = cursor.peek()?;
    let alone = |sql: String| Some(Part { sql, first: token.start, last: token.start });
    match token.kind {
        Kind::String => {
            let (value, _) = cursor.string()?;
            alone(quote_literal(&value))
        }
        Kind::Number => {
            let text = cursor.text_of(token);
            if text.contains('.') {
                cursor.take(Kind::Number)?;
                return if is_decimal(text) { alone(text.to_owned()) } else { None };
            }
            alone(small_number(cursor)?.to_owned())
        }
        Kind::Word => {
            for (word, printed) in [("true", "true"), ("false", "false"), ("null", "NULL")] {
                if cursor.word(word) {
                    return alone(printed.to_owned());
                }
            }
            if cursor.word("current_timestamp") {
                return if cursor.symbol("(") { None } else { alone("CURRENT_TIMESTAMP".to_owned()) };
            }
            if cursor.word("array") {
                return array(cursor, columns, depth, token.start);
            }
            call_or_column(cursor, columns, depth)
        }
        Kind::QuotedIdentifier => call_or_column(cursor, columns, depth),
        Kind::Symbol if cursor.symbol("(") => {
            let inner = part(cursor, columns, depth + 1)?;
            cursor.symbol(")").then_some(inner)
        }
        _ => None,
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    text.split_once('.').is_some_and(|(whole, fraction)| digits(whole) && digits(fraction))
}

/// `ARRAY[…]`, after its first word.
fn array(cursor: &mut Cursor<'_>, columns: bool, depth: u8, first: usize) -> Option<Part> {
    if !cursor.symbol("[") {
        return None;
    }
    let mut out = Part { sql: "ARRAY[".into(), first, last: first };
    list(cursor, columns, depth, "]", &mut out)?;
    Some(out)
}

/// A call with plain arguments; with `columns`, a column's name too.
fn call_or_column(cursor: &mut Cursor<'_>, columns: bool, depth: u8) -> Option<Part> {
    let (name, token) = cursor.identifier()?;
    let mut out = Part { sql: quote_if_needed(&name), first: token.start, last: token.start };
    if cursor.symbol("(") {
        out.sql.push('(');
        list(cursor, columns, depth, ")", &mut out)?;
        return Some(out);
    }
    columns.then_some(out)
}

/// Expressions separated by commas, and what closes them.
fn list(cursor: &mut Cursor<'_>, columns: bool, depth: u8, close: &str, out: &mut Part) -> Option<()> {
    if !cursor.symbol(close) {
        loop {
            let item = part(cursor, columns, depth + 1)?;
            out.sql.push_str(&item.sql);
            out.first = out.first.min(item.first);
            out.last = out.last.max(item.last);
            if cursor.symbol(close) {
                break;
            }
            if !cursor.symbol(",") {
                return None;
            }
            out.sql.push_str(", ");
        }
    }
    out.sql.push_str(close);
    Some(())
}
