//! From a section of a file to statements and syntax errors.
//!
//! The usual case costs one call of PostgreSQL's grammar for the whole section. Where that fails, the section is cut as its runner cuts it,
//! and each part parsed by itself, so that one bad statement costs one finding. libpg_query's Rust binding reports no position with an
//! error; [`super::syntax`] finds it.

use std::cell::RefCell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use pg_query::protobuf::RawStmt;

use super::everyday::{self, Piece};
use super::lexer::{self, Kind, Tokens};
use super::lower::{Lower, lower};
use super::plpgsql::program_syntax_error;
use super::syntax::{SyntaxError, locate};
use super::{older_words, psql};
use crate::ddl::{Name, Op, Statement};
use crate::migrations::Splitting;
use crate::source::{FileId, SourceFile, Span};

/// One statement of a section.
#[derive(Clone, PartialEq, Debug)]
#[allow(clippy::large_enum_variant)] // built once and read in order
pub enum Parsed {
    Statement(Statement),
    Error(SyntaxError),
}

impl Parsed {
    /// The statement, without its semicolon.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Statement(statement) => statement.span,
            Self::Error(error) => error.statement,
        }
    }
}

/// Bytes that are given to the grammar at once, where a text has more.
const BATCH: usize = 256 * 1024;

const BREAKPOINT: &str = "--> statement-breakpoint";

/// Parses one section of a file, in order. Wants a thread with a large stack for deeply nested input; see [`super::parse_all`].
#[must_use]
pub fn parse_section(file: &SourceFile, section: Span, splitting: Splitting) -> Vec<Parsed> {
    let Some(text) = file.text.get(section.range()) else { return Vec::new() };
    let mut source = Source { file: file.id, base: section.start as usize, text, fixed: None };
    let mut out = Vec::new();
    if let Some(rest) = source.text.strip_prefix('\u{feff}') {
        // PostgreSQL's clients drop a byte order mark at a file's beginning.
        source = Source { base: source.base + 3, text: rest, ..source };
    }
    match splitting {
        Splitting::DrizzleBreakpoints => source.drizzle(&mut out),
        Splitting::Psql | Splitting::Server => source.script(&mut out),
    }
    let mut escapes = false;
    // What is no SQL before somebody puts values in cannot be known here; it is no error of its author's.
    for parsed in &mut out {
        if let Parsed::Statement(Statement { op: Op::Set { name, values, .. }, .. }) = parsed
            && name == "standard_conforming_strings"
        {
            let value = values.as_ref().and_then(|values| values.first());
            escapes =
                value.is_some_and(|value| matches!(value.to_ascii_lowercase().as_str(), "off" | "false" | "0" | "no"));
        }
        let (span, program) = match parsed {
            // The grammar here reads strings by the standard.
            Parsed::Error(error) if escapes => {
                let span = error.statement;
                let why = "`standard_conforming_strings` is off, and its strings are not read that way here";
                *parsed =
                    Parsed::Statement(Statement { span, op: Op::Opaque { what: "statement".into(), why: why.into() } });
                continue;
            }
            Parsed::Error(error) => (error.statement, None),
            // Its body is no SQL to the grammar.
            Parsed::Statement(Statement { span, op: Op::Do { language, .. } }) => (*span, Some(language.as_str())),
            Parsed::Statement(_) => continue,
        };
        let at = |offset: u32| offset as usize - source.base;
        let statement = source.part(at(span.start)..at(span.end));
        let reads = || program == Some("plpgsql") && program_syntax_error(statement.text).is_none();
        let filled_in = statement.filled_in().filter(|_| !reads()).or_else(|| match splitting {
            Splitting::Psql if matches!(parsed, Parsed::Error(_)) => statement.with_psql_variables(),
            _ => None,
        });
        if let Some(op) = filled_in {
            *parsed = Parsed::Statement(Statement { span, op });
        }
    }
    out
}

