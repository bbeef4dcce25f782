//! Colours and glyphs. Colour only repeats what the words say; every glyph has an ASCII form.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::diagnostic::Severity;
use crate::report::Settings;
use crate::report::text::{is_harmless, one_line, stand_in};

/// What the terminal can show.
#[derive(Clone, Copy)]
pub(super) struct Style {
    pub(super) width: usize,
    color: bool,
    unicode: bool,
}

/// The roles that text plays.
#[derive(Clone, Copy)]
pub(super) enum Ink {
    Severity(Severity),
    Frame,
    Strong,
    Good,
}

impl Style {
    pub(super) fn new(settings: &Settings) -> Self {
        Self { width: settings.width.clamp(60, 200), color: settings.color, unicode: settings.unicode }
    }

    pub(super) fn paint(self, ink: Ink, text: &str) -> String {
        if !self.color || text.is_empty() {
            return text.to_owned();
        }
        let code = match ink {
            Ink::Severity(Severity::Error) => "1;31",
            Ink::Severity(Severity::Warning) => "1;33",
            Ink::Severity(Severity::Info) => "1;36",
            Ink::Frame => "2",
            Ink::Strong => "1",
            Ink::Good => "1;32",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }

    /// A glyph of the report itself.
    pub(super) fn glyph(self, unicode: &'static str) -> &'static str {
        if self.unicode {
            return unicode;
        }
        match unicode {
            "╭─[" => ",-[",
            "╰──" => "`--",
            "│" => "|",
            "·" => ":",
            "─" => "-",
            "…" => "...",
            "↔" => "<>",
            " · " => " | ",
            other => other,
        }
    }

    /// Text from a finding or a file: harmless, and in ASCII mode only ASCII.
    pub(super) fn text(self, text: &str) -> String {
        let line = one_line(text);
        if self.unicode || line.is_ascii() {
            return line;
        }
        let mut out = String::with_capacity(line.len());
        for c in line.chars() {
            match c {
                c if c.is_ascii() => out.push(c),
                '…' => out.push_str("..."),
                '→' => out.push_str("->"),
                '↔' => out.push_str("<->"),
                '–' | '·' => out.push('-'),
                '—' => out.push_str("--"),
                '‘' | '’' => out.push('\''),
                '“' | '”' => out.push('"'),
                '\u{2400}'..='\u{241f}' | '␡' | '\u{fffd}' => out.push('?'),
                c => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
            }
        }
        out
    }

    /// A character of a source line, as it is shown.
    pub(super) fn source_char(self, c: char) -> String {
        match c {
            '\t' => "    ".to_owned(),
            c if is_harmless(c) => self.text(c.encode_utf8(&mut [0; 4])),
            c => self.text(stand_in(c).encode_utf8(&mut [0; 4])),
        }
    }

    /// Breaks text at spaces so that each line fits into `room` columns; a word that does not fit at all keeps its own line.
    pub(super) fn wrap(self, text: &str, room: usize) -> Vec<String> {
        let mut lines = vec![String::new()];
        let mut used = 0;
        for word in text.split(' ') {
            let width = word.width();
            if used > 0 && used + 1 + width > room {
                lines.push(String::new());
                used = 0;
            }
            let line = lines.last_mut().expect("there is a line from the start");
            if used > 0 {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += width;
        }
        lines
    }

    /// Cut to `room` columns, with an ellipsis where something is left out.
    pub(super) fn cut(self, text: &str, room: usize) -> String {
        if text.width() <= room {
            return text.to_owned();
        }
        let ellipsis = self.glyph("…");
        let mut out = String::new();
        let mut used = ellipsis.width();
        for c in text.chars() {
            used += c.width().unwrap_or(0);
            if used > room {
                break;
            }
            out.push(c);
        }
        out + ellipsis
    }
}

/// Columns that a text takes on a terminal.
pub(super) fn width(text: &str) -> usize {
    text.width()
}
