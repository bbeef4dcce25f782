//! Comments of the files that findings point into, with what they stand above.
//!
//! Just enough of each language's lexer to tell a comment from a string; everything else is skipped, and no text can make this fail.

use std::ops::Range;

/// A comment.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Comment {
    /// With its marks.
    pub(super) range: Range<usize>,
    /// What the comment is about: a statement, or the rest of a line.
    pub(super) covers: Range<usize>,
}

impl Comment {
    /// What it says, without marks and surrounding white space.
    pub(super) fn text<'a>(&self, source: &'a str) -> &'a str {
        let text = &source[self.range.clone()];
        let text = text.strip_prefix("/*").map_or(text, |t| t.strip_suffix("*/").unwrap_or(t));
        text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '/' | '#' | '*')).trim_end()
    }
}

/// The comments of a text, by the language that its path's ending names.
pub(super) fn comments(path: &str, text: &str) -> Vec<Comment> {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "sql" => Scanner::new(text, SQL).run(),
        "json" => Vec::new(),
        "toml" | "yaml" | "yml" | "rb" => Scanner::new(text, HASH).run(),
        _ => Scanner::new(text, SLASHES).run(),
    }
}

/// What a language's lexer does.
#[derive(Clone, Copy)]
struct Lexis {
    line: &'static str,
    block: bool,
    nested: bool,
    quotes: &'static [u8],
    backslash: bool,
    /// Has statements that end in `;` and dollar quotes.
    sql: bool,
}

