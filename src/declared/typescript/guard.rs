//! Bounds that a file must keep before its parser sees it.
//!
//! oxc's parser recurses without a guard, and a stack overflow cannot be caught. So the nesting is estimated first by a scan that knows
//! strings, comments, templates and regular expressions, and counts brackets and every token that can nest without one (`?`, `=>`,
//! unary operators, `else`, type arguments). Parsing then runs on a stack that holds the allowed nesting many times over.

/// The largest file that is parsed, in bytes.
pub(super) const MAX_BYTES: usize = 8 << 20;
/// The deepest nesting that is parsed.
pub(super) const MAX_NESTING: usize = 20_000;

/// Stands for a keyword after which an operand, and so a regular expression, may follow.
const KEYWORD: u8 = 1;

/// A bound that a file breaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Exceeded {
    /// Byte offset.
    pub at: usize,
    pub what: &'static str,
}

/// Checks size and nesting of a text.
pub(super) fn check(text: &str) -> Result<(), Exceeded> {
    if text.len() > MAX_BYTES {
        return Err(Exceeded { at: 0, what: "has more than 8 MiB" });
    }
    Scan { bytes: text.as_bytes(), at: 0, levels: vec![Level::default()], nesting: 0, last: 0 }.run()
}

#[derive(Clone, Copy, Default)]
struct Level {
    /// Tokens that nest without a bracket and are still open here; ends at `;` and `,`.
    debt: usize,
    /// `<` not yet closed, and `else`: neither ends at a comma.
    lasting: usize,
    /// Opened by `${`: its `}` goes back into the template.
    template: bool,
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    levels: Vec<Level>,
    nesting: usize,
    /// The last byte that is neither space nor comment, to tell division from a regular expression.
    last: u8,
}

