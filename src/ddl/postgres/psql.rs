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
        lower.contains("copy") && lower.contains("stdin")
    };
    (text.contains('\\') || has_copy()) && Tokens::new(text).any(|t| t.kind == Kind::Backslash) || has_copy()
}

/// Cuts a script into SQL and psql's lines.
pub(super) fn cut(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut cutter = Cutter::default();
    let mut words = Words::default();
    let mut tokens = Tokens::new(text);
    while let Some(token) = tokens.next() {
        if token.kind == Kind::Comment {
            continue;
        }
        if token.kind == Kind::Backslash {
            let end = text[token.start..].find('\n').map_or(text.len(), |i| token.start + i);
            let line = text[token.start..end].trim_end();
            parts.push(Part::Sql(start..token.start));
            parts.push(Part::Command { range: token.start..token.start + line.len(), op: Box::new(command(line)) });
            start = end;
            tokens.seek(end);
            cutter = Cutter::default();
            words = Words::default();
            continue;
        }
        words.see(text, token);
        if cutter.ends_statement(text, token) {
            let reads_data = std::mem::take(&mut words).copies_from_stdin();
            if reads_data && let Some(end) = data_end(text, token.end) {
                parts.push(Part::Sql(start..token.end));
                start = end;
                tokens.seek(end);
            }
        }
    }
    parts.push(Part::Sql(start..text.len()));
    parts
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
        self.stdin |= self.from && word.eq_ignore_ascii_case("stdin");
        self.from = word.eq_ignore_ascii_case("from");
    }

    fn copies_from_stdin(self) -> bool {
        self.copy && self.stdin
    }
}

/// The end of the data that begins on the line after `from`: past the line `\.`, or the end of the text. `None` when no such line follows,
/// for then the data does not stand in the script.
fn data_end(text: &str, from: usize) -> Option<usize> {
    let mut at = from + text[from..].find('\n')? + 1;
    loop {
        let end = text[at..].find('\n').map(|i| at + i);
        if text[at..end.unwrap_or(text.len())].trim_end() == "\\." {
            return Some(end.unwrap_or(text.len()));
        }
        at = end? + 1;
    }
}

fn command(line: &str) -> Op {
    let name = line[1..].split(|c: char| c.is_whitespace()).next().unwrap_or_default();
    let opaque = |why: &str| Op::Opaque { what: format!("\\{name}"), why: why.to_owned() };
    match name {
        "i" | "include" | "ir" | "include_relative" => {
            opaque("the statements of the file that it includes are not read")
        }
        "gexec" => opaque("psql runs what the query returns as statements"),
        "if" | "elif" | "else" | "endif" => opaque("which branch psql takes depends on its variables"),
        "c" | "connect" => opaque("what follows runs in another database"),
        "copy" => Op::NoEffect { what: "\\COPY", relation: None },
        "g" | "gset" | "gx" | "gdesc" | "crosstabview" => opaque("psql runs the query buffer at this point"),
        _ => Op::NoEffect { what: "PSQL COMMAND", relation: None },
    }
}
