//! Regular expressions: the operators `~`, `regexp_replace` and its kin.
//!
//! PostgreSQL's "advanced" expressions agree with the shared matcher's on most of what migrations write. What they read otherwise (word
//! boundaries, bracket classes, embedded options, a `.` that matches line ends) is translated or unknown. Which part of a text matches follows
//! POSIX: the longest at its place; non-greedy quantifiers, whose preference PostgreSQL takes from the whole expression, are unknown there.
//! <https://www.postgresql.org/docs/current/functions-matching.html#POSIX-SYNTAX-DETAILS>

use super::{Answer, Stop, Value};
use crate::source::{Regex, RegexMatch};

fn unknown() -> Stop {
    Stop::unknown("its regular expression is not worked out here")
}

/// `text ~ pattern` and its three sisters.
pub(super) fn matches(operator: &str, text: &Value, pattern: &Value) -> Answer {
    let (Some(text), Some(pattern)) = (text.to_text(), pattern.to_text()) else { return Ok(Value::Null) };
    let options = if operator.ends_with('*') { "i" } else { "" };
    let found = Pattern::new(&pattern, options, &text)?.regex.find_all(&text).ok_or_else(unknown)?;
    Ok(Value::Bool(found.is_empty() == operator.starts_with('!')))
}

/// The functions, with arguments of which none is NULL.
pub(super) fn function(name: &str, arguments: &[Value]) -> Option<Answer> {
    let text = |i: usize| arguments.get(i).and_then(Value::to_text);
    let options = |i: usize| text(i).unwrap_or_default();
    let (subject, pattern) = (text(0)?, text(1)?);
    Some(match (name, arguments.len()) {
        ("regexp_replace", 3 | 4) => replace(&subject, &pattern, &text(2)?, &options(3)),
        ("regexp_like", 2 | 3) => found(&subject, &pattern, &options(2)).map(|all| Value::Bool(!all.is_empty())),
        ("regexp_count", 2) => found(&subject, &pattern, "").map(|all| Value::Int(all.len() as i64)),
        ("regexp_match", 2 | 3) => found(&subject, &pattern, &options(2))
            .map(|all| all.first().map_or(Value::Null, |first| Value::Array(captured(&subject, first)))),
        ("regexp_split_to_array", 2 | 3) => split(&subject, &pattern, &options(2)).map(Value::Array),
        // `substring(text FROM pattern)`: what the first parentheses match, or all of it.
        ("substring", 2) => found(&subject, &pattern, "")
            .map(|all| all.first().map_or(Value::Null, |first| captured(&subject, first).swap_remove(0))),
        _ => return None,
    })
}

/// The rows of `regexp_split_to_table` and `regexp_matches`.
pub(super) fn rows(name: &str, arguments: &[Value]) -> Option<Answer<Vec<Value>>> {
    let text = |i: usize| arguments.get(i).and_then(Value::to_text);
    let (subject, pattern, options) = (text(0)?, text(1)?, text(2).unwrap_or_default());
    Some(match name {
        "regexp_split_to_table" => split(&subject, &pattern, &options),
        "regexp_matches" => found(&subject, &pattern, &options.replace('g', "")).map(|all| {
            let take = if options.contains('g') { all.len() } else { 1 };
            all.iter().take(take).map(|one| Value::Array(captured(&subject, one))).collect()
        }),
        _ => return None,
    })
}

fn found(subject: &str, pattern: &str, options: &str) -> Answer<Vec<RegexMatch>> {
    let pattern = Pattern::new(pattern, options, subject)?;
    let all = pattern.exact()?.find_longest(subject).ok_or_else(unknown)?;
    // Where alternatives decide which part a group matches, POSIX chooses otherwise than backtracking.
    if pattern.alternatives && all.iter().any(|one| !one.groups.is_empty()) { Err(unknown()) } else { Ok(all) }
}

/// The groups, or the whole match without any.
fn captured(subject: &str, found: &RegexMatch) -> Vec<Value> {
    let part = |range: Option<(usize, usize)>| Value::optional(range.and_then(|(a, b)| subject.get(a..b)));
    if found.groups.is_empty() {
        return vec![part(Some((found.start, found.end)))];
    }
    found.groups.iter().map(|group| part(*group)).collect()
}

