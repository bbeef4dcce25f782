//! What psql reads of a script before the server does: variables with a value (`\set`, `--set`), and files that it includes.
//!
//! Rules: <https://www.postgresql.org/docs/current/app-psql.html> (`\set`, `\i`, "SQL Interpolation"), src/fe_utils/psqlscan.l.

use std::collections::BTreeMap;
use std::ops::Range;

/// Values of variables by name.
pub(super) type Variables = BTreeMap<String, String>;

/// A line that includes a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Include {
    /// The command in the text with its variables put in.
    pub(super) range: Range<usize>,
    pub(super) path: String,
    /// `\ir`: from the folder of the script, not from the current one.
    pub(super) is_relative: bool,
    /// The variables at that place.
    pub(super) variables: Variables,
}

/// The text with the values of known variables put in, and the files that it includes. Lines stay where they are unless a value has several.
/// What depends on `\if`, on the shell or on the server has no value, and stays as written.
pub(super) fn expand(text: &str, variables: &Variables) -> (String, Vec<Include>) {
    let mut script =
        Script { text, at: 0, out: String::with_capacity(text.len()), variables: variables.clone(), conditions: 0 };
    let mut includes = Vec::new();
    while let Some(c) = script.rest().chars().next() {
        match c {
            '\\' => includes.extend(script.command()),
            ':' => script.variable(),
            _ => {
                let end = script.skipped(c);
                script.copy(end);
            }
        }
    }
    (script.out, includes)
}

struct Script<'t> {
    text: &'t str,
    at: usize,
    out: String,
    variables: Variables,
    /// Open `\if`s.
    conditions: usize,
}

