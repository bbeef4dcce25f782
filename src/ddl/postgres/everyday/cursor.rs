//! A place among the tokens of a text, and the smallest things that are read there.

use crate::ddl::Name;
use crate::ddl::postgres::lexer::{Kind, Token, identifier, truncate};
use crate::ddl::postgres::parse::Source;
use crate::ddl::postgres::print::is_keyword;
use crate::source::Span;

/// Reads on from one token to the next. What does not fit is not read; a reader that fails halfway leaves the cursor anywhere, and its statement to
/// the grammar.
pub(super) struct Cursor<'a> {
    pub(super) source: Source<'a>,
    /// Without comments.
    tokens: &'a [Token],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(source: Source<'a>, tokens: &'a [Token], at: usize) -> Self {
        Self { source, tokens, at }
    }

    /// The index of the next token.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).copied()
    }

    /// The next token's text.
    pub(super) fn text(&self) -> Option<&'a str> {
        self.peek().map(|token| self.text_of(token))
    }

    pub(super) fn text_of(&self, token: Token) -> &'a str {
        &self.source.text[token.start..token.end]
    }

    /// The statement ends here.
    pub(super) fn at_end(&self) -> bool {
        self.peek().is_none_or(|token| token.kind == Kind::Semicolon)
    }

    /// Takes the next token where it has this kind.
    pub(super) fn take(&mut self, kind: Kind) -> Option<Token> {
        let token = self.peek().filter(|token| token.kind == kind)?;
        self.at += 1;
        Some(token)
    }

    fn is_word(&self, ahead: usize, word: &str) -> bool {
        let token = self.tokens.get(self.at + ahead).copied();
        token.is_some_and(|t| t.kind == Kind::Word && self.text_of(t).eq_ignore_ascii_case(word))
    }

    /// Takes a keyword, in lower case here.
    pub(super) fn word(&mut self, word: &str) -> bool {
        let found = self.is_word(0, word);
        self.at += usize::from(found);
        found
    }

    /// Takes all of some keywords, or none.
    pub(super) fn words(&mut self, words: &[&str]) -> bool {
        let found = words.iter().enumerate().all(|(ahead, word)| self.is_word(ahead, word));
        if found {
            self.at += words.len();
        }
        found
    }

    pub(super) fn symbol(&mut self, symbol: &str) -> bool {
        let found = self.peek().is_some_and(|t| t.kind == Kind::Symbol && self.text_of(t) == symbol);
        self.at += usize::from(found);
        found
    }

    /// An identifier, cut to the server's length (ColId without the words that mean something else in some places).
    pub(super) fn identifier(&mut self) -> Option<(String, Token)> {
        let token = self.peek()?;
        let written = self.text_of(token);
        let name = match token.kind {
            Kind::QuotedIdentifier if written.starts_with('"') && written.len() > 2 => {
                identifier(written, shifted(token))?
            }
            Kind::Word if written.is_ascii() => {
                identifier(written, shifted(token)).filter(|name| !is_keyword(name) && !looks_ahead(name))?
            }
            _ => return None,
        };
        self.at += 1;
        let name = if name.len() > 63 { truncate(&name).to_owned() } else { name };
        Some((name, token))
    }

    pub(super) fn column(&mut self) -> Option<String> {
        self.identifier().map(|(name, _)| name)
    }

    /// `a` or `a.b`.
    pub(super) fn qualified(&mut self) -> Option<Name> {
        let (first, start) = self.identifier()?;
        if !self.symbol(".") {
            return Some(Name { schema: None, name: first, span: self.source.span(start.start..start.end) });
        }
        let (name, end) = self.identifier()?;
        let deeper = self.symbol(".");
        let span = self.source.span(start.start..end.end);
        (!deeper).then_some(Name { schema: Some(first), name, span })
    }

    /// `(a, b)`
    pub(super) fn columns(&mut self) -> Option<Vec<String>> {
        self.parenthesised(Self::column)
    }

    /// One or more of something in parentheses.
    pub(super) fn parenthesised<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        if !self.symbol("(") {
            return None;
        }
        let mut out = Vec::with_capacity(4);
        loop {
            out.push(item(self)?);
            if self.symbol(")") {
                return Some(out);
            }
            if !self.symbol(",") {
                return None;
            }
        }
    }

    /// A string constant without escapes: its value and its token. Two that the scanner would join are not taken.
    pub(super) fn string(&mut self) -> Option<(String, Token)> {
        let token = self.peek().filter(|t| t.kind == Kind::String)?;
        let inner = self.text_of(token).strip_prefix('\'')?.strip_suffix('\'')?;
        self.at += 1;
        let joined = self.peek().is_some_and(|t| t.kind == Kind::String);
        (!joined).then(|| (inner.replace("''", "'"), token))
    }

    /// From a token on to the last one taken.
    pub(super) fn span_from(&self, start: usize) -> Span {
        let end = self.tokens.get(self.at.wrapping_sub(1)).map_or(start, |t| t.end);
        self.source.span(start..end)
    }

    /// The offset of the next token; the text's end where there is none.
    pub(super) fn offset(&self) -> usize {
        self.peek().map_or(self.source.text.len(), |t| t.start)
    }

    /// `IF NOT EXISTS`
    pub(super) fn if_not_exists(&mut self) -> bool {
        self.words(&["if", "not", "exists"])
    }

    /// `IF EXISTS`
    pub(super) fn if_exists(&mut self) -> bool {
        self.words(&["if", "exists"])
    }

    /// `CASCADE`, `RESTRICT` or nothing: whether it cascades.
    pub(super) fn cascade(&mut self) -> bool {
        let cascade = self.word("cascade");
        if !cascade {
            self.word("restrict");
        }
        cascade
    }
}

/// Words that the parser joins with the one after them (parser.c, base_yylex).
fn looks_ahead(name: &str) -> bool {
    matches!(name, "format" | "nulls" | "without")
}

/// A token of a text that begins with it.
fn shifted(token: Token) -> Token {
    Token { start: 0, end: token.end - token.start, ..token }
}