/// Why text that does not parse may be no error: a template engine fills it in before it is sent. To be asked of such text only, since
/// a literal may hold braces of its own.
#[must_use]
pub fn filled_in_by_template(text: &str) -> Option<String> {
    let template = psql::template(text)?.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(format!("a template puts in the value of `{template}`, which is not known"))
}

/// Parses text that stands in `file` from byte `base` on.
#[must_use]
pub fn parse_text(file: FileId, base: usize, text: &str) -> Vec<Parsed> {
    let mut out = Vec::new();
    Source { file, base, text, fixed: None }.whole(&mut out);
    out
}

/// Parses text that stands in no file, such as an `EXECUTE`d string: every span is `at`. Each statement comes with its text.
#[must_use]
pub fn parse_computed(at: Span, text: &str) -> Vec<(Parsed, String)> {
    // Once for the places, once for the statements.
    let placed = parse_text(at.file, 0, text);
    let mut out = Vec::new();
    Source { file: at.file, base: 0, text, fixed: Some(at) }.whole(&mut out);
    let text_of = |p: &Parsed| text.get(p.span().range()).unwrap_or_default().to_owned();
    out.into_iter().zip(placed.iter().map(text_of)).collect()
}

/// Where a migration is one comment that holds SQL, as `drizzle-kit pull` writes its baseline: the span of the text between `/*` and `*/`.
/// Leading line comments are allowed; anything else outside the comment makes it no baseline.
#[must_use]
pub fn commented_baseline(file: &SourceFile, section: Span) -> Option<Span> {
    let text = file.text.get(section.range())?;
    let mut block = None;
    for token in Tokens::new(text.trim_start_matches('\u{feff}')) {
        let offset = if text.starts_with('\u{feff}') { 3 } else { 0 };
        if token.kind != Kind::Comment {
            return None;
        }
        if text[token.start + offset..].starts_with("/*") && block.replace((token, offset)).is_some() {
            return None;
        }
    }
    let (token, offset) = block?;
    let end = if token.terminated { token.end - 2 } else { token.end };
    let inner = text.get(token.start + offset + 2..end + offset)?;
    let has_sql = Tokens::new(inner).any(|t| t.kind == Kind::Semicolon);
    let base = section.start as usize + offset;
    has_sql.then(|| Span::new(file.id, base + token.start + 2, base + end))
}

/// A text to parse and its place in a file.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: FileId,
    /// Offset of `text` in the file.
    pub(super) base: usize,
    pub(super) text: &'a str,
    /// The span of everything, for text that stands in no file.
    pub(super) fixed: Option<Span>,
}

impl<'a> Source<'a> {
    fn part(self, range: Range<usize>) -> Self {
        Self { base: self.base + range.start, text: self.text.get(range).unwrap_or_default(), ..self }
    }

    pub(super) fn span(self, range: Range<usize>) -> Span {
        self.fixed.unwrap_or_else(|| Span::new(self.file, self.base + range.start, self.base + range.end))
    }

    /// A breakpoint is a line comment to the grammar, so the whole section usually parses at once; what does not, or has a breakpoint
    /// within a statement, is cut as drizzle cuts it.
    fn drizzle(self, out: &mut Vec<Parsed>) {
        let cuts: Vec<usize> = self.text.match_indices(BREAKPOINT).map(|(i, _)| i).collect();
        let before = out.len();
        if self.in_pieces(out) {
            let crossed = out[before..].iter().any(|parsed| {
                let (start, end) = (parsed.span().start as usize - self.base, parsed.span().end as usize - self.base);
                let next = cuts.partition_point(|&c| c < start);
                cuts.get(next).is_some_and(|&c| c < end)
            });
            if !crossed {
                return;
            }
            out.truncate(before);
        }
        let mut start = 0;
        for &cut in cuts.iter().chain(std::iter::once(&self.text.len())) {
            self.part(start..cut).whole(out);
            start = (cut + BREAKPOINT.len()).min(self.text.len());
        }
    }

