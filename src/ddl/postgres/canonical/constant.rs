//! How types spell their values: constants that a server stores alike get one spelling.

use super::normalize::is_number;
use super::tree::Canon;
use crate::model::TypeName;

/// The literal `text` as a value of type `ty`, in one spelling; text that is no such value stays as it is.
pub(super) fn spell(text: &str, ty: &TypeName) -> Canon {
    if ty.array {
        return match array_items(text) {
            Some(Canon::Array(items)) => {
                let element = ty.element();
                Canon::Array(
                    items
                        .into_iter()
                        .map(|item| match item {
                            Canon::Text(text, _) => spell(&text, &element),
                            other => other,
                        })
                        .collect(),
                )
            }
            _ => Canon::Text(text.to_owned(), None),
        };
    }
    let spelled = match ty.name.as_str() {
        "boolean" => return boolean(text).map_or_else(|| Canon::Text(text.to_owned(), None), Canon::Bool),
        _ if is_number(ty) => {
            return number(text).map_or_else(|| Canon::Text(text.to_owned(), None), |n| Canon::Number(n, None));
        }
        "jsonb" => json(text),
        "uuid" => Some(text.to_ascii_lowercase()),
        "date" => Some(text.trim().to_owned()),
        "timestamp without time zone" | "timestamp with time zone" => Some(timestamp(text)),
        "interval" => interval(text),
        _ => None,
    };
    Canon::Text(spelled.unwrap_or_else(|| text.to_owned()), None)
}

/// bool.c, parse_bool: unique prefixes of true, false, yes, no; on, off; 1, 0.
fn boolean(text: &str) -> Option<bool> {
    let word = text.trim().to_ascii_lowercase();
    match word.as_str() {
        "" | "o" => None,
        "on" | "1" => Some(true),
        "of" | "off" | "0" => Some(false),
        w if "true".starts_with(w) || "yes".starts_with(w) => Some(true),
        w if "false".starts_with(w) || "no".starts_with(w) => Some(false),
        _ => None,
    }
}

/// A decimal number without a plus sign, leading zeros, and zeros at the end of its fraction.
pub(super) fn number(text: &str) -> Option<String> {
    let text = text.trim();
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    let mut out = String::new();
    if negative && !(whole.is_empty() && fraction.is_empty()) {
        out.push('-');
    }
    out.push_str(if whole.is_empty() { "0" } else { whole });
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    Some(out)
}

pub(super) fn negate(number: &str) -> String {
    number.strip_prefix('-').map_or_else(|| format!("-{number}"), str::to_owned)
}

/// jsonb keeps neither white space nor the order of keys.
fn json(text: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    Some(sorted(value).to_string())
}

fn sorted(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}

/// ISO dates and times: `2024-01-01T00:00:00.000Z` and `2024-01-01`.
fn timestamp(text: &str) -> String {
    let text = text.trim();
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut out = text.replacen('T', " ", 1);
    if let Some(rest) = out.strip_suffix('Z') {
        out = format!("{rest}+00");
    }
    if out.len() == 10 {
        out.push_str(" 00:00:00");
    }
    let (time, zone) = match out[10.min(out.len())..].find(['+', '-']) {
        Some(at) => out.split_at(10 + at),
        None => (out.as_str(), ""),
    };
    let time = if time.contains('.') { time.trim_end_matches('0').trim_end_matches('.') } else { time };
    let zone = zone.strip_suffix(":00").unwrap_or(zone);
    format!("{time}{zone}")
}

