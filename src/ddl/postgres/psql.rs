//! What psql reads and never sends: backslash commands, and the data lines after `COPY … FROM stdin`.
//!
//! Rules: https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-META-COMMANDS and src/fe_utils/psqlscan.l.

use std::ops::Range;

use super::lexer::{Kind, Token, Tokens};
use super::parse::Cutter;
use crate::ddl::Op;

/// A part of a psql script.
pub(super) enum Part {
    Sql(Range<usize>),
    Command { range: Range<usize>, op: Box<Op> },
}

/// Whether a text can hold anything of psql's own; most have no backslash at all.
pub(super) fn may_have_commands(text: &str) -> bool {
    let has_copy = || {
        let lower = text.to_ascii_lowercase();
        lower.contains("copy") && lower.contains("std")
    };
    (text.contains('\\') || has_copy()) && Tokens::new(text).any(|t| t.kind == Kind::Backslash) || has_copy()
}

/// Cuts a script into SQL and psql's lines.
pub(super) fn cut(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut conditions = 0;
    let mut cutter = Cutter::default();
    let mut words = Words::default();
    // COPY … FROM stdin among statements that are sent together (`\;`): their data come one after the other.
    let mut copies = 0;
    // Where what psql has not sent begins.
    let mut unsent = 0;
    let mut tokens = Tokens::new(text);
    while let Some(token) = tokens.next() {
        if token.kind == Kind::Comment {
            continue;
        }
        if token.kind == Kind::Backslash {
            parts.push(Part::Sql(start..token.start));
            cutter = Cutter::default();
            let before = std::mem::take(&mut words);
            start = if text[token.start..].starts_with("\\;") {
                // A semicolon that psql does not stop at; the server does.
                copies += usize::from(before.copies_from_stdin());
                token.start + 2
            } else {
                let end = command_end(text, token.start);
                let line = text[token.start..end].trim_end();
                parts.push(Part::Command { range: token.start..token.start + line.len(), op: Box::new(command(line)) });
                match name_of(line) {
                    "r" | "reset" => forget_unsent(&mut parts, unsent),
                    "g" | "gx" | "gset" | "gexec" | "gdesc" | "crosstabview" | "watch" => unsent = end,
                    _ => {}
                }
                if matches!(name_of(line), "if") {
                    conditions += 1;
                } else if matches!(name_of(line), "endif") {
                    conditions -= 1;
                } else if matches!(name_of(line), "q" | "quit") && conditions <= 0 {
                    return parts;
                }
                let reads_data = name_of(line) == "copy" && line.to_ascii_lowercase().contains(" from stdin");
                if text[end..].starts_with("\\\\") {
                    end + 2
                } else if reads_data {
                    data_end(text, end).unwrap_or(end)
                } else {
                    end
                }
            };
            tokens.seek(start);
            continue;
        }
        words.see(text, token);
        if cutter.ends_statement(text, token) {
            unsent = token.end;
            copies += usize::from(std::mem::take(&mut words).copies_from_stdin());
            for _ in 0..std::mem::take(&mut copies) {
                let Some(end) = data_end(text, start.max(token.end)) else { break };
                if start < token.end {
                    parts.push(Part::Sql(start..token.end));
                }
                start = end;
                tokens.seek(end);
            }
        }
    }
    parts.push(Part::Sql(start..text.len()));
    parts
}

/// `\r` empties the buffer: what stands there since the last statement is never sent.
fn forget_unsent(parts: &mut [Part], from: usize) {
    for part in parts {
        if let Part::Sql(range) = part {
            range.end = range.end.min(range.start.max(from));
        }
    }
}

/// The first word of a statement, and whether `FROM stdin` stands in it.
#[derive(Default)]
struct Words {
    seen: bool,
    copy: bool,
    from: bool,
    stdin: bool,
}

impl Words {
    fn see(&mut self, text: &str, token: Token) {
        let word = if token.kind == Kind::Word { &text[token.start..token.end] } else { "" };
        if !self.seen {
            self.seen = true;
            self.copy = word.eq_ignore_ascii_case("copy");
        }
        // The server takes STDOUT for STDIN here.
        self.stdin |= self.from && (word.eq_ignore_ascii_case("stdin") || word.eq_ignore_ascii_case("stdout"));
        self.from = word.eq_ignore_ascii_case("from");
    }

    fn copies_from_stdin(self) -> bool {
        self.copy && self.stdin
    }
}

/// The end of the data that begins on the line after `from`: past the line `\.`, or the end of the text. `None` when no such line follows,
/// for then the data does not stand in the script; nor when another COPY comes first, for then that one has the data, and the server refused
/// this one before psql read any.
fn data_end(text: &str, from: usize) -> Option<usize> {
    let mut at = from + text[from..].find('\n')? + 1;
    loop {
        let end = text[at..].find('\n').map(|i| at + i);
        let line = &text[at..end.unwrap_or(text.len())];
        if line.trim_end() == "\\." {
            return Some(end.unwrap_or(text.len()));
        }
        if begins_copy(line) {
            return None;
        }
        at = end? + 1;
    }
}