    /// Text with psql's own lines in it, perhaps.
    fn script(self, out: &mut Vec<Parsed>) {
        if !psql::may_have_commands(self.text) {
            return self.whole(out);
        }
        // How many `\if`s are open, and whether a statement may go on behind the last of them.
        let (mut depth, mut ended) = (0_u32, false);
        for part in psql::cut(self.text) {
            match part {
                psql::Part::Sql(range) => {
                    let first = out.len();
                    self.part(range).whole(out);
                    let in_doubt = if depth > 0 { usize::MAX } else { usize::from(std::mem::take(&mut ended)) };
                    out[first..].iter_mut().take(in_doubt).for_each(hang_on_condition);
                }
                psql::Part::Command { range, op } => {
                    match psql::name_of(&self.text[range.clone()]) {
                        "if" => {
                            depth += 1;
                            out.last_mut().into_iter().for_each(hang_on_condition);
                        }
                        "endif" => {
                            depth = depth.saturating_sub(1);
                            ended = depth == 0;
                        }
                        _ => {}
                    }
                    out.push(Parsed::Statement(Statement { span: self.span(range), op: *op }));
                }
            }
        }
    }

    /// Text that is sent to the server as one piece.
    fn whole(self, out: &mut Vec<Parsed>) {
        if self.in_pieces(out) {
            return;
        }
        match raw_parse(self.text) {
            Ok(statements) => self.lower_all(&statements, out),
            Err(_) => self.one_by_one(out),
        }
    }

    /// Everyday statements are read directly; what lies between them goes to the grammar, not much at once, since trees take a hundred times
    /// the size of their text. Gives `false`, and adds nothing, where a piece does not parse.
    fn in_pieces(self, out: &mut Vec<Parsed>) -> bool {
        let before = out.len();
        let Some(pieces) = everyday::pieces(self, BATCH) else { return false };
        for piece in pieces {
            let range = match piece {
                Piece::Read(parsed) => {
                    out.push(parsed);
                    continue;
                }
                Piece::Rest(range) => range,
            };
            let part = self.part(range);
            let Ok(statements) = raw_parse(part.text) else {
                out.truncate(before);
                return false;
            };
            part.lower_all(&statements, out);
        }
        true
    }

    /// A statement that a template engine makes, `None` where none has a part in it.
    fn filled_in(self) -> Option<Op> {
        let why = filled_in_by_template(self.text)?;
        let opaque = || Op::Opaque { what: self.text.split_whitespace().next().unwrap_or_default().into(), why };
        Some(self.whatever_is_filled_in().unwrap_or_else(opaque))
    }

    /// A statement that changes no object whatever name a template puts in: one that writes rows, or gives roles and privileges.
    fn whatever_is_filled_in(self) -> Option<Op> {
        let text = psql::with_names_for_templates(self.text);
        let mut out = Vec::new();
        Source { text: &text, ..self }.whole(&mut out);
        let [Parsed::Statement(statement)] = out.as_slice() else { return None };
        let mut words = text.split_whitespace().map(str::to_ascii_lowercase);
        let what = match (&statement.op, words.next()?.as_str(), words.next()?.as_str()) {
            (Op::Write(write), _, _) if write.calls.iter().all(|call| is_harmless(&call.function)) => "WRITE",
            (_, "grant" | "revoke", _) | (_, "create" | "alter" | "drop", "role" | "user" | "group") => "ROLES",
            _ => return None,
        };
        Some(Op::NoEffect { what, relation: None })
    }