impl Scan<'_> {
    fn run(mut self) -> Result<(), Exceeded> {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'/' if self.next() == Some(b'/') => self.line(),
                b'/' if self.next() == Some(b'*') => self.block_comment(),
                b'/' if self.regex_may_start() => self.regex(),
                b'"' | b'\'' => self.string(byte),
                b'`' => {
                    self.at += 1;
                    self.template();
                }
                _ => self.token(byte),
            }
            if self.nesting > MAX_NESTING {
                return Err(Exceeded { at: self.at, what: "is nested too deeply" });
            }
        }
        Ok(())
    }

    fn next(&self) -> Option<u8> {
        self.bytes.get(self.at + 1).copied()
    }

    fn token(&mut self, byte: u8) {
        match byte {
            b'(' | b'[' | b'{' => self.open(false),
            b')' | b']' => self.close(),
            b'}' => {
                let template = self.levels.last().is_some_and(|level| level.template);
                self.close();
                if template {
                    self.at += 1;
                    self.template();
                    return;
                }
            }
            b';' | b',' => self.reset(),
            b'<' => self.lasting(1),
            b'>' if self.last == b'=' => self.debt(),
            b'>' => self.lasting(-1),
            b'?' | b'!' | b'~' | b'-' | b'+' | b'=' | b'*' | b'@' | b':' => self.debt(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' | 0x80.. => return self.word(),
            _ => {}
        }
        self.last = byte;
        self.at += 1;
    }

    fn word(&mut self) {
        let (start, at_line_start) = (self.at, self.at_line_start());
        while self.bytes.get(self.at).is_some_and(|&b| b.is_ascii_alphanumeric() || b == b'_' || b == b'$' || b >= 0x80)
        {
            self.at += 1;
        }
        match &self.bytes[start..self.at] {
            b"else" => self.lasting(1),
            // These begin a statement and are no part of an expression, so that what came before has ended without a semicolon.
            b"export" | b"const" if at_line_start => {
                let level = std::mem::take(self.top());
                self.nesting -= level.debt + level.lasting;
                self.top().template = level.template;
            }
            word @ (b"typeof" | b"void" | b"delete" | b"new" | b"await" | b"yield" | b"keyof" | b"readonly"
            | b"unique" | b"infer" | b"extends" | b"if" | b"for" | b"while" | b"do" | b"with" | b"async"
            | b"return") => {
                // After a block or a semicolon a statement begins that is no part of the one before.
                if matches!(self.last, b'}' | b';') && matches!(word, b"if" | b"for" | b"while" | b"do" | b"return") {
                    self.reset();
                }
                self.debt();
                self.last = KEYWORD;
                return;
            }
            _ => {}
        }
        self.last = b'a';
    }

    fn at_line_start(&self) -> bool {
        self.bytes[..self.at].iter().rev().find(|b| !matches!(b, b' ' | b'\t')).is_none_or(|&b| b == b'\n')
    }

    fn open(&mut self, template: bool) {
        self.nesting += 1;
        self.levels.push(Level { template, ..Level::default() });
    }

    fn close(&mut self) {
        if self.levels.len() > 1
            && let Some(level) = self.levels.pop()
        {
            self.nesting -= 1 + level.debt + level.lasting;
        }
    }

    fn top(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            self.levels.push(Level::default());
        }
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    fn debt(&mut self) {
        self.top().debt += 1;
        self.nesting += 1;
    }

    fn reset(&mut self) {
        let debt = std::mem::take(&mut self.top().debt);
        self.nesting -= debt;
    }

    fn lasting(&mut self, change: isize) {
        let level = self.top();
        if change > 0 {
            level.lasting += 1;
            self.nesting += 1;
        } else if level.lasting > 0 {
            level.lasting -= 1;
            self.nesting -= 1;
        }
    }

    fn line(&mut self) {
        while self.bytes.get(self.at).is_some_and(|&b| b != b'\n') {
            self.at += 1;
        }
    }

    fn block_comment(&mut self) {
        self.at += 2;
        while self.at < self.bytes.len() {
            if self.bytes[self.at..].starts_with(b"*/") {
                self.at += 2;
                return;
            }
            self.at += 1;
        }
    }

    fn string(&mut self, quote: u8) {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'\n' => break,
                _ if byte == quote => break,
                _ => {}
            }
        }
        self.last = b'a';
    }

    /// From the byte after the opening quote or after the `}` of a value, to the closing quote or the next `${`.
    fn template(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'`' => break,
                b'$' if self.bytes.get(self.at) == Some(&b'{') => {
                    self.at += 1;
                    self.open(true);
                    self.last = b';';
                    return;
                }
                _ => {}
            }
        }
        self.last = b'a';
    }

    fn regex_may_start(&self) -> bool {
        !matches!(self.last, b'a' | b')' | b']' | b'}' | b'0'..=b'9' | b'.')
    }

    fn regex(&mut self) {
        let (start, mut class) = (self.at, false);
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => break,
                b'\n' => {
                    // No regular expression after all.
                    self.at = start + 1;
                    self.last = b'/';
                    return;
                }
                _ => {}
            }
        }
        self.last = b'a';
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> bool {
        check(text).is_err()
    }

    #[test]
    fn deep_nesting_is_refused() {
        for opener in
            ["(", "[", "{", "!", "a?", "x=>", "f<", "if(a){}else ", "`${", "typeof ", "-", "do if(a)", "if(a)"]
        {
            assert!(refused(&format!("let a = {}", opener.repeat(30_000))), "{opener}");
        }
    }

    #[test]
    fn long_files_are_not_deep() {
        for line in [
            "export const a = pgTable('a', { id: serial('id').$type<A>().primaryKey(), b: text() });\n",
            "if (a < b) { c = d ? e : f; }\n",
            "const re = /[(`\"]/; const s = '((('; // ((((\n",
            "const q = `(((${a}(((`; /* ((( */\n",
            "export const q = a ? !b : c < d\n",
            "type T = { a: string; b: Array<Map<string, number>>; c: () => void };\n",
        ] {
            assert_eq!(check(&line.repeat(40_000)), Ok(()), "{line}");
        }
    }
}
