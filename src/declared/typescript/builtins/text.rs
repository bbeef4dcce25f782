//! Methods of texts and regular expressions.

use super::array::relative;
use super::{Outcome, argument, computed, item};
use crate::declared::typescript::eval::MAX_TEXT;
use crate::declared::typescript::load::Evaluator;
use crate::declared::typescript::value::{Item, Value};
use crate::source::{Regex, RegexMatch as Match, Span};

/// `text.name(...args)`
pub(super) fn method(evaluator: &mut Evaluator<'_>, text: &str, name: &str, args: &[Item], span: Span) -> Outcome {
    if matches!(name, "replace" | "replaceAll") {
        return replace(evaluator, text, name == "replaceAll", args, span);
    }
    if name == "split"
        && let Some(Value::RegExp(regex)) = args.first().map(|arg| &arg.value)
    {
        let (pattern, flags) = &**regex;
        let regex = Regex::new(pattern, flags).ok_or_else(|| computed(span, name))?;
        let mut parts = Vec::new();
        let mut end = 0;
        for found in regex.find_all(text).ok_or_else(|| computed(span, name))? {
            if found.end > found.start {
                parts.push(item(Value::text(&text[end..found.start]), span));
                end = found.end;
            }
        }
        parts.push(item(Value::text(&text[end..]), span));
        return Ok(Value::array(parts));
    }
    if name == "match"
        && let Some(Value::RegExp(regex)) = args.first().map(|arg| &arg.value)
        && let (pattern, flags) = &**regex
        && flags.contains('g')
    {
        let matches =
            Regex::new(pattern, flags).and_then(|regex| regex.find_all(text)).ok_or_else(|| computed(span, name))?;
        if matches.is_empty() {
            return Ok(Value::Null);
        }
        return Ok(Value::array(matches.iter().map(|m| item(Value::text(&text[m.start..m.end]), span)).collect()));
    }
    let mut words = Vec::with_capacity(args.len());
    for arg in args {
        words.push(evaluator.to_text(&arg.value, arg.span)?);
    }
    let word = words.first().map_or("", |word| &**word);
    let number = |index: usize| args.get(index).and_then(|arg| arg.value.as_number());
    Ok(match name {
        "toLowerCase" | "toLocaleLowerCase" => Value::text(text.to_lowercase()),
        "toUpperCase" | "toLocaleUpperCase" => Value::text(text.to_uppercase()),
        "trim" => Value::text(text.trim()),
        "trimStart" => Value::text(text.trim_start()),
        "trimEnd" => Value::text(text.trim_end()),
        "toString" | "valueOf" | "normalize" => Value::text(text),
        "concat" => Value::text(format!("{text}{}", words.concat())),
        "includes" => Value::Bool(text.contains(word)),
        "startsWith" => Value::Bool(text.starts_with(word)),
        "endsWith" => Value::Bool(text.ends_with(word)),
        "indexOf" => Value::Number(text.find(word).map_or(-1.0, |at| text[..at].encode_utf16().count() as f64)),
        "lastIndexOf" => Value::Number(text.rfind(word).map_or(-1.0, |at| text[..at].encode_utf16().count() as f64)),
        "split" if args.is_empty() => Value::array(vec![item(Value::text(text), span)]),
        "split" if word.is_empty() => {
            Value::array(text.chars().map(|c| item(Value::text(c.to_string()), span)).collect())
        }
        "split" => Value::array(text.split(word).map(|part| item(Value::text(part), span)).collect()),
        "repeat" => {
            let times = number(0).unwrap_or(0.0).max(0.0) as usize;
            if times.saturating_mul(text.len()) > MAX_TEXT {
                return Err(computed(span, name));
            }
            Value::text(text.repeat(times))
        }
        "padStart" | "padEnd" => {
            pad(text, name == "padStart", number(0).unwrap_or(0.0), words.get(1).map_or(" ", |word| &**word), span)?
        }
        "slice" | "substring" | "substr" | "charAt" | "at" => part(text, name, number(0), number(1)),
        "charCodeAt" | "codePointAt" => {
            let unit = text.encode_utf16().nth(number(0).unwrap_or(0.0).max(0.0) as usize);
            unit.map_or(Value::Number(f64::NAN), |unit| Value::Number(f64::from(unit)))
        }
        _ => return Err(computed(span, name)),
    })
}