    /// What a statement does in which psql puts values of its variables, `None` where there are none. Of a write the value changes nothing
    /// that is followed; of anything else it may.
    fn with_psql_variables(self) -> Option<Op> {
        let variables = psql::variables(self.text);
        let first = variables.first()?;
        let name = self.text[first.name.clone()].trim_matches(['\'', '"']);
        let why = format!("psql puts in the value of its variable `{name}`, which is not known");
        let unknown = || Op::Opaque { what: self.text.split_whitespace().next().unwrap_or_default().into(), why };
        let mut bytes = self.text.as_bytes().to_vec();
        for variable in &variables {
            bytes[variable.name.start - 1] = b' ';
        }
        let text = String::from_utf8(bytes).unwrap_or_default();
        let mut out = Vec::new();
        Source { text: &text, ..self }.whole(&mut out);
        match out.pop() {
            Some(Parsed::Statement(Statement { op: op @ (Op::Write(_) | Op::NoEffect { .. }), .. }))
                if variables.iter().all(|v| v.is_literal) =>
            {
                Some(op)
            }
            Some(Parsed::Statement(Statement { op: Op::Select { calls, .. }, .. })) if calls.is_empty() => {
                Some(Op::NoEffect { what: "SELECT", relation: None })
            }
            _ => Some(unknown()),
        }
    }

    fn lower_all(self, statements: &[RawStmt], out: &mut Vec<Parsed>) {
        out.reserve(statements.len());
        for raw in statements {
            let Some((start, end)) = statement_range(self.text, raw) else { continue };
            let op = match raw.stmt.as_deref().and_then(|n| n.node.as_ref()) {
                Some(node) => lower(&mut Lower::new(self, start..end), node),
                None => Op::Opaque { what: "statement".into(), why: "the parser gave no tree for it".into() },
            };
            out.push(Parsed::Statement(Statement { span: self.span(start..end), op }));
        }
    }

    fn one_by_one(self, out: &mut Vec<Parsed>) {
        for range in cut_at_semicolons(self.text) {
            let ended = Tokens::at(self.text, range.end)
                .find(|t| t.kind != Kind::Comment)
                .is_some_and(|t| t.kind == Kind::Semicolon);
            let part = self.part(range);
            match raw_parse(part.text) {
                Ok(statements) => part.lower_all(&statements, out),
                Err(message) => {
                    let mut error = locate(part, &message);
                    // The semicolon is sent too.
                    if ended && let Some(before) = message.strip_suffix("at end of input") {
                        error.message = format!("{before}at or near \";\"");
                    }
                    out.push(Parsed::Error(error));
                }
            }
        }
    }
}

/// Whether a function is a built-in one, or an extension's, that values are made with.
fn is_harmless(function: &Name) -> bool {
    const NAMES: &[&str] = &[
        "concat",
        "count",
        "currval",
        "gen_random_uuid",
        "lower",
        "max",
        "min",
        "nextval",
        "now",
        "setval",
        "to_date",
        "to_timestamp",
        "upper",
        "uuid_generate_v4",
    ];
    function.schema.is_none() && NAMES.contains(&function.name.as_str())
}

/// The statements of a text, all of them out of the grammar's trees.
///
/// # Errors
/// The grammar's message.
#[cfg(test)]
pub(super) fn by_the_grammar(source: Source<'_>) -> Result<Vec<Parsed>, String> {
    let mut out = Vec::new();
    source.lower_all(&raw_parse(source.text)?, &mut out);
    Ok(out)
}

/// What does not parse is no error where psql decides which of its parts are sent.
fn hang_on_condition(parsed: &mut Parsed) {
    if let Parsed::Error(error) = parsed {
        let why = "what of it is sent depends on psql's `\\if`".to_owned();
        let op = Op::Opaque { what: "statement".to_owned(), why };
        *parsed = Parsed::Statement(Statement { span: error.statement, op });
    }
}

/// The grammar's trees, or its message. A panic in the binding counts as an error: nothing may end the run.
pub(super) fn raw_parse(text: &str) -> Result<Vec<RawStmt>, String> {
    raw_parse_with(text, pg_query::ParserOptions::DEFAULT)
}

thread_local! {
    static LAST: RefCell<Option<(String, Rc<Vec<RawStmt>>)>> = const { RefCell::new(None) };
}