impl<'t> Script<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn copy(&mut self, length: usize) {
        self.out.push_str(&self.rest()[..length]);
        self.at += length;
    }

    /// The length of what begins here and holds no variables: a comment, a string, a name, or one character.
    fn skipped(&self, first: char) -> usize {
        let rest = self.rest();
        let until =
            |end: &str| rest[first.len_utf8()..].find(end).map_or(rest.len(), |at| first.len_utf8() + at + end.len());
        match first {
            '-' if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block_comment(rest),
            '\'' => {
                let before = self.text[..self.at].chars().rev();
                let mut before = before.take(2);
                let is_escaping = matches!(before.next(), Some('e' | 'E')) && !before.next().is_some_and(is_word);
                string(rest, is_escaping)
            }
            '"' => until("\""),
            '$' if !self.text[..self.at].ends_with(is_word) => match dollar_tag(rest) {
                Some(tag) => rest[tag.len()..].find(tag).map_or(rest.len(), |at| at + 2 * tag.len()),
                None => 1,
            },
            other => other.len_utf8(),
        }
    }

    /// `:name`, `:'name'` or `:"name"`; not `::type` and not `:=`.
    fn variable(&mut self) {
        let rest = self.rest();
        if rest.starts_with("::") || rest.starts_with(":=") {
            return self.copy(2);
        }
        let (quote, inner) = match rest[1..].chars().next() {
            Some(quote @ ('\'' | '"')) => (Some(quote), &rest[2..]),
            _ => (None, &rest[1..]),
        };
        let end = inner.find(|c| !is_word(c)).unwrap_or(inner.len());
        let closes = quote.is_none_or(|quote| inner[end..].starts_with(quote));
        let Some(value) = self.variables.get(&inner[..end]).filter(|_| closes) else { return self.copy(1) };
        let (value, quotes) = match quote {
            Some(quote) => {
                let doubled = value.replace(quote, &format!("{quote}{quote}"));
                (format!("{quote}{doubled}{quote}"), 2)
            }
            None => (value.clone(), 0),
        };
        self.out.push_str(&value);
        self.at += 1 + end + quotes;
    }

    fn command(&mut self) -> Option<Include> {
        let rest = self.rest();
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        let name = line[1..].split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        if name.is_empty() {
            // `\;` and `\\`
            self.copy(1 + rest[1..].chars().next().filter(|&c| c != '\n').map_or(0, char::len_utf8));
            return None;
        }
        let start = self.out.len();
        let words = arguments(&line[1 + name.len()..], &self.variables);
        self.copy(line.len());
        match name {
            "if" => self.conditions += 1,
            "endif" => self.conditions = self.conditions.saturating_sub(1),
            "set" => {
                let Some(Some(variable)) = words.first().cloned() else { return None };
                let value: Option<String> = words[1..].iter().cloned().collect();
                match value.filter(|_| self.conditions == 0) {
                    Some(value) => self.variables.insert(variable, value),
                    None => self.variables.remove(&variable),
                };
            }
            "unset" | "prompt" => {
                words.iter().flatten().for_each(|word| {
                    self.variables.remove(word);
                });
            }
            // What the server answers is not known here.
            "gset" => self.variables.clear(),
            "i" | "include" | "ir" | "include_relative" if self.conditions == 0 => {
                let path = words.into_iter().next()??;
                let (range, variables) = (start..start + line.trim_end().len(), self.variables.clone());
                return Some(Include { range, path, is_relative: name.contains('r'), variables });
            }
            _ => {}
        }
        None
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Comments of this kind nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

fn string(text: &str, is_escaping: bool) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if is_escaping => at += 2,
            b'\'' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// `$$` or `$name$`.
fn dollar_tag(text: &str) -> Option<&str> {
    let end = 1 + text[1..].find(|c| !is_word(c))?;
    let is_tag = text[end..].starts_with('$') && !text[1..].starts_with(|c: char| c.is_ascii_digit());
    is_tag.then(|| &text[..=end])
}

/// The words of a command's line; one that the shell gives, or that names an unknown variable, is not known.
fn arguments(line: &str, variables: &Variables) -> Vec<Option<String>> {
    let mut words = Vec::new();
    let mut chars = line.trim().chars().peekable();
    while chars.peek().is_some() {
        let mut word = Some(String::new());
        while let Some(c) = chars.next_if(|c| !c.is_whitespace()) {
            match c {
                '\'' => loop {
                    match chars.next() {
                        None => break,
                        Some('\'') if chars.next_if_eq(&'\'').is_some() => push(&mut word, '\''),
                        Some('\'') => break,
                        Some('\\') => push(&mut word, escaped(chars.next())),
                        Some(c) => push(&mut word, c),
                    }
                },
                '"' => {
                    push(&mut word, '"');
                    chars.by_ref().take_while(|&c| c != '"').for_each(|c| push(&mut word, c));
                    push(&mut word, '"');
                }
                '`' => {
                    chars.by_ref().take_while(|&c| c != '`').for_each(drop);
                    word = None;
                }
                ':' if chars.peek().is_some_and(|&c| is_word(c)) => {
                    let mut name = String::new();
                    while let Some(c) = chars.next_if(|&c| is_word(c)) {
                        name.push(c);
                    }
                    word = word.zip(variables.get(&name)).map(|(word, value)| word + value);
                }
                c => push(&mut word, c),
            }
        }
        words.push(word);
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
    }
    words
}

fn push(word: &mut Option<String>, c: char) {
    if let Some(word) = word {
        word.push(c);
    }
}

fn escaped(c: Option<char>) -> char {
    match c {
        Some('n') => '\n',
        Some('t') => '\t',
        Some(other) => other,
        None => '\\',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        let variables = [("role".to_owned(), "app".to_owned())].into();
        let (expanded, includes) = expand(text, &variables);
        let shown: Vec<String> = includes
            .iter()
            .map(|i| {
                format!("{} {}{}", &expanded[i.range.clone()], i.path, if i.is_relative { " from here" } else { "" })
            })
            .collect();
        assert_eq!([std::slice::from_ref(&expanded), shown.as_slice()].concat().join("|"), expect, "{text}");
    }

    #[test]
    fn variables_get_their_values() {
        check("GRANT x TO :role, :\"role\"; SELECT :'role'", "GRANT x TO app, \"app\"; SELECT 'app'");
        check(
            "SELECT 'a:role', $$ :role $$, \":role\", 1::role -- :role",
            "SELECT 'a:role', $$ :role $$, \":role\", 1::role -- :role",
        );
        check("/* :role */ SELECT E'\\':role', :other", "/* :role */ SELECT E'\\':role', :other");
        check("\\set a 'it''s' b\nSELECT :'a', :a;", "\\set a 'it''s' b\nSELECT 'it''sb', it'sb;");
        check("\\set a :role _x\nSELECT :a", "\\set a :role _x\nSELECT app_x");
        check("\\set role `whoami`\nSELECT :role", "\\set role `whoami`\nSELECT :role");
        check("\\if :x\n\\set role b\n\\endif\nSELECT :role", "\\if :x\n\\set role b\n\\endif\nSELECT :role");
        check("\\unset role\nSELECT :role", "\\unset role\nSELECT :role");
    }

    #[test]
    fn included_files_are_named() {
        check(
            "\\i a.sql\nSELECT 1;\n\\ir 'b c.sql'",
            "\\i a.sql\nSELECT 1;\n\\ir 'b c.sql'|\\i a.sql a.sql|\\ir 'b c.sql' b c.sql from here",
        );
        check("\\i :role/x.sql\nSELECT '\\i y.sql'", "\\i :role/x.sql\nSELECT '\\i y.sql'|\\i :role/x.sql app/x.sql");
        check("\\i `pwd`/x.sql", "\\i `pwd`/x.sql");
    }
}