const SQL: Lexis = Lexis { line: "--", block: true, nested: true, quotes: b"'\"", backslash: false, sql: true };
const SLASHES: Lexis = Lexis { line: "//", block: true, nested: false, quotes: b"'\"`", backslash: true, sql: false };
const HASH: Lexis = Lexis { line: "#", block: false, nested: false, quotes: b"'\"", backslash: true, sql: false };

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    lexis: Lexis,
    at: usize,
    /// Comments since the last code, which still wait to learn what they cover; each with whether it began a statement.
    waiting: Vec<(Range<usize>, bool)>,
    /// Comments that cover the statement that is being read.
    open: Vec<(Range<usize>, usize)>,
    /// No code of the current statement was met yet.
    at_start: bool,
    /// Code was met on the current line.
    code_on_line: Option<usize>,
    out: Vec<Comment>,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, lexis: Lexis) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            lexis,
            at: 0,
            waiting: Vec::new(),
            open: Vec::new(),
            at_start: true,
            code_on_line: None,
            out: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<Comment> {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\n' => {
                    self.code_on_line = None;
                    self.at += 1;
                }
                _ if byte.is_ascii_whitespace() => self.at += 1,
                _ if self.starts_with(self.lexis.line) => {
                    let end = self.line_end(self.at);
                    self.comment(end);
                }
                b'/' if self.lexis.block && self.starts_with("/*") => {
                    let end = self.block_end();
                    self.comment(end);
                }
                _ => self.code(byte),
            }
        }
        self.close(self.bytes.len());
        for (range, _) in std::mem::take(&mut self.waiting) {
            self.out.push(Comment { covers: range.end..range.end, range });
        }
        self.out.sort_by_key(|comment| comment.range.start);
        self.out
    }

    fn starts_with(&self, mark: &str) -> bool {
        self.bytes[self.at..].starts_with(mark.as_bytes())
    }

    fn line_end(&self, from: usize) -> usize {
        self.bytes[from..].iter().position(|&b| b == b'\n').map_or(self.bytes.len(), |n| from + n)
    }

    fn block_end(&self) -> usize {
        let mut depth = 0usize;
        let mut at = self.at;
        while at < self.bytes.len() {
            if self.bytes[at..].starts_with(b"/*") && (self.lexis.nested || depth == 0) {
                depth += 1;
                at += 2;
            } else if self.bytes[at..].starts_with(b"*/") {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            } else {
                at += 1;
            }
        }
        at
    }

    fn comment(&mut self, end: usize) {
        let range = self.at..end;
        self.at = end;
        if self.text[range.clone()].starts_with("--> statement-breakpoint") {
            // drizzle's own mark between statements.
            self.close(range.start);
            return;
        }
        match self.code_on_line {
            Some(start) => self.out.push(Comment { covers: start..range.start, range }),
            None => self.waiting.push((range, self.at_start)),
        }
    }

    /// One token of code; a string is one.
    fn code(&mut self, byte: u8) {
        let start = self.at;
        if self.code_on_line.is_none() {
            self.code_on_line = Some(start);
        }
        for (range, began) in std::mem::take(&mut self.waiting) {
            if began && self.lexis.sql {
                self.open.push((range, start));
            } else {
                self.out.push(Comment { covers: start..self.line_end(start), range });
            }
        }
        self.at_start = false;
        if self.lexis.quotes.contains(&byte) {
            self.at = self.quoted_end(byte);
        } else if byte == b'$' && self.lexis.sql {
            self.at = self.dollar_end();
        } else {
            self.at += 1;
        }
        if let Some(newline) = self.bytes[start..self.at].iter().rposition(|&b| b == b'\n') {
            self.code_on_line = Some(start + newline + 1);
        }
        if byte == b';' && self.lexis.sql {
            self.close(self.at);
        }
    }

    fn close(&mut self, end: usize) {
        self.at_start = true;
        for (range, start) in std::mem::take(&mut self.open) {
            self.out.push(Comment { covers: start..end, range });
        }
    }

    fn quoted_end(&self, quote: u8) -> usize {
        let escapes = self.lexis.backslash || (self.at > 0 && matches!(self.bytes[self.at - 1], b'e' | b'E'));
        let mut at = self.at + 1;
        while let Some(&byte) = self.bytes.get(at) {
            at += 1;
            if byte == b'\\' && escapes {
                at += 1;
            } else if byte == quote {
                return at;
            } else if byte == b'\n' && !self.lexis.sql && quote != b'`' {
                // A quote that its line does not close is no string (a regular expression, an apostrophe in JSX).
                return at - 1;
            }
        }
        self.bytes.len()
    }

    fn dollar_end(&self) -> usize {
        let rest = &self.text[self.at + 1..];
        let tag = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(rest, |n| &rest[..n]);
        let body = self.at + 1 + tag.len() + 1;
        if !rest[tag.len()..].starts_with('$') {
            return self.at + 1;
        }
        let mark = format!("${tag}$");
        self.text[body..].find(&mark).map_or(self.bytes.len(), |n| body + n + mark.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `comment text => what it covers`, a line each.
    fn check(path: &str, text: &str, expect: &[&str]) {
        let got: Vec<String> = comments(path, text)
            .iter()
            .map(|c| format!("{} => {}", c.text(text), text[c.covers.clone()].replace('\n', "⏎")))
            .collect();
        assert_eq!(got, expect);
    }

    #[test]
    fn sql() {
        check("a.sql", "-- one\nDROP TABLE a;\nDROP TABLE b;", &["one => DROP TABLE a;"]);
        check(
            "a.sql",
            "-- all\nALTER TABLE a\n  -- this\n  DROP b,\n  DROP c;",
            &["all => ALTER TABLE a⏎  -- this⏎  DROP b,⏎  DROP c;", "this => DROP b,"],
        );
        check(
            "a.sql",
            "SELECT '-- no', \"--no\", $x$ -- no $x$; -- own",
            &["own => SELECT '-- no', \"--no\", $x$ -- no $x$; "],
        );
        check("a.sql", "SELECT E'\\'-- no'; /* a /* b */ c */ SELECT 1", &["a /* b */ c => SELECT E'\\'-- no'; "]);
        check("a.sql", "-- x\nDROP TABLE a\n--> statement-breakpoint\nDROP TABLE b", &["x => DROP TABLE a⏎"]);
        check("a.sql", "DROP TABLE a;\n-- nothing follows", &["nothing follows => "]);
        check("a.sql", "SELECT $1, 'open -- no", &[]);
    }

    #[test]
    fn typescript_and_prisma() {
        check(
            "a.ts",
            "// one\nconst a = '//no';\nconst b = `// no\n//no`; // own",
            &["one => const a = '//no';", "own => //no`; "],
        );
        check("a.prisma", "/// doc\nid Int\n", &["doc => id Int"]);
        check("a.ts", "/* a */ const x = 1\nit's\n// b\ny", &["a => const x = 1", "b => y"]);
        check("a.ts", "/*\n * two\n */\nx", &["two => x"]);
        check("a.rb", "# c\na = '#'\n", &["c => a = '#'"]);
        check("a.json", "// no", &[]);
        check("a.toml", "# c\na = '#'\n", &["c => a = '#'"]);
    }
}