/// As [`raw_parse`], for text of which several things are asked in turn: the last trees are kept.
pub(super) fn raw_parse_kept(text: &str) -> Result<Rc<Vec<RawStmt>>, String> {
    /// Trees of longer texts take too much room.
    const LONGEST: usize = 16 * 1024;
    let kept = LAST.with_borrow(|last| last.as_ref().filter(|(of, _)| of == text).map(|(_, trees)| Rc::clone(trees)));
    if let Some(trees) = kept {
        return Ok(trees);
    }
    let trees = Rc::new(raw_parse(text)?);
    if text.len() <= LONGEST {
        LAST.set(Some((text.to_owned(), Rc::clone(&trees))));
    }
    Ok(trees)
}

/// As [`raw_parse`], in another mode of the grammar.
pub(super) fn raw_parse_with(text: &str, options: pg_query::ParserOptions) -> Result<Vec<RawStmt>, String> {
    match catch_unwind(AssertUnwindSafe(|| pg_query::parse(text, options))) {
        Ok(Ok(result)) => Ok(result.protobuf.stmts),
        Ok(Err(pg_query::Error::Parse(message))) => {
            catch_unwind(|| older_words::parse(text, options)).ok().flatten().ok_or(message)
        }
        Ok(Err(pg_query::Error::Conversion(_))) => Err("invalid byte sequence for encoding \"UTF8\": 0x00".into()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("the parser failed on this text".into()),
    }
}

/// The tree of a statement.
pub(super) fn statement_node(raw: &RawStmt) -> Option<&pg_query::NodeEnum> {
    raw.stmt.as_deref()?.node.as_ref()
}

/// The place of a statement in the parsed text, without the white space and comments around it.
fn statement_range(text: &str, raw: &RawStmt) -> Option<(usize, usize)> {
    let start = raw.stmt_location.max(0) as usize;
    let end = if raw.stmt_len == 0 { text.len() } else { start + raw.stmt_len as usize };
    lexer::trim(text, start, end.min(text.len()))
}

/// Ranges between semicolons outside quotes, comments, parentheses and `BEGIN ATOMIC … END`, as psql cuts them. An unterminated comment or
/// quote makes the rest one range. Ranges with nothing but comments are left out, unless the comment is not terminated.
pub(super) fn cut_at_semicolons(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut cutter = Cutter::default();
    let mut open: Option<(usize, usize)> = None;
    for token in Tokens::new(text) {
        if token.kind == Kind::Comment && token.terminated {
            continue;
        }
        if cutter.ends_statement(text, token) {
            ranges.extend(open.take().map(|(start, end)| start..end));
            continue;
        }
        open = Some((open.map_or(token.start, |(start, _)| start), token.end));
    }
    ranges.extend(open.map(|(start, end)| start..end));
    ranges
}

/// Follows tokens and tells which semicolon ends a statement (psqlscan.l does the same).
#[derive(Default)]
pub(super) struct Cutter {
    parentheses: u32,
    /// Of `BEGIN … END` and `CASE … END` within a SQL-standard function body.
    blocks: u32,
    words: u32,
    creates_function: bool,
    saw_create: bool,
}

impl Cutter {
    pub(super) fn ends_statement(&mut self, text: &str, token: lexer::Token) -> bool {
        match token.kind {
            Kind::Semicolon if self.parentheses == 0 && self.blocks == 0 => {
                *self = Self::default();
                return true;
            }
            Kind::Symbol => match &text[token.start..token.end] {
                "(" => self.parentheses += 1,
                ")" => self.parentheses = self.parentheses.saturating_sub(1),
                _ => {}
            },
            Kind::Word => self.word(&text[token.start..token.end]),
            _ => {}
        }
        false
    }

    fn word(&mut self, word: &str) {
        self.words += 1;
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        if self.words == 1 {
            self.saw_create = is("create");
        }
        if self.words <= 4 && self.saw_create && (is("function") || is("procedure")) {
            self.creates_function = true;
        }
        if !self.creates_function || self.parentheses > 0 {
            return;
        }
        if is("begin") || (self.blocks > 0 && is("case")) {
            self.blocks += 1;
        } else if is("end") {
            self.blocks = self.blocks.saturating_sub(1);
        }
    }
}
