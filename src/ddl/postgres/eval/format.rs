//! `format()` (text_format in varlena.c).

use super::{Answer, Stop, Value};
use crate::ddl::postgres::print::{quote_if_needed, quote_literal};

/// The result of `format(template, arguments…)`.
pub(super) fn format(template: &str, arguments: &[Value]) -> Answer {
    let mut out = String::new();
    let mut next = 0_usize;
    let mut characters = template.chars().peekable();
    while let Some(c) = characters.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let mut spec = String::new();
        let kind = loop {
            match characters.next() {
                Some(c @ ('s' | 'I' | 'L' | '%')) => break c,
                Some(c) if c.is_ascii_digit() || matches!(c, '$' | '-' | '*') => spec.push(c),
                Some(c) => {
                    return Err(Stop::raised("22023", format!("unrecognized format() type specifier \"{c}\"")));
                }
                None => return Err(Stop::raised("22023", "unterminated format() type specifier")),
            }
        };
        if kind == '%' {
            out.push('%');
            continue;
        }
        let width = match spec.split_once('$') {
            Some((position, width)) => {
                next = position.parse::<usize>().ok().and_then(|p| p.checked_sub(1)).ok_or_else(too_few)?;
                width.to_owned()
            }
            None => spec,
        };
        if width.contains('*') {
            return Err(Stop::unknown("format() takes a width from its arguments"));
        }
        let value = arguments.get(next).ok_or_else(too_few)?;
        next += 1;
        pad(&mut out, &argument(kind, value)?, &width);
    }
    Ok(Value::Text(out))
}

fn too_few() -> Stop {
    Stop::raised("22023", "too few arguments for format()")
}

fn argument(kind: char, value: &Value) -> Answer<String> {
    Ok(match (kind, boolean_as_text(value)) {
        ('s', text) => text.unwrap_or_default(),
        ('I', Some(text)) => quote_if_needed(&text),
        ('I', None) => return Err(Stop::raised("22004", "null values cannot be formatted as an SQL identifier")),
        (_, Some(text)) => literal(&text),
        (_, None) => "NULL".into(),
    })
}

/// Output functions print booleans as one letter, casts to text as a word.
fn boolean_as_text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(b) => Some(if *b { "t" } else { "f" }.into()),
        other => other.to_text(),
    }
}

/// quote_literal: backslashes call for an escape string.
pub(super) fn literal(text: &str) -> String {
    if text.contains('\\') { format!("E{}", quote_literal(&text.replace('\\', "\\\\"))) } else { quote_literal(text) }
}

fn pad(out: &mut String, text: &str, width: &str) {
    let left = width.starts_with('-');
    let width: usize = width.trim_start_matches('-').parse().unwrap_or(0);
    let missing = width.saturating_sub(text.chars().count()).min(10_000);
    if !left {
        out.extend(std::iter::repeat_n(' ', missing));
    }
    out.push_str(text);
    if left {
        out.extend(std::iter::repeat_n(' ', missing));
    }
}

/// A type's name with its modifier, as `format_type` prints it; `None` for types whose modifiers are not followed here.
pub(super) fn type_with(name: &str, modifier: i64) -> Option<String> {
    if modifier < 0 {
        return Some(name.to_owned());
    }
    let (base, array) = name.strip_suffix("[]").map_or((name, ""), |base| (base, "[]"));
    let with = |parameters: String| {
        let (head, tail) = match base.split_once(' ') {
            Some((head, tail)) if head.starts_with("time") => (head, format!(" {tail}")),
            _ => (base, String::new()),
        };
        Some(format!("{head}({parameters}){tail}{array}"))
    };
    match base {
        "character varying" | "character" => with((modifier - 4).to_string()),
        "numeric" => {
            let (precision, scale) = ((modifier - 4) >> 16, (modifier - 4) & 0x7ff);
            with(format!("{precision},{scale}"))
        }
        "bit" | "bit varying" | "vector" | "halfvec" | "sparsevec" => with(modifier.to_string()),
        _ if base.starts_with("time") => with(modifier.to_string()),
        _ => None,
    }
}
