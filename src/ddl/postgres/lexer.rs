//! A small lexer for PostgreSQL's lexical rules: where comments, strings, dollar quotes and identifiers begin and end.
//!
//! `pg_query` finds statements and trees; this finds places: it trims comments off statements, cuts text that the grammar refuses, and gives names
//! their spans. It never fails: what is not terminated runs to the end of the text and says so. Rules: src/backend/parser/scan.l.

/// What a token is, as far as cutting and placing need.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A keyword or an unquoted identifier.
    Word,
    /// `"…"` or `U&"…"`.
    QuotedIdentifier,
    /// `'…'`, `E'…'`, `B'…'` and the like.
    String,
    /// `$tag$ … $tag$`
    DollarString,
    Number,
    /// `--` to the end of the line, or `/* … */`.
    Comment,
    Semicolon,
    /// One character of an operator or of punctuation, or `::`.
    Symbol,
    /// A backslash outside quotes: psql's own commands.
    Backslash,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The closing quote or `*/` was there.
    pub(super) terminated: bool,
}

/// Tokens of a text from an offset on; white space is skipped, comments are not.
#[derive(Clone, Debug)]
pub(super) struct Tokens<'a> {
    text: &'a str,
    position: usize,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, position: 0 }
    }

    /// Starts at a byte offset, which must stand between tokens.
    pub(super) fn at(text: &'a str, position: usize) -> Self {
        Self { text, position: position.min(text.len()) }
    }

    /// Goes on at a later offset (after psql data, say).
    pub(super) fn seek(&mut self, position: usize) {
        self.position = position.min(self.text.len());
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    fn find_from(&self, from: usize, needle: &str) -> Option<usize> {
        self.text.as_bytes().get(from..).and_then(|rest| memory_find(rest, needle.as_bytes())).map(|i| from + i)
    }

    fn token(&mut self, kind: Kind, start: usize, end: Option<usize>) -> Token {
        let terminated = end.is_some();
        let end = end.unwrap_or(self.text.len());
        self.position = end;
        Token { kind, start, end, terminated }
    }

    /// The end of a quoted text whose first quote stands before `from`; doubled quotes are part of it.
    fn quote_end(&self, mut from: usize, quote: u8, escapes: bool) -> Option<usize> {
        let bytes = self.text.as_bytes();
        while from < bytes.len() {
            if escapes && bytes[from] == b'\\' {
                from += 2;
            } else if bytes[from] != quote {
                from += 1;
            } else if self.byte(from + 1) == quote {
                from += 2;
            } else {
                return Some(from + 1);
            }
        }
        None
    }

    fn comment_end(&self, start: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let (mut at, mut depth) = (start + 2, 1_u32);
        while at < bytes.len() {
            match (bytes[at], self.byte(at + 1)) {
                (b'*', b'/') => {
                    at += 2;
                    depth -= 1;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                (b'/', b'*') => {
                    at += 2;
                    depth += 1;
                }
                _ => at += 1,
            }
        }
        None
    }

    /// The length of `$tag$` at `start`.
    fn dollar_tag(&self, start: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        while at < bytes.len() && bytes[at] != b'$' {
            let first = at == start + 1;
            if !(is_word_start(bytes[at]) || (!first && bytes[at].is_ascii_digit())) {
                return None;
            }
            at += 1;
        }
        (at < bytes.len()).then_some(at + 1 - start)
    }

    fn word_end(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start;
        while at < bytes.len() && is_word_part(bytes[at]) {
            at += 1;
        }
        at
    }

    fn number_end(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start;
        while at < bytes.len() {
            let b = bytes[at];
            let exponent_sign = matches!(b, b'+' | b'-') && matches!(bytes[at - 1], b'e' | b'E') && at > start;
            if !(b.is_ascii_alphanumeric() || b == b'_' || (b == b'.' && self.byte(at + 1) != b'.') || exponent_sign) {
                break;
            }
            at += 1;
        }
        at
    }

    fn word_or_prefixed(&mut self, start: usize) -> Token {
        let bytes = self.text.as_bytes();
        match (bytes[start].to_ascii_lowercase(), self.byte(start + 1)) {
            (b'e', b'\'') => {
                let end = self.quote_end(start + 2, b'\'', true);
                return self.token(Kind::String, start, end);
            }
            (b'b' | b'x' | b'n', b'\'') => {
                let end = self.quote_end(start + 2, b'\'', false);
                return self.token(Kind::String, start, end);
            }
            (b'u', b'&') if self.byte(start + 2) == b'\'' => {
                let end = self.quote_end(start + 3, b'\'', false);
                return self.token(Kind::String, start, end);
            }
            (b'u', b'&') if self.byte(start + 2) == b'"' => {
                let end = self.quote_end(start + 3, b'"', false);
                return self.token(Kind::QuotedIdentifier, start, end);
            }
            _ => {}
        }
        let end = self.word_end(start);
        self.token(Kind::Word, start, Some(end))
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let bytes = self.text.as_bytes();
        while self.position < bytes.len() && matches!(bytes[self.position], b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
        {
            self.position += 1;
        }
        let start = self.position;
        let byte = *bytes.get(start)?;
        Some(match byte {
            b'-' if self.byte(start + 1) == b'-' => {
                let end = self.find_from(start, "\n").unwrap_or(bytes.len());
                self.token(Kind::Comment, start, Some(end))
            }
            b'/' if self.byte(start + 1) == b'*' => {
                let end = self.comment_end(start);
                self.token(Kind::Comment, start, end)
            }
            b'\'' => {
                let end = self.quote_end(start + 1, b'\'', false);
                self.token(Kind::String, start, end)
            }
            b'"' => {
                let end = self.quote_end(start + 1, b'"', false);
                self.token(Kind::QuotedIdentifier, start, end)
            }
            b'$' if self.dollar_tag(start).is_some() => {
                let length = self.dollar_tag(start).unwrap_or(1);
                let tag = &self.text[start..start + length];
                let end = self.find_from(start + length, tag).map(|at| at + length);
                self.token(Kind::DollarString, start, end)
            }
            b';' => self.token(Kind::Semicolon, start, Some(start + 1)),
            b'\\' => self.token(Kind::Backslash, start, Some(start + 1)),
            b':' if self.byte(start + 1) == b':' => self.token(Kind::Symbol, start, Some(start + 2)),
            b'0'..=b'9' => {
                let end = self.number_end(start);
                self.token(Kind::Number, start, Some(end))
            }
            b if is_word_start(b) => self.word_or_prefixed(start),
            _ => self.token(Kind::Symbol, start, Some(start + 1)),
        })
    }
}

fn memory_find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(i) = haystack[from..].iter().position(|&b| b == first) {
        if haystack[from + i..].starts_with(needle) {
            return Some(from + i);
        }
        from += i + 1;
    }
    None
}

fn is_word_start(b: u8) -> bool {
    b.is_ascii_alphabetic() || b == b'_' || b >= 0x80
}

fn is_word_part(b: u8) -> bool {
    is_word_start(b) || b.is_ascii_digit() || b == b'$'
}

/// The identifier that a word or quoted identifier names, folded and unquoted, not cut; `None` for other tokens. `U&` escapes stay.
pub(super) fn identifier(text: &str, token: Token) -> Option<String> {
    let written = text.get(token.start..token.end)?;
    match token.kind {
        Kind::Word => Some(fold(written)),
        Kind::QuotedIdentifier => {
            let inner = written.get(written.find('"')? + 1..)?;
            Some(inner.strip_suffix('"').unwrap_or(inner).replace("\"\"", "\""))
        }
        _ => None,
    }
}

/// Lower case for ASCII letters, as `downcase_identifier` does in a multi-byte encoding.
pub(super) fn fold(word: &str) -> String {
    word.to_ascii_lowercase()
}

/// Cuts a name to 63 bytes at a character boundary (NAMEDATALEN - 1).
pub(super) fn truncate(name: &str) -> &str {
    if name.len() <= 63 {
        return name;
    }
    let mut end = 63;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}

/// `start..end` without leading and trailing white space and comments; `None` when nothing else is in it.
pub(super) fn trim(text: &str, start: usize, end: usize) -> Option<(usize, usize)> {
    let part = text.get(start..end)?;
    let mut tokens = Tokens::new(part).filter(|t| t.kind != Kind::Comment);
    let first = tokens.next()?;
    let tail = part.trim_end_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    // A comment can only end the part when its last line has `--` or it ends in `*/`.
    let last_line = &tail[tail.rfind('\n').map_or(0, |i| i + 1)..];
    let last = if last_line.contains("--") || tail.ends_with("*/") {
        tokens.last().map_or(first.end, |t| t.end)
    } else {
        tail.len()
    };
    Some((start + first.start, start + last.max(first.end)))
}

/// Whether two texts are the same but for white space and comments.
#[must_use]
pub fn same_tokens(a: &str, b: &str) -> bool {
    let words = |text| Tokens::new(text).filter(|token: &Token| token.kind != Kind::Comment);
    words(a).map(|token| &a[token.start..token.end]).eq(words(b).map(|token| &b[token.start..token.end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &[&str]) {
        let found: Vec<&str> = Tokens::new(text).map(|t| &text[t.start..t.end]).collect();
        assert_eq!(found, expect, "{text}");
    }

    #[test]
    fn tokens() {
        check("a.\"B c\" 'it''s' E'\\'' -- x\n;", &["a", ".", "\"B c\"", "'it''s'", "E'\\''", "-- x", ";"]);
        check("/* a /* b */ c */ 1.5e-3", &["/* a /* b */ c */", "1.5e-3"]);
        check("$a$ ; $b$ $a$ $1 x$y", &["$a$ ; $b$ $a$", "$", "1", "x$y"]);
        check("x::int U&\"d\" 'open", &["x", "::", "int", "U&\"d\"", "'open"]);
        check("1..10", &["1", ".", ".", "10"]);
    }

    #[test]
    fn trims_comments() {
        let cut = |text: &str| trim(text, 0, text.len()).map(|(a, b)| text[a..b].to_owned());
        assert_eq!(cut(" /* a */ -- b\n SELECT 1 -- c\n"), Some("SELECT 1".into()));
        assert_eq!(cut("SELECT '--' /* x */ "), Some("SELECT '--'".into()));
        assert_eq!(cut("-- only\n"), None);
    }

    #[test]
    fn truncates_at_a_character() {
        let name = format!("{}é", "a".repeat(62));
        assert_eq!(truncate(&name), "a".repeat(62));
    }
}
