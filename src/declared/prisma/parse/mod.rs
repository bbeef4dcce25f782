//! Text to syntax tree. Blocks are found line by line; what one line means is in [`line`].

mod line;

use super::ast::{Block, BlockKind, Ident, Item};
use super::problems::Problems;
use crate::source::{SourceFile, Span, Spanned};
use line::Place;

/// What stands in one file.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) blocks: Vec<Block>,
    /// Top-level lines that could not be read: there may be blocks that are not listed.
    pub(super) unread: Vec<Span>,
}

/// Reads one file. Lines that are no schema language are reported and left out.
pub(super) fn parse(file: &SourceFile, problems: &Problems) -> Parsed {
    let text = without_comments(&file.text);
    let mut parser = BlockParser { file, problems, parsed: Parsed::default(), open: None };
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        parser.line(line.trim_end_matches(['\n', '\r']), start);
        start += line.len();
    }
    parser.finish(start)
}

struct BlockParser<'f> {
    file: &'f SourceFile,
    problems: &'f Problems,
    parsed: Parsed,
    open: Option<Open>,
}

/// A block whose end has not been met yet.
enum Open {
    Block(Block),
    /// One with a keyword that nobody knows: skipped.
    Foreign,
}

impl BlockParser<'_> {
    fn line(&mut self, line: &str, start: usize) {
        if line.trim().is_empty() {
            return;
        }
        match self.open.take() {
            None => self.top_level(line, start),
            Some(open) if line.trim_start().starts_with('}') => {
                let brace = start + line.len() - line.trim_start().len();
                self.close(open, brace + 1);
                let rest = &line[brace + 1 - start..];
                if !rest.trim().is_empty() {
                    self.line(rest, brace + 1);
                }
            }
            Some(Open::Foreign) => self.open = Some(Open::Foreign),
            Some(Open::Block(mut block)) => {
                self.item(&mut block, line, start);
                self.open = Some(Open::Block(block));
            }
        }
    }

    fn close(&mut self, open: Open, end: usize) {
        if let Open::Block(mut block) = open {
            block.span.end = end as u32;
            self.parsed.blocks.push(block);
        }
    }

    fn span(&self, start: usize, text: &str) -> Span {
        let lead = text.len() - text.trim_start().len();
        Span::new(self.file.id, start + lead, start + text.trim_end().len())
    }

    fn top_level(&mut self, line: &str, start: usize) {
        let span = self.span(start, line);
        let Some((head, rest)) = line.split_once('{') else {
            let message = if line.trim_start().starts_with("type ") && line.contains('=') {
                "type aliases are no longer part of the language"
            } else {
                "no block starts here: a line at the top level begins with `model`, `enum`, `type`, `view`, `datasource` or `generator`"
            };
            self.problems.syntax(span, message);
            self.parsed.unread.push(span);
            return;
        };
        let Some((kind, name)) = block_head(head.trim()) else {
            self.problems.syntax(span, "this is no block of the schema language");
            self.parsed.unread.push(span);
            self.open = (!rest.trim_end().ends_with('}')).then_some(Open::Foreign);
            return;
        };
        let at = start + (name.as_ptr() as usize - line.as_ptr() as usize);
        let name = Spanned { value: name.to_owned(), span: Span::new(self.file.id, at, at + name.len()) };
        let mut block = Block { kind, name, items: Vec::new(), unread: Vec::new(), span };
        self.check_name(&block.name);
        if rest.trim_end().ends_with('}') {
            let inside = self.span(start + head.len(), &line[head.len()..]);
            if !rest.trim_end().trim_end_matches('}').trim().is_empty() {
                self.problems.syntax(inside, "each field stands on a line of its own, and so do the braces");
                block.unread.push(inside);
            }
            self.close(Open::Block(block), span.end as usize);
            return;
        }
        self.open = Some(Open::Block(block));
    }

    fn check_name(&self, name: &Ident) {
        if !name.value.starts_with(line::starts_name) || !name.value.chars().all(line::continues_name) {
            let message = "a name consists of letters, digits and underscores, and begins with no underscore";
            self.problems.syntax(name.span, message);
        }
    }

    fn item(&self, block: &mut Block, line: &str, start: usize) {
        let indent = line.len() - line.trim_start().len();
        let (line, start) = (&line[indent..], start + indent);
        let place = Place { file: self.file.id, base: start, problems: self.problems };
        let read = match block.kind {
            BlockKind::Datasource | BlockKind::Generator => line::setting(line, place).map(Item::Setting),
            _ if line.starts_with("@@") => line::block_attribute(line, place).map(Item::Attribute),
            BlockKind::Enum => line::enum_value(line, place).map(Item::EnumValue),
            BlockKind::Model | BlockKind::View | BlockKind::Type => line::field(line, place).map(Item::Field),
        };
        match read {
            Ok(item) => block.items.push(item),
            Err(span) => {
                block.unread.push(span);
                self.problems.syntax(span, unreadable(block, line));
            }
        }
    }

    fn finish(mut self, end: usize) -> Parsed {
        match self.open.take() {
            Some(Open::Block(block)) => {
                let message = format!("the {} `{}` is not closed with `}}`", block.kind.word(), block.name.value);
                self.problems.syntax(block.name.span, message);
                self.parsed.unread.push(block.name.span);
                self.close(Open::Block(block), end);
            }
            Some(Open::Foreign) | None => {}
        }
        self.parsed
    }
}

