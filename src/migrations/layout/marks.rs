//! Files that hold both directions, parted by comments: `-- +goose Up`, `-- migrate:down`.

use super::reader::whole;
use crate::source::{SourceFile, Span};

/// What a line says of those that follow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mark {
    Up,
    Down,
}

/// The parts of a file that run upward. `None` when no line is a mark for up.
pub(super) fn up_sections(file: &SourceFile, mark_of: impl Fn(&str) -> Option<Mark>) -> Option<Vec<Span>> {
    let span = whole(file);
    let mut sections = Vec::new();
    let mut open: Option<usize> = None;
    let mut seen = false;
    let mut at = span.start as usize;
    for line in file.slice(span).split_inclusive('\n') {
        let next = at + line.len();
        match mark_of(line.trim()) {
            Some(Mark::Up) => {
                seen = true;
                open.get_or_insert(next);
            }
            Some(Mark::Down) => {
                if let Some(start) = open.take() {
                    sections.push(Span::new(file.id, start, at));
                }
            }
            None => {}
        }
        at = next;
    }
    sections.extend(open.map(|start| Span::new(file.id, start, at)));
    seen.then_some(sections)
}

/// The words of a comment line after a marker word: `-- +goose Up` gives `Up` for `+goose`.
pub(super) fn directive<'l>(line: &'l str, marker: &str) -> Option<&'l str> {
    let rest = line.strip_prefix("--")?.trim_start().strip_prefix(marker)?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim())
}

/// Whether any line of a text has such words.
pub(super) fn has_directive(text: &str, marker: &str, words: &str) -> bool {
    text.lines().any(|line| directive(line.trim(), marker).is_some_and(|found| found.eq_ignore_ascii_case(words)))
}

/// The mark of a directive whose first word is `Up` or `Down`.
pub(super) fn up_or_down(words: &str) -> Option<Mark> {
    match words.split_whitespace().next()?.to_ascii_lowercase().as_str() {
        "up" => Some(Mark::Up),
        "down" => Some(Mark::Down),
        _ => None,
    }
}