fn pad(text: &str, start: bool, length: f64, fill: &str, span: Span) -> Outcome {
    let missing = (length - text.encode_utf16().count() as f64).max(0.0);
    if missing > MAX_TEXT as f64 {
        return Err(computed(span, "padStart"));
    }
    let padding: String = fill.chars().cycle().take(if fill.is_empty() { 0 } else { missing as usize }).collect();
    Ok(Value::text(if start { format!("{padding}{text}") } else { format!("{text}{padding}") }))
}

fn part(text: &str, name: &str, first: Option<f64>, second: Option<f64>) -> Value {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = units.len();
    let (first, whole) = (first.unwrap_or(0.0), length as f64);
    let (start, end) = match name {
        "slice" => (relative(first, length), relative(second.unwrap_or(whole), length)),
        "substr" => {
            let start = relative(first, length);
            (start, relative(start as f64 + second.unwrap_or(whole).max(0.0), length))
        }
        "substring" => {
            let (a, b) = (relative(first.max(0.0), length), relative(second.unwrap_or(whole).max(0.0), length));
            (a.min(b), a.max(b))
        }
        "at" if first >= whole || first < -whole => return Value::Undefined,
        _ => {
            let start = relative(if name == "at" { first } else { first.max(0.0) }, length);
            (start, (start + 1).min(length))
        }
    };
    Value::text(String::from_utf16_lossy(units.get(start..end).unwrap_or_default()))
}

fn replace(evaluator: &mut Evaluator<'_>, text: &str, all: bool, args: &[Item], span: Span) -> Outcome {
    let (matches, by) = (argument(args, 0), argument(args, 1));
    let matches: Vec<Match> = match &matches {
        Value::RegExp(regex) => {
            let (pattern, flags) = &**regex;
            let found = Regex::new(pattern, flags)
                .and_then(|regex| regex.find_all(text))
                .ok_or_else(|| computed(span, "replace"))?;
            if flags.contains('g') { found } else { found.into_iter().take(1).collect() }
        }
        other => {
            let word = evaluator.to_text(other, span)?;
            let found = text.match_indices(&*word).map(|(at, word)| Match {
                start: at,
                end: at + word.len(),
                groups: Vec::new(),
            });
            if all { found.collect() } else { found.take(1).collect() }
        }
    };
    let mut result = String::new();
    let mut end = 0;
    for found in matches {
        result.push_str(&text[end..found.start]);
        let whole = &text[found.start..found.end];
        match &by {
            Value::Function(_) => {
                let mut args = vec![item(Value::text(whole), span)];
                args.extend(
                    found
                        .groups
                        .iter()
                        .map(|group| item(group.map_or(Value::Undefined, |(a, b)| Value::text(&text[a..b])), span)),
                );
                let part = evaluator.call(by.clone(), args, span);
                result.push_str(&evaluator.to_text(&part, span)?);
            }
            other => expand(&evaluator.to_text(other, span)?, text, &found, &mut result),
        }
        end = found.end;
    }
    result.push_str(&text[end..]);
    Ok(Value::text(result))
}

/// `$1`, `$&` and `$$` in the text that replaces a match.
fn expand(pattern: &str, text: &str, found: &Match, result: &mut String) {
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek().copied()) {
            ('$', Some('$')) => {
                chars.next();
                result.push('$');
            }
            ('$', Some('&')) => {
                chars.next();
                result.push_str(&text[found.start..found.end]);
            }
            ('$', Some(digit @ '1'..='9')) if (digit as usize - '0' as usize) <= found.groups.len() => {
                chars.next();
                if let Some((a, b)) = found.groups[digit as usize - '1' as usize] {
                    result.push_str(&text[a..b]);
                }
            }
            _ => result.push(c),
        }
    }
}

/// `/pattern/flags.name(...args)`
pub(super) fn regex_method(
    evaluator: &Evaluator<'_>,
    pattern: &str,
    flags: &str,
    name: &str,
    args: &[Item],
    span: Span,
) -> Outcome {
    let text = evaluator.to_text(&argument(args, 0), span)?;
    match name {
        "test" => {
            let matches = Regex::new(pattern, flags)
                .and_then(|regex| regex.find_all(&text))
                .ok_or_else(|| computed(span, name))?;
            Ok(Value::Bool(!matches.is_empty()))
        }
        _ => Err(computed(span, name)),
    }
}