/// Months, days and microseconds of an interval written in words or as a time.
fn interval(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let mut words = lower.split_whitespace().peekable();
    let (mut months, mut days, mut micros) = (0i64, 0i64, 0i64);
    while let Some(word) = words.next() {
        if let Some(time) = clock(word) {
            micros = micros.checked_add(time)?;
            continue;
        }
        let split = word.find(|c: char| c.is_ascii_alphabetic());
        let (amount, unit) = match split {
            Some(at) if at > 0 => word.split_at(at),
            _ => (word, words.next()?),
        };
        let amount: i64 = amount.parse().ok()?;
        match unit.trim_end_matches('s') {
            "year" | "yr" | "y" => months = months.checked_add(amount.checked_mul(12)?)?,
            "month" | "mon" => months = months.checked_add(amount)?,
            "week" | "w" => days = days.checked_add(amount.checked_mul(7)?)?,
            "day" | "d" => days = days.checked_add(amount)?,
            "hour" | "hr" | "h" => micros = micros.checked_add(amount.checked_mul(3_600_000_000)?)?,
            "minute" | "min" | "m" => micros = micros.checked_add(amount.checked_mul(60_000_000)?)?,
            "second" | "sec" | "" => micros = micros.checked_add(amount.checked_mul(1_000_000)?)?,
            "millisecond" | "ms" => micros = micros.checked_add(amount.checked_mul(1000)?)?,
            _ => return None,
        }
    }
    Some(format!("{months} months {days} days {micros} us"))
}

/// `01:30:00` in microseconds.
fn clock(word: &str) -> Option<i64> {
    let parts: Vec<&str> = word.split(':').collect();
    if !(2..=3).contains(&parts.len()) {
        return None;
    }
    let mut total = 0i64;
    for (part, unit) in parts.iter().zip([3_600_000_000i64, 60_000_000, 1_000_000]) {
        total = total.checked_add(part.parse::<i64>().ok()?.checked_mul(unit)?)?;
    }
    Some(total)
}

/// The items of an array literal, `{a,"b c",NULL}`; `None` for nested arrays and bounds, which stay text.
pub(super) fn array_items(text: &str) -> Option<Canon> {
    let body = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let mut items = Vec::new();
    let mut chars = body.chars().peekable();
    if body.trim().is_empty() {
        return Some(Canon::Array(items));
    }
    loop {
        let mut item = String::new();
        let mut quoted = false;
        loop {
            match chars.next() {
                None | Some(',') if !quoted && item.trim().is_empty() => return None,
                Some('{' | '}') => return None,
                Some('"') => {
                    quoted = true;
                    loop {
                        match chars.next()? {
                            '"' => break,
                            '\\' => item.push(chars.next()?),
                            c => item.push(c),
                        }
                    }
                }
                Some('\\') => item.push(chars.next()?),
                end @ (None | Some(',')) => {
                    let is_null = !quoted && item.trim().eq_ignore_ascii_case("null");
                    let text = if quoted { item } else { item.trim().to_owned() };
                    items.push(if is_null { Canon::Null } else { Canon::Text(text, None) });
                    if end.is_none() {
                        return Some(Canon::Array(items));
                    }
                    break;
                }
                Some(c) if quoted && c.is_whitespace() => {}
                Some(c) => item.push(c),
            }
        }
    }
}

/// The name of a relation in a `regclass` constant or a sequence function's argument, without `public` and without quotes that it does not need.
pub(super) fn regclass(tree: Canon) -> Canon {
    let text = match tree {
        Canon::Text(text, None) => text,
        Canon::Text(text, Some(ty)) if matches!(ty.name.as_str(), "regclass" | "text") => text,
        Canon::Cast(arg, ty) if matches!(ty.name.as_str(), "regclass" | "text") => match *arg {
            Canon::Text(text, _) => text,
            Canon::Cast(inner, _) => return regclass(*inner),
            other => return Canon::Cast(Box::new(other), ty),
        },
        other => return other,
    };
    let mut parts: Vec<String> = Vec::new();
    let mut rest = text.as_str();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let end = quoted.find('"').unwrap_or(quoted.len());
            parts.push(quoted[..end].to_owned());
            rest = quoted.get(end + 1..).unwrap_or_default();
        } else {
            let end = rest.find('.').unwrap_or(rest.len());
            parts.push(rest[..end].to_lowercase());
            rest = &rest[end..];
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    if parts.len() == 2 && parts[0] == "public" {
        parts.remove(0);
    }
    Canon::Text(parts.join("."), Some(TypeName::built_in("regclass")))
}