fn split(subject: &str, pattern: &str, options: &str) -> Answer<Vec<Value>> {
    let all = found(subject, pattern, options)?;
    if all.iter().any(|one| one.start == one.end) {
        return Err(unknown());
    }
    let (mut parts, mut end) = (Vec::new(), 0);
    for one in &all {
        parts.push(Value::text(&subject[end..one.start]));
        end = one.end;
    }
    parts.push(Value::text(&subject[end..]));
    Ok(parts)
}

fn replace(subject: &str, pattern: &str, replacement: &str, options: &str) -> Answer {
    let refers = replacement.contains('\\');
    let pattern = Pattern::new(pattern, &options.replace('g', ""), subject)?;
    let all = pattern.exact()?.find_longest(subject).ok_or_else(unknown)?;
    if refers && pattern.alternatives {
        return Err(unknown());
    }
    let take = if options.contains('g') { all.len() } else { 1 };
    let (mut out, mut end) = (String::new(), 0);
    for one in all.iter().take(take) {
        out.push_str(&subject[end..one.start]);
        expand(replacement, subject, one, &mut out);
        end = one.end;
    }
    out.push_str(&subject[end..]);
    Ok(Value::Text(out))
}

/// `\1` is a group, `\&` the whole match, `\\` a backslash.
fn expand(replacement: &str, subject: &str, found: &RegexMatch, out: &mut String) {
    let mut characters = replacement.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match characters.next() {
            Some('&') => out.push_str(&subject[found.start..found.end]),
            Some(digit @ '1'..='9') => {
                let group = (digit as usize) - ('1' as usize);
                if let Some((a, b)) = found.groups.get(group).copied().flatten() {
                    out.push_str(&subject[a..b]);
                }
            }
            Some('\\') | None => out.push('\\'),
            Some(other) => out.extend(['\\', other]),
        }
    }
}

struct Pattern {
    regex: Regex,
    lazy: bool,
    alternatives: bool,
}

impl Pattern {
    fn new(pattern: &str, options: &str, subject: &str) -> Answer<Self> {
        if options.chars().any(|c| !matches!(c, 'i' | 'c')) || pattern.starts_with("***") {
            return Err(unknown());
        }
        let insensitive = options.contains('i');
        let read = translated(pattern).ok_or_else(unknown)?;
        // Classes and letter case beyond ASCII depend on the database's locale.
        if !subject.is_ascii() && (insensitive || read.locale) {
            return Err(unknown());
        }
        // A `.` matches line ends too.
        let regex = Regex::new(&read.text, if insensitive { "is" } else { "s" }).ok_or_else(unknown)?;
        Ok(Self { regex, lazy: read.lazy, alternatives: read.alternatives })
    }

    /// The expression, where it is certain how much of a text it matches.
    fn exact(&self) -> Answer<&Regex> {
        if self.lazy { Err(unknown()) } else { Ok(&self.regex) }
    }
}

#[derive(Default)]
struct Translated {
    text: String,
    lazy: bool,
    alternatives: bool,
    locale: bool,
}

/// The pattern as the shared matcher reads it; `None` where that would be something else.
fn translated(pattern: &str) -> Option<Translated> {
    let mut out = Translated::default();
    let mut characters = pattern.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next()? {
                'y' => out.text.push_str("\\b"),
                'Y' => out.text.push_str("\\B"),
                'A' => out.text.push('^'),
                'Z' => out.text.push('$'),
                c @ ('d' | 'D' | 's' | 'S' | 'w' | 'W') => {
                    out.locale = true;
                    out.text.extend(['\\', c]);
                }
                c @ ('n' | 't' | 'r') => out.text.extend(['\\', c]),
                c if c.is_ascii_alphanumeric() => return None,
                c => out.text.extend(['\\', c]),
            },
            '[' => bracket(&mut characters, &mut out)?,
            '*' | '+' | '?' | '}' => {
                out.text.push(c);
                if characters.peek() == Some(&'?') {
                    out.lazy = true;
                }
            }
            '|' => {
                out.alternatives = true;
                out.text.push(c);
            }
            c => out.text.push(c),
        }
    }
    Some(out)
}

