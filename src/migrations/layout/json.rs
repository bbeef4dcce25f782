//! JSON with places: strict, as the JavaScript runners read it.
//!
//! [`parse`] gives a whole document (journals, the last snapshot); [`head`] only strings at the top level, in one pass without building anything (all snapshots).

use std::ops::Range;

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::source::{FileId, SourceFile, Span};

/// Why a text is not JSON; `message` reads after the file's name.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) range: Range<usize>,
    pub(crate) message: String,
}

/// A parsed document.
pub(crate) struct Document<'t> {
    file: FileId,
    value: Value<'t>,
}

/// A value of a document.
#[derive(Clone, Copy)]
pub(crate) struct Json<'d, 't> {
    file: FileId,
    value: &'d Value<'t>,
}

/// Parses a file strictly: no comments, no trailing commas.
pub(crate) fn parse(file: &SourceFile) -> Result<Document<'_>, Fault> {
    if let Some(range) = conflict(&file.text) {
        return Err(Fault { range, message: CONFLICT.into() });
    }
    let options = ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let parsed = parse_to_ast(&file.text, &CollectOptions::default(), &options).map_err(|error| {
        let (range, end) = (error.range(), file.text.len());
        Fault { range: range.start.min(end)..range.end.min(end), message: format!("is not JSON: {}", error.kind()) }
    })?;
    match parsed.value {
        Some(value) => Ok(Document { file: file.id, value }),
        None => Err(Fault { range: 0..0, message: "is empty, not JSON".into() }),
    }
}

const CONFLICT: &str = "holds git's conflict markers: the merge is not finished";

/// A merge that was not finished: worth its own words.
fn conflict(text: &str) -> Option<Range<usize>> {
    let start =
        if text.starts_with("<<<<<<< ") { 0 } else { memchr::memmem::find(text.as_bytes(), b"\n<<<<<<< ")? + 1 };
    Some(start..start + 7)
}

impl Fault {
    pub(super) fn span(&self, file: FileId) -> Span {
        Span::new(file, self.range.start, self.range.end)
    }
}

impl<'t> Document<'t> {
    pub(crate) fn root(&self) -> Json<'_, 't> {
        Json { file: self.file, value: &self.value }
    }
}

impl<'d, 't> Json<'d, 't> {
    pub(crate) fn get(self, key: &str) -> Option<Self> {
        // The last of several equal keys counts, as in JavaScript.
        let property = self.value.as_object()?.properties.iter().rev().find(|p| p.name.as_str() == key)?;
        Some(Self { file: self.file, value: &property.value })
    }

    /// The members of an object, in their order; none of anything else.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'d str, Self)> {
        let properties = self.value.as_object().map(|object| &object.properties);
        properties.into_iter().flatten().map(move |p| (p.name.as_str(), Self { file: self.file, value: &p.value }))
    }

    pub(crate) fn as_array(self) -> Option<impl Iterator<Item = Self>> {
        let elements = &self.value.as_array()?.elements;
        Some(elements.iter().map(move |value| Self { file: self.file, value }))
    }

    pub(crate) fn as_str(self) -> Option<&'d str> {
        Some(&self.value.as_string_lit()?.value)
    }

    pub(crate) fn as_bool(self) -> Option<bool> {
        Some(self.value.as_boolean_lit()?.value)
    }

    /// A number as it is written.
    pub(crate) fn as_number(self) -> Option<&'t str> {
        Some(self.value.as_number_lit()?.value)
    }

    /// A whole number; JavaScript's `1.7e12` is one too.
    pub(crate) fn as_i64(self) -> Option<i64> {
        let text = self.value.as_number_lit()?.value;
        text.parse().ok().or_else(|| {
            let float: f64 = text.parse().ok()?;
            (float.fract() == 0.0 && float.abs() < 9e15).then_some(float as i64)
        })
    }

    pub(crate) fn span(self) -> Span {
        let range = self.value.range();
        Span::new(self.file, range.start, range.end)
    }
}

/// A key at the top level whose value is a string or a list of strings.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct HeadEntry {
    pub(crate) key: String,
    pub(crate) strings: Vec<String>,
    /// Of the value.
    pub(crate) range: Range<usize>,
}