/// Keyword and name of a block. White space between the two is not asked for.
fn block_head(head: &str) -> Option<(BlockKind, &str)> {
    let keywords = ["datasource", "generator", "model", "view", "type", "enum"];
    let keyword = keywords.into_iter().find(|keyword| head.starts_with(keyword))?;
    let name = head[keyword.len()..].trim_start();
    let is_one_word = !name.is_empty() && !name.contains(char::is_whitespace);
    Some((BlockKind::from_keyword(keyword)?, name)).filter(|_| is_one_word)
}

fn unreadable(block: &Block, line: &str) -> String {
    let name = &block.name.value;
    let is_name = line.trim().chars().all(line::continues_name);
    if matches!(block.kind, BlockKind::Model | BlockKind::View | BlockKind::Type) && is_name {
        return format!("the field `{}` of `{name}` has no type", line.trim());
    }
    let what = match block.kind {
        BlockKind::Datasource | BlockKind::Generator => "`key = value`",
        BlockKind::Enum => "a value or attribute",
        _ => "a field or attribute",
    };
    format!("this is not {what} of the {} `{name}` (a declaration stands on one line)", block.kind.word())
}

/// The text with comments blanked out, byte for byte, so that offsets stay. A comment begins outside of strings, and a
/// string ends with its line.
fn without_comments(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut in_string = false;
    let mut i = 0;
    if text.starts_with('\u{feff}') {
        bytes[..3].fill(b' ');
    }
    while i < bytes.len() {
        match bytes[i] {
            b'\n' | b'\r' => in_string = false,
            b'\\' if in_string => i += 1,
            b'"' => in_string = !in_string,
            b'/' if !in_string && bytes.get(i + 1) == Some(&b'/') => {
                while i < bytes.len() && !matches!(bytes[i], b'\n' | b'\r') {
                    bytes[i] = b' ';
                    i += 1;
                }
                continue;
            }
            b'/' if !in_string && bytes.get(i + 1) == Some(&b'*') => {
                // One that is not closed is none: its lines are read, and its beginning is no declaration.
                let Some(length) = text[i + 2..].find("*/") else {
                    i += 1;
                    continue;
                };
                let end = i + 2 + length + 2;
                for byte in &mut bytes[i..end] {
                    if !matches!(byte, b'\n' | b'\r') {
                        *byte = b' ';
                    }
                }
                i = end;
                continue;
            }
            _ => {}
        }
        i += 1;
    }
    // Only whole comments were replaced, by ASCII; should that ever fail, the text is read as it is.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