/// Whether a `COPY … FROM stdin` begins in a line.
fn begins_copy(line: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    let begins = |at: usize| lower[..at].trim_end().is_empty() || lower[..at].trim_end().ends_with(';');
    lower.match_indices("copy ").any(|(at, _)| begins(at) && lower[at..].contains(" from stdin"))
}

/// The first `{{ … }}` or `${…}` that a template engine or a runner fills in before a statement is sent: where no SQL can have braces, or with a
/// field of Go's (`{{ index .Options "Namespace" }}`) wherever it stands.
pub(super) fn template(text: &str) -> Option<&str> {
    braces_template(text).or_else(|| {
        let (start, end) = text.match_indices("${").find_map(|(at, _)| Some((at, at + text[at..].find('}')? + 1)))?;
        let mut tokens = Tokens::new(text).filter(|t| t.kind != Kind::Comment);
        tokens.any(|token| token.start == start && token.kind == Kind::Symbol).then_some(&text[start..end])
    })
}

/// The text with a name of the same length in the place of every `{{ … }}` and `${…}`.
pub(super) fn with_names_for_templates(text: &str) -> String {
    let mut named = text.to_owned();
    for (open, close) in [("{{", "}}"), ("${", "}")] {
        for (start, _) in text.match_indices(open) {
            if let Some(length) = text[start..].find(close) {
                let length = length + close.len();
                named.replace_range(start..start + length, &"x".repeat(length));
            }
        }
    }
    named
}

fn braces_template(text: &str) -> Option<&str> {
    let mut braces = text.match_indices("{{").filter_map(|(start, _)| {
        let length = text[start..].find("}}")? + 2;
        Some((start, &text[start..start + length]))
    });
    let first = braces.clone().next()?;
    let has_field = |inner: &str| inner.trim_start().starts_with('.') || inner.contains(" .");
    if let Some((_, found)) = braces.find(|(_, found)| has_field(&found[2..found.len() - 2])) {
        return Some(found);
    }
    let tokens: Vec<Token> = Tokens::new(text).filter(|t| t.kind != Kind::Comment).collect();
    let stands = tokens.iter().any(|token| token.start == first.0 && token.kind == Kind::Symbol);
    stands.then_some(first.1)
}

/// A variable of psql's in a statement: `:name`, `:'name'` or `:"name"`.
pub(super) struct Variable {
    /// The name with its quotes, after the colon.
    pub(super) name: Range<usize>,
    /// It becomes a string literal.
    pub(super) is_literal: bool,
}

/// The variables that psql would put values in for, had they been set.
pub(super) fn variables(text: &str) -> Vec<Variable> {
    let tokens: Vec<Token> = Tokens::new(text).filter(|t| t.kind != Kind::Comment).collect();
    let is_variable = |pair: &[Token]| {
        let [colon, name] = pair else { return None };
        let stands = &text[colon.start..colon.end] == ":" && colon.end == name.start;
        let names = matches!(name.kind, Kind::Word | Kind::String | Kind::QuotedIdentifier);
        // An array's slice is no variable.
        let sliced = text[..colon.start].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '"' | ']'));
        let is_literal = name.kind == Kind::String && text[name.start..].starts_with('\'');
        (stands && names && !sliced).then_some(Variable { name: name.start..name.end, is_literal })
    };
    tokens.windows(2).filter_map(is_variable).collect()
}

/// Commands that take the rest of their line as it is.
const WHOLE_LINE: &[&str] = &["!", "copy", "ef", "ev", "h", "help", "sf", "sv"];

/// The end of a command's line, or of the command where `\\` outside quotes ends it before that.
fn command_end(text: &str, start: usize) -> usize {
    let end = text[start..].find('\n').map_or(text.len(), |i| start + i);
    if WHOLE_LINE.contains(&name_of(&text[start..end])) {
        return end;
    }
    let mut quote = None;
    let line = &text.as_bytes()[start..end];
    for (at, &byte) in line.iter().enumerate().skip(1) {
        match quote {
            Some(open) if open == byte => quote = None,
            Some(_) => {}
            None if matches!(byte, b'\'' | b'"' | b'`') => quote = Some(byte),
            None if line[at..].starts_with(br"\\") => return start + at,
            None => {}
        }
    }
    end
}

pub(super) fn name_of(line: &str) -> &str {
    line[1..].split(|c: char| c.is_whitespace() || c == '\\').next().unwrap_or_default()
}

fn command(line: &str) -> Op {
    let name = name_of(line);
    let opaque = |why: &str| Op::Opaque { what: format!("\\{name}"), why: why.to_owned() };
    match name {
        "i" | "include" | "ir" | "include_relative" => {
            opaque("the statements of the file that it includes are not read")
        }
        "gexec" => opaque("psql runs what the query returns as statements"),
        "if" | "elif" | "else" | "endif" => opaque("which branch psql takes depends on its variables"),
        "c" | "connect" => opaque("what follows runs in another database"),
        "copy" => Op::NoEffect { what: "\\COPY", relation: None },
        // Each ends the statement before it as a semicolon does, or (`\gdesc`) asks for its columns only.
        "gdesc" => opaque("psql describes the query before it and does not run it"),
        _ => Op::NoEffect { what: "PSQL COMMAND", relation: None },
    }
}
