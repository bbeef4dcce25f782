//! Source lines with what there is to see in them.

use super::style::{Ink, Style, width};
use crate::report::text::{Place, shown_path};
use crate::report::{ReportInput, Settings};
use crate::source::Span;

/// Something to point at.
pub(super) struct Mark {
    pub(super) span: Span,
    pub(super) text: String,
}

/// One framed piece of a file: marks in full, and the names and lines of those that are folded.
pub(super) struct Snippet {
    /// The place that the frame names.
    pub(super) at: Span,
    /// In the order of their lines.
    pub(super) marks: Vec<Mark>,
    /// `stripe_deposit_payment_intent_id` and where it stands.
    pub(super) folded: Vec<Mark>,
}

/// How many folded names are printed.
const FOLDED_NAMES: usize = 6;

impl Snippet {
    /// One mark.
    pub(super) fn of(span: Span, text: String) -> Self {
        Self { at: span, marks: vec![Mark { span, text }], folded: Vec::new() }
    }

    /// The widest line number of its marks, in digits.
    pub(super) fn gutter(&self, input: &ReportInput) -> usize {
        let lines = self.marks.iter().map(|mark| Place::of(input.sources, mark.span).line);
        lines.max().unwrap_or(1).to_string().len()
    }

    /// The frame, a line each.
    pub(super) fn render(&self, input: &ReportInput, settings: &Settings, style: Style, gutter: usize) -> Vec<String> {
        let place = Place::of(input.sources, self.at);
        let at = format!("{}:{}:{}", style.text(&shown_path(settings, &place.path)), place.line, place.column);
        let pad = " ".repeat(gutter);
        let mut lines =
            vec![format!("{pad} {}{at}{}", style.paint(Ink::Frame, style.glyph("╭─[")), style.paint(Ink::Frame, "]"))];
        let mut shown_line = 0;
        for mark in &self.marks {
            let place = Place::of(input.sources, mark.span);
            let text = LineWindow::of(input, mark, &place, style, gutter);
            if place.line != shown_line {
                if shown_line > 0 && place.line > shown_line + 1 {
                    lines.push(style.paint(Ink::Frame, &format!("{pad} {}", style.glyph("·"))));
                }
                let number = format!("{:>gutter$} {}", place.line, style.glyph("│"));
                lines.push(format!("{} {}", style.paint(Ink::Frame, &number), text.source).trim_end().to_owned());
                shown_line = place.line;
            }
            let margin = style.paint(Ink::Frame, &format!("{pad} {}", style.glyph("·")));
            lines.extend(text.pointer(style, mark).into_iter().map(|pointer| format!("{margin} {pointer}")));
        }
        if !self.folded.is_empty() {
            let margin = format!("{pad} {} ", style.glyph("·"));
            let room = style.width - width(&margin);
            let text = self.folded_text(input, settings, style, &place.path);
            let wrapped = style.wrap(&text, room);
            lines.extend(wrapped.iter().map(|line| format!("{}{line}", style.paint(Ink::Frame, &margin))));
        }
        lines.push(style.paint(Ink::Frame, &format!("{pad} {}", style.glyph("╰──"))));
        lines
    }

    /// `… 4 more: remaining_balance (415), sent_at (420)`
    fn folded_text(&self, input: &ReportInput, settings: &Settings, style: Style, path: &str) -> String {
        let names: Vec<String> = self
            .folded
            .iter()
            .take(FOLDED_NAMES)
            .map(|mark| {
                let place = Place::of(input.sources, mark.span);
                let at = if place.path == path {
                    place.line.to_string()
                } else {
                    format!("{}:{}", shown_path(settings, &place.path), place.line)
                };
                format!("{} ({at})", style.text(&mark.text))
            })
            .collect();
        let rest = match self.folded.len().saturating_sub(FOLDED_NAMES) {
            0 => String::new(),
            n => format!(", and {n} more"),
        };
        format!("{} {} more: {}{rest}", style.glyph("…"), self.folded.len(), names.join(", "))
    }
}

/// The part of a source line that is shown, and where the mark lies in it.
struct LineWindow {
    source: String,
    /// Columns before the mark, and columns that it takes; both within the window.
    before: usize,
    marked: usize,
    room: usize,
}

impl LineWindow {
    fn of(input: &ReportInput, mark: &Mark, place: &Place, style: Style, gutter: usize) -> Self {
        let room = style.width.saturating_sub(gutter + 3).max(20);
        let file = input.sources.file(mark.span.file);
        let range = file.lines().line_range(&file.text, place.line).unwrap_or(0..0);
        let line = &file.text[range.clone()];
        let start = (mark.span.start as usize).clamp(range.start, range.end) - range.start;
        let end = (mark.span.end as usize).clamp(range.start + start, range.end) - range.start;
        // Start where the mark can be seen; the rest of a long line is cut.
        let skip = if columns(style, line, 0, start, room) + 12 > room { start } else { 0 };
        let mut source = String::new();
        let (mut before, mut marked, mut used) = (0, 0, 0);
        if skip > 0 {
            source.push_str(style.glyph("…"));
            before = width(style.glyph("…"));
            used = before;
        }
        let ellipsis = width(style.glyph("…"));
        for (at, c) in line.char_indices().skip_while(|(at, _)| *at < skip) {
            let shown = style.source_char(c);
            let columns = width(&shown);
            if used + columns + ellipsis > room {
                source.push_str(style.glyph("…"));
                break;
            }
            used += columns;
            source.push_str(&shown);
            if at < start {
                before += columns;
            } else if at < end {
                marked += columns;
            }
        }
        Self { source, before, marked, room }
    }

    /// `     ────── deposit_amount numeric(10,2)`, in two lines when one is too short for both.
    fn pointer(&self, style: Style, mark: &Mark) -> Vec<String> {
        let text = style.text(&mark.text);
        let needed = width(&text) + 1;
        let under = self.marked.max(1).min(self.room - self.before.min(self.room - 1));
        let line = |n: usize| style.paint(Ink::Strong, &style.glyph("─").repeat(n));
        let indent = " ".repeat(self.before);
        if text.is_empty() {
            return vec![format!("{indent}{}", line(under))];
        }
        if self.before + 6 + needed <= self.room {
            let under = under.min(self.room - self.before - needed);
            return vec![format!("{indent}{} {text}", line(under))];
        }
        let mut lines = vec![format!("{indent}{}", line(under))];
        lines.extend(style.wrap(&text, self.room - 2).into_iter().map(|part| format!("  {part}")));
        lines
    }
}

/// Columns of a part of a line, counted up to somewhat over `enough`.
fn columns(style: Style, line: &str, from: usize, to: usize, enough: usize) -> usize {
    let mut sum = 0;
    for c in line[from..to].chars() {
        sum += width(&style.source_char(c));
        if sum > enough {
            break;
        }
    }
    sum
}
