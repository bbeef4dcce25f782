//! What formats have in common: harmless text, places, paths, counts in words.
//!
//! Names, SQL and paths are written by strangers. A terminal obeys escape sequences, editors and browsers obey bidirectional marks, CI
//! runners obey lines that begin with `::` or hold `##[`. [`one_line`] leaves none of these; each format adds its own escaping on top.

use super::{ReportInput, Settings, Viewpoint};
use crate::diagnostic::Severity;
use crate::source::{SourceMap, Span};

/// A character that can be printed as it is: no control, no invisible or direction-changing mark, no line separator.
pub(super) fn is_harmless(c: char) -> bool {
    !(c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'))
}

/// What stands for a character that may not be printed: the control picture, or the replacement character.
pub(super) fn stand_in(c: char) -> char {
    match c {
        '\u{7f}' => '␡',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        _ => '\u{fffd}',
    }
}

/// A text that stays on one line and commands nothing.
pub(super) fn one_line(text: &str) -> String {
    let shown: String = text.chars().map(|c| if is_harmless(c) { c } else { stand_in(c) }).collect();
    without_runner_commands(&shown)
}

/// `##[group]`, `##vso[…]`, `##teamcity[…]` are commands to CI runners wherever they stand in a line.
fn without_runner_commands(text: &str) -> String {
    if !text.contains("##") {
        return text.to_owned();
    }
    text.replace("##[", "## [").replace("##vso[", "## vso[").replace("##teamcity[", "## teamcity[")
}

/// A printed line that no runner takes for a command, which they do when `::` comes first.
pub(super) fn not_a_command(line: &str) -> String {
    let indent = line.len() - line.trim_start().len();
    if line[indent..].starts_with("::") {
        format!("{}: {}", &line[..indent], &line[indent + 1..])
    } else {
        line.to_owned()
    }
}

/// The lines of a text that may have several, each harmless; tabs become four spaces.
pub(super) fn harmless_lines(text: &str) -> Vec<String> {
    text.lines().map(|line| one_line(&line.replace('\t', "    "))).collect()
}

/// A message of several lines, as it can be printed where a terminal or a CI runner reads it.
#[must_use]
pub fn harmless(text: &str) -> String {
    harmless_lines(text).iter().map(|line| not_a_command(line)).collect::<Vec<_>>().join("\n")
}

/// Lines of SQL. One that begins with `::` is a cast that was broken there, and is joined to the line before, where it means the same.
pub(super) fn sql_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in harmless_lines(text) {
        match lines.last_mut() {
            Some(last) if line.trim_start().starts_with("::") => {
                last.push(' ');
                last.push_str(line.trim_start());
            }
            _ => lines.push(not_a_command(&line)),
        }
    }
    lines
}

/// Where a span lies, for people: path relative to the project root, 1-based lines and columns.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) end_line: usize,
    pub(super) end_column: usize,
}

impl Place {
    pub(super) fn of(sources: &SourceMap, span: Span) -> Self {
        let file = sources.file(span.file);
        let start = file.line_column(span.start);
        let end = file.line_column(span.end);
        Self {
            path: file.path.clone(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

/// A path as it can be clicked from where the person stands.
pub(super) fn shown_path(settings: &Settings, path: &str) -> String {
    one_line(&settings.viewpoint.reach(path))
}

impl Viewpoint {
    /// A path of the project as it is reached from here.
    #[must_use]
    pub fn reach(&self, path: &str) -> String {
        match self {
            Self::Inside(folder) => relative(folder, path),
            Self::Outside(root) => format!("{root}/{path}"),
        }
    }
}

/// A path from the top of the repository, for forges.
pub(super) fn repository_path(settings: &Settings, path: &str) -> String {
    let path = match settings.repository_prefix.as_str() {
        "" => path.to_owned(),
        prefix => format!("{prefix}/{path}"),
    };
    one_line(&path)
}

fn relative(folder: &str, path: &str) -> String {
    let folder: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    let parts: Vec<&str> = path.split('/').collect();
    let common = folder.iter().zip(&parts[..parts.len() - 1]).take_while(|(a, b)| a == b).count();
    let mut out = "../".repeat(folder.len() - common);
    out.push_str(&parts[common..].join("/"));
    out
}

/// `1 error`, `2 errors`.
pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// `3 errors, 1 warning, 2 infos`, without what is zero; empty when all are.
pub(super) fn severities<'a>(severities: impl Iterator<Item = &'a Severity>) -> String {
    let (mut errors, mut warnings, mut infos) = (0, 0, 0);
    for severity in severities {
        match severity {
            Severity::Error => errors += 1,
            Severity::Warning => warnings += 1,
            Severity::Info => infos += 1,
        }
    }
    let parts = [(errors, "error", "errors"), (warnings, "warning", "warnings"), (infos, "info", "infos")];
    let words: Vec<String> = parts.iter().filter(|(n, ..)| *n > 0).map(|(n, one, many)| count(*n, one, many)).collect();
    words.join(", ")
}

/// `2 suppressed, 14 baselined`, without what is zero.
pub(super) fn silenced(input: &ReportInput) -> Vec<String> {
    let counts = &input.counts;
    [(counts.suppressed, "suppressed"), (counts.baselined, "baselined")]
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_line_commands() {
        assert_eq!(one_line("a\u{1b}[31mb\r\nc\u{202e}d\u{7f}é漢"), "a␛[31mb␍␊c\u{fffd}d␡é漢");
        assert_eq!(one_line("x ##[error] ##vso[task] ## #"), "x ## [error] ## vso[task] ## #");
        assert_eq!(not_a_command("  ::error::x"), "  : :error::x");
        assert_eq!(not_a_command("a::b"), "a::b");
        assert_eq!(sql_lines("SELECT '{}'\n  ::jsonb;\nSELECT 1;"), ["SELECT '{}' ::jsonb;", "SELECT 1;"]);
        assert_eq!(harmless_lines("a\tb\r\nc\n"), ["a    b", "c"]);
    }

    #[test]
    fn paths_start_where_the_person_stands() {
        let from = |viewpoint: Viewpoint, path: &str| shown_path(&Settings { viewpoint, ..Settings::default() }, path);
        assert_eq!(from(Viewpoint::Inside(String::new()), "a/b.ts"), "a/b.ts");
        assert_eq!(from(Viewpoint::Inside("a".into()), "a/b.ts"), "b.ts");
        assert_eq!(from(Viewpoint::Inside("a/c".into()), "a/b.ts"), "../b.ts");
        assert_eq!(from(Viewpoint::Inside("x/y".into()), "a/b.ts"), "../../a/b.ts");
        assert_eq!(from(Viewpoint::Outside("../app".into()), "a/b.ts"), "../app/a/b.ts");
    }
}
