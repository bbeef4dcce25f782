//! Types of columns.

use super::cursor::Cursor;
use crate::ddl::TypeUse;
use crate::ddl::postgres::lexer::Kind;
use crate::ddl::postgres::types::named_type;

/// A type as a column or a cast names it, and the offset of its first token.
pub(super) fn type_use(cursor: &mut Cursor<'_>) -> Option<(TypeUse, usize)> {
    let start = cursor.offset();
    let first = cursor.peek()?;
    let keyword = match first.kind {
        Kind::Word => keyword_type(cursor)?,
        _ => None,
    };
    let mut span = cursor.source.span(first.start..first.end);
    let (schema, name, modifiers) = match keyword {
        Some((name, modifiers)) => (Some("pg_catalog".to_owned()), name.to_owned(), modifiers),
        None => {
            let written = cursor.qualified()?;
            span = written.span;
            (written.schema, written.name, modifiers(cursor)?)
        }
    };
    let array = array(cursor)?;
    let lowered = named_type(schema, name, modifiers, array);
    Some((TypeUse { ty: lowered.ty, serial: lowered.serial, copied_from: None, span }, start))
}

/// The types that are keywords of the grammar, by the name that it gives them (gram.y, SimpleTypename); `None` inside where the word is no such
/// keyword, outside where its form is left to the grammar.
#[allow(clippy::option_option)] // two different things
fn keyword_type(cursor: &mut Cursor<'_>) -> Option<Option<(&'static str, Vec<String>)>> {
    const PLAIN: [(&str, &str); 8] = [
        ("integer", "int4"),
        ("int", "int4"),
        ("smallint", "int2"),
        ("bigint", "int8"),
        ("real", "float4"),
        ("boolean", "bool"),
        ("json", "json"),
        ("interval", "interval"),
    ];
    let written = cursor.text()?;
    if let Some((_, name)) = PLAIN.iter().find(|(word, _)| written.eq_ignore_ascii_case(word)) {
        cursor.take(Kind::Word)?;
        // What may follow an interval's name is fields.
        let fields = *name == "interval" && cursor.peek().is_some_and(|t| t.kind == Kind::Word) && !ends_type(cursor);
        return (!fields && !begins_modifiers(cursor)).then_some(Some((*name, Vec::new())));
    }
    if cursor.words(&["double", "precision"]) {
        return Some(Some(("float8", Vec::new())));
    }
    if cursor.word("numeric") || cursor.word("decimal") {
        return Some(Some(("numeric", modifiers(cursor)?)));
    }
    if cursor.word("varchar") || cursor.words(&["character", "varying"]) {
        return Some(Some(("varchar", length(cursor)?)));
    }
    if cursor.word("char") || cursor.word("character") {
        let modifiers = length(cursor)?;
        return Some(Some(("bpchar", if modifiers.is_empty() { vec!["1".into()] } else { modifiers })));
    }
    for (word, plain, zoned) in [("timestamp", "timestamp", "timestamptz"), ("time", "time", "timetz")] {
        if cursor.word(word) {
            let modifiers = length(cursor)?;
            let with = cursor.words(&["with", "time", "zone"]);
            if !with {
                cursor.words(&["without", "time", "zone"]);
            }
            return Some(Some((if with { zoned } else { plain }, modifiers)));
        }
    }
    Some(None)
}

/// Whether a word that follows a type begins something else.
fn ends_type(cursor: &Cursor<'_>) -> bool {
    const AFTER: [&str; 9] =
        ["not", "null", "default", "primary", "unique", "references", "constraint", "using", "array"];
    cursor.text().is_some_and(|word| AFTER.iter().any(|after| word.eq_ignore_ascii_case(after)))
}

fn begins_modifiers(cursor: &Cursor<'_>) -> bool {
    cursor.text() == Some("(")
}

/// `(10, 2)`, or nothing: only plain numbers and words.
fn modifiers(cursor: &mut Cursor<'_>) -> Option<Vec<String>> {
    if !begins_modifiers(cursor) {
        return Some(Vec::new());
    }
    cursor.parenthesised(|cursor| match cursor.peek()?.kind {
        Kind::Number => small_number(cursor).map(str::to_owned),
        _ => cursor.column(),
    })
}

/// `(3)`, or nothing.
fn length(cursor: &mut Cursor<'_>) -> Option<Vec<String>> {
    if !cursor.symbol("(") {
        return Some(Vec::new());
    }
    let length = small_number(cursor)?.to_owned();
    cursor.symbol(")").then(|| vec![length])
}

/// A whole number that is written as it is printed and fits an `integer`.
pub(super) fn small_number<'a>(cursor: &mut Cursor<'a>) -> Option<&'a str> {
    let token = cursor.take(Kind::Number)?;
    let digits = cursor.text_of(token);
    let plain =
        digits.len() <= 9 && digits.bytes().all(|b| b.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    plain.then_some(digits)
}

/// `[]` or `[3]`, any number of times.
fn array(cursor: &mut Cursor<'_>) -> Option<bool> {
    let mut array = false;
    while cursor.symbol("[") {
        if cursor.text() != Some("]") {
            small_number(cursor)?;
        }
        if !cursor.symbol("]") {
            return None;
        }
        array = true;
    }
    Some(array)
}