/// What stands after `[`, up to its `]`.
fn bracket(characters: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut Translated) -> Option<()> {
    out.text.push('[');
    if characters.peek() == Some(&'^') {
        out.text.extend(characters.next());
    }
    if characters.peek() == Some(&']') {
        characters.next();
        out.text.push_str("\\]");
    }
    loop {
        match characters.next()? {
            ']' => {
                out.text.push(']');
                return Some(());
            }
            '[' => {
                if characters.next()? != ':' {
                    return None;
                }
                let name: String = std::iter::from_fn(|| characters.next_if(char::is_ascii_lowercase)).collect();
                if characters.next()? != ':' || characters.next()? != ']' {
                    return None;
                }
                out.locale = true;
                out.text.push_str(match name.as_str() {
                    "digit" => "0-9",
                    "alpha" => "a-zA-Z",
                    "alnum" => "a-zA-Z0-9",
                    "lower" => "a-z",
                    "upper" => "A-Z",
                    "space" => "\\s",
                    _ => return None,
                });
            }
            '\\' => match characters.next()? {
                c @ ('d' | 's' | 'w') => {
                    out.locale = true;
                    out.text.extend(['\\', c]);
                }
                c @ ('n' | 't' | 'r') => out.text.extend(['\\', c]),
                c if c.is_ascii_alphanumeric() => return None,
                c => out.text.extend(['\\', c]),
            },
            c => out.text.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: Answer) -> String {
        match value {
            Ok(value) => value.to_text().unwrap_or_else(|| "NULL".into()),
            Err(Stop::Unknown(_)) => "?".into(),
            Err(Stop::Raised { message, .. }) => message,
        }
    }

    #[test]
    fn matches_as_the_server_does() {
        for (operator, subject, pattern, expect) in [
            ("~", "chat_2026_11_26", r"^chat_\d{4}_\d{2}_\d{2}$", "true"),
            ("!~", "iam_user_fkey1", "fkey[1]?$", "false"),
            ("~*", "ABC", "b", "true"),
            ("~", "a\nb", "a.b", "true"),
            ("~", "foo bar", r"\ybar\y", "true"),
            ("~", "x1", "^[[:alpha:]][[:digit:]]$", "true"),
            ("~", "a]", "^a[]]$", "true"),
            ("~", "a", r"\mfoo", "?"),
            ("~*", "É", "é", "?"),
            ("~", "a", "(?i)A", "?"),
        ] {
            let found = text(matches(operator, &Value::text(subject), &Value::text(pattern)));
            assert_eq!(found, expect, "{subject} {operator} {pattern}");
        }
    }

    #[test]
    fn functions_give_what_the_server_gives() {
        for (name, arguments, expect) in [
            ("regexp_replace", &["aXbX", "X", "-"][..], "a-bX"),
            ("regexp_replace", &["aXbX", "X", "-", "g"], "a-b-"),
            ("regexp_replace", &["foobar", "(o+)(b)", r"<\2\1\&>"], "f<boooob>ar"),
            ("regexp_replace", &["t_a_b_key", "^t_", ""], "a_b_key"),
            ("regexp_replace", &["xab", "a|ab", "-"], "x-"),
            ("regexp_replace", &["abc", ".*?", "-"], "?"),
            ("substring", &["p_2024_01", r"\d{4}"], "2024"),
            ("substring", &["p_2024_01", r"_(\d\d)$"], "01"),
            ("substring", &["p", r"\d"], "NULL"),
            ("regexp_match", &["k=v", "(.)=(.)"], "{k,v}"),
            ("regexp_split_to_array", &["a, b,c", r",\s*"], "{a,b,c}"),
        ] {
            let values: Vec<Value> = arguments.iter().map(|a| Value::text(*a)).collect();
            assert_eq!(text(function(name, &values).unwrap_or(Ok(Value::Null))), expect, "{name} {arguments:?}");
        }
    }
}