/// What [`head`] found in a text, and how far it had to look.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) entries: Vec<HeadEntry>,
    /// The offset after the last entry.
    pub(crate) end: usize,
}

/// The values of some keys of the top-level object, without looking into other values. Ends at the `enough`th of them, since what follows may be
/// megabytes; up to there brackets and strings must match up, more is not checked.
pub(crate) fn head(text: &str, keys: &[&str], enough: usize) -> Result<Head, Fault> {
    if let Some(range) = conflict(text) {
        return Err(Fault { range, message: CONFLICT.into() });
    }
    let mut scan = Scan { text: text.as_bytes(), at: 0 };
    let fault = |at: usize, message: &str| {
        let at = at.min(text.len());
        Fault { range: at..at, message: format!("is not JSON: {message}") }
    };
    if scan.next_token() != Some(b'{') {
        return Err(fault(scan.at, "no object begins here"));
    }
    scan.at += 1;
    let mut found = Head::default();
    loop {
        match scan.next_token() {
            Some(b'}') => return Ok(found),
            Some(b',') => scan.at += 1,
            Some(b'"') => {
                let key = scan.string().ok_or_else(|| fault(scan.at, "a string does not end"))?;
                if scan.next_token() != Some(b':') {
                    return Err(fault(scan.at, "a colon is missing"));
                }
                scan.at += 1;
                scan.next_token();
                let start = scan.at;
                let strings = scan.value().ok_or_else(|| fault(start, "a value does not end"))?;
                if keys.iter().any(|k| k.as_bytes() == &scan.text[key.clone()]) {
                    let string = |range: Range<usize>| text.get(range).unwrap_or_default().to_owned();
                    let strings = strings.into_iter().map(string).collect();
                    found.entries.push(HeadEntry { key: string(key), strings, range: start..scan.at });
                    found.end = scan.at;
                    if found.entries.len() == enough {
                        return Ok(found);
                    }
                }
            }
            _ => return Err(fault(scan.at, "a name in double quotes is missing")),
        }
    }
}

struct Scan<'t> {
    text: &'t [u8],
    at: usize,
}

impl Scan<'_> {
    /// Passes over white space; the byte that stands there.
    fn next_token(&mut self) -> Option<u8> {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    /// Passes over a string that begins here; its insides.
    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at + 1;
        let mut at = start;
        loop {
            match self.text.get(at)? {
                b'"' => break,
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.at = at + 1;
        Some(start..at)
    }

    /// Passes over a value; the strings in it when it is a string or a flat list. A nested value gives none.
    fn value(&mut self) -> Option<Vec<Range<usize>>> {
        let mut strings = Vec::new();
        let mut depth = 0_usize;
        loop {
            match self.text.get(self.at)? {
                b'"' if depth <= 1 => strings.push(self.string()?),
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' if depth == 0 => break,
                b'}' | b']' => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' if depth == 0 => break,
                _ => self.at += 1,
            }
            if depth == 0 && matches!(self.text[self.at - 1], b'"' | b'}' | b']') {
                break;
            }
        }
        Some(strings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_head_of_a_snapshot() {
        let text = r#"{"id": "a\"b", "prevIds" : ["x", "y"], "n": 12, "tables": {"t": {"id": "z", "c": [1, "]"]}}, "prevId": null}"#;
        let head = head(text, &["id", "prevIds", "prevId"], 9).expect("it is JSON");
        let show = |h: &HeadEntry| format!("{} {:?} {}", h.key, h.strings, &text[h.range.clone()]);
        let shown: Vec<_> = head.entries.iter().map(show).collect();
        assert_eq!(shown, [r#"id ["a\\\"b"] "a\"b""#, r#"prevIds ["x", "y"] ["x", "y"]"#, r#"prevId [] null"#]);
        assert_eq!(&text[head.end..], "}");
    }

    #[test]
    fn a_broken_head_has_its_place() {
        for (text, at) in [("[]", 0), ("{\"a\": \"b", 6), ("{\"a\" 1}", 5), ("{\"a\": {", 6), ("", 0), ("{\"a\": 1", 6)]
        {
            let fault = head(text, &["id"], 9).expect_err(text);
            assert_eq!(fault.range.start, at, "{text}");
        }
    }
}
