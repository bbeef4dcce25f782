//! One block, written out.

use super::block::Block;
use super::snippet::{Mark, Snippet};
use super::style::{Ink, Style, width};
use crate::diagnostic::{Diagnostic, Label};
use crate::report::text::{Place, count, one_line, shown_path, sql_lines};
use crate::report::{ReportInput, Settings};

/// Marks that a story shows in full before it folds the rest.
const MARKS: usize = 2;
/// Other places that are named, beside the one that is shown.
const PLACES: usize = 3;
/// Lines of SQL of a story with one finding, and of one with many.
const SQL_LINES: usize = 8;
const SQL_LINES_OF_MANY: usize = 3;
/// Hints of the findings of one story.
const HINTS: usize = 3;

/// A block as lines, in both forms.
pub(super) struct Story {
    pub(super) full: Vec<String>,
    /// Without its code: what, and where on both sides.
    pub(super) brief: Vec<String>,
    /// What to do, below the brief form.
    pub(super) fix: Vec<String>,
}

impl Story {
    /// `named`: the headline names the target.
    pub(super) fn of(input: &ReportInput, settings: &Settings, style: Style, block: &Block, named: bool) -> Self {
        let target = if named { style.text(&block.first().target) } else { String::new() };
        Self {
            full: full(input, settings, style, block, &target),
            brief: brief(input, settings, style, block, &target),
            fix: first_fix(style, block),
        }
    }
}

fn full(input: &ReportInput, settings: &Settings, style: Style, block: &Block, target: &str) -> Vec<String> {
    let mut lines = headline(style, block, target);
    let mut primary = primary_snippet(settings, block);
    let related = related_places(block);
    let (mut other, told) = other_side(input, &related);
    if let Some(near) = other.take_if(|other| other.at.file == primary.at.file && other.at.start > 0) {
        primary.marks.extend(near.marks);
        primary.marks.sort_by_key(|mark| mark.span.start);
    }
    let gutter = primary.gutter(input).max(other.as_ref().map_or(0, |snippet| snippet.gutter(input))).max(3);
    for snippet in std::iter::once(&primary).chain(&other) {
        lines.extend(frame(input, settings, style, snippet, gutter));
    }
    lines.extend(more_places(input, settings, style, related.get(told..).unwrap_or_default()));
    lines.extend(advice(settings, style, block));
    lines
}

fn brief(input: &ReportInput, settings: &Settings, style: Style, block: &Block, target: &str) -> Vec<String> {
    let mut lines = headline(style, block, target);
    let at = |label: &Label| {
        let place = Place::of(input.sources, label.span);
        style.text(&format!("{}:{}:{}", shown_path(settings, &place.path), place.line, place.column))
    };
    let place = at(&block.first().primary);
    let names = block.names();
    let names = if names.len() > 1 { style.text(&names.join(", ")) } else { String::new() };
    if names.is_empty() || has_room(style, &place) {
        lines.push(one_place(style, "at:", &place, &names));
    } else {
        lines.push(one_place(style, "at:", &place, ""));
        lines.extend(labelled(style, "", std::iter::once(style.cut(&names, style.width - INDENT))));
    }
    if let Some(label) = related_places(block).first() {
        lines.push(one_place(style, "also:", &at(label), &style.text(&label.text)));
    }
    lines
}

/// The command that mends the block's first finding, or the first line of its SQL.
fn first_fix(style: Style, block: &Block) -> Vec<String> {
    let Some(fix) = &block.first().fix else { return Vec::new() };
    if let Some(command) = &fix.command {
        return labelled(style, "fix:", command.lines().map(|line| style.text(line)));
    }
    let first = fix.sql.as_deref().map(sql_lines).and_then(|sql| sql.into_iter().next());
    first.map_or_else(Vec::new, |sql| {
        labelled(style, "sql:", std::iter::once(style.cut(&style.text(&sql), style.width - INDENT)))
    })
}

/// Columns for words beside a place; fewer are noise.
const WORDS: usize = 12;

fn has_room(style: Style, place: &str) -> bool {
    INDENT + width(place) + WORDS <= style.width
}

/// A place, whole, and as much of the text as there is room for beside it.
fn one_place(style: Style, name: &str, place: &str, text: &str) -> String {
    let line = if text.is_empty() || !has_room(style, place) {
        place.to_owned()
    } else {
        style.cut(&format!("{place} {text}"), style.width - INDENT)
    };
    labelled(style, name, std::iter::once(line)).concat()
}

/// `error[rule]: message`, with the target, where it is named, at the right.
fn headline(style: Style, block: &Block, target: &str) -> Vec<String> {
    let d = block.first();
    let tag = format!("{}[{}]", d.severity.as_str(), d.rule);
    let text = format!("{tag}: {}", style.text(&block.headline()));
    let reserved = if target.is_empty() { 0 } else { width(target) + 2 };
    let mut lines = Vec::new();
    for (i, part) in style.wrap(&text, style.width.saturating_sub(reserved + 2)).into_iter().enumerate() {
        if i > 0 {
            lines.push(format!("  {part}"));
            continue;
        }
        let gap = style.width.saturating_sub(width(&part) + width(target));
        let rest = part.strip_prefix(&tag).unwrap_or_default();
        let aside = if target.is_empty() {
            String::new()
        } else {
            format!("{}{}", " ".repeat(gap), style.paint(Ink::Frame, target))
        };
        lines.push(format!(
            "{}{}{aside}",
            style.paint(Ink::Severity(d.severity), &tag),
            style.paint(Ink::Strong, rest)
        ));
    }
    lines
}

fn primary_snippet(settings: &Settings, block: &Block) -> Snippet {
    if block.len() == 1 {
        let label = &block.first().primary;
        return Snippet::of(label.span, label.text.clone());
    }
    let shown = if settings.verbose || block.len() == MARKS + 1 { block.len() } else { MARKS };
    let first_file = block.first().primary.span.file;
    let mut snippet = Snippet { at: block.first().primary.span, marks: Vec::new(), folded: Vec::new() };
    for d in block.diagnostics() {
        let span = d.primary.span;
        if snippet.marks.len() < shown && span.file == first_file {
            let text = if block.is_list() { Block::item(d) } else { d.primary.text.clone() };
            snippet.marks.push(Mark { span, text });
        } else {
            snippet.folded.push(Mark { span, text: Block::name(d).to_owned() });
        }
    }
    snippet.marks.sort_by_key(|mark| mark.span.start);
    snippet
}

/// The other places of all findings of a block, each once.
fn related_places<'a>(block: &Block<'a>) -> Vec<&'a Label> {
    let mut places: Vec<&Label> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for label in block.diagnostics().flat_map(|d| &d.related) {
        if seen.insert(label.span) {
            places.push(label);
        }
    }
    places
}

/// The other side, and how many of the related places it tells: the statement that created a thing names the one that last changed it.
fn other_side(input: &ReportInput, related: &[&Label]) -> (Option<Snippet>, usize) {
    let Some(first) = related.first() else { return (None, 0) };
    let mut text = first.text.clone();
    let mut told = 1;
    if let Some(change) = related.get(1).filter(|label| label.text == "last changed here") {
        // The rest of the migration that creates a thing usually changes it too, and says nothing new.
        if change.span.file != first.span.file {
            let place = Place::of(input.sources, change.span);
            text.push_str(&format!("; last changed by {}:{}", short_name(&place.path), place.line));
        }
        told = 2;
    }
    (Some(Snippet::of(first.span, text)), told)
}

/// A migration's file, with its folder where all files are called alike.
fn short_name(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    if !matches!(name, "migration.sql" | "up.sql") {
        return name;
    }
    path.rmatch_indices('/').nth(1).map_or(path, |(at, _)| &path[at + 1..])
}

/// A snippet, or one line for a place that is a file as a whole.
fn frame(input: &ReportInput, settings: &Settings, style: Style, snippet: &Snippet, gutter: usize) -> Vec<String> {
    match snippet.marks.as_slice() {
        [mark] if mark.span.start == 0 && mark.span.end == 0 => {
            let at = shown_path(settings, &input.sources.file(mark.span.file).path);
            field(style, "at:", &format!("{at}:1:1 {}", mark.text))
        }
        _ => snippet.render(input, settings, style, gutter),
    }
}

fn more_places(input: &ReportInput, settings: &Settings, style: Style, places: &[&Label]) -> Vec<String> {
    let shown = if settings.verbose || places.len() == PLACES + 1 { places.len() } else { PLACES };
    let mut lines = Vec::new();
    for label in places.iter().take(shown) {
        let place = Place::of(input.sources, label.span);
        let at = format!("{}:{}:{}", shown_path(settings, &place.path), place.line, place.column);
        lines.extend(field(style, "also:", &format!("{at} {}", label.text)));
    }
    if places.len() > shown {
        let more = count(places.len() - shown, "more place", "more places");
        lines.extend(field(style, "also:", &format!("{} {more}", style.glyph("…"))));
    }
    lines
}

/// What would happen, hints, the next command, the SQL.
fn advice(settings: &Settings, style: Style, block: &Block) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(consequence) = block.diagnostics().find_map(|d| d.consequence.as_deref()) {
        lines.extend(field(style, "then:", consequence));
    }
    for hint in distinct(block, |d| d.help.as_deref(), HINTS) {
        lines.extend(field(style, "help:", hint));
    }
    for command in distinct(block, |d| d.fix.as_ref().and_then(|fix| fix.command.as_deref()), HINTS) {
        // In one piece however narrow the terminal: it is there to be copied.
        lines.extend(labelled(style, "fix:", command.lines().map(|line| style.text(line))));
    }
    let sql = distinct(block, |d| d.fix.as_ref().and_then(|fix| fix.sql.as_deref()), usize::MAX);
    let sql: Vec<String> = sql.into_iter().flat_map(sql_lines).collect();
    let limit = match block.len() {
        _ if settings.verbose => sql.len(),
        1 => SQL_LINES,
        _ => SQL_LINES_OF_MANY,
    };
    let shown = if sql.len() == limit + 1 { sql.len() } else { limit };
    for (i, statement) in sql.iter().take(shown).enumerate() {
        lines.extend(code_field(style, if i == 0 { "sql:" } else { "" }, statement));
    }
    if sql.len() > shown {
        let more = count(sql.len() - shown, "more line", "more lines");
        lines.extend(field(style, "", &format!("{} {more}: undrift diff --format sql", style.glyph("…"))));
    }
    lines
}

fn distinct<'a>(block: &Block<'a>, part: impl Fn(&'a Diagnostic) -> Option<&'a str>, most: usize) -> Vec<&'a str> {
    let mut seen = std::collections::HashSet::new();
    block.diagnostics().filter_map(part).filter(|text| seen.insert(*text)).take(most).collect()
}

/// Columns before the text of `then:` and its like.
const INDENT: usize = 8;

fn field(style: Style, name: &str, text: &str) -> Vec<String> {
    let parts = text.lines().flat_map(|line| style.wrap(&style.text(line), style.width - INDENT));
    labelled(style, name, parts)
}

/// SQL keeps its own spaces.
fn code_field(style: Style, name: &str, line: &str) -> Vec<String> {
    let text = style.text(&one_line(line));
    let room = style.width - INDENT;
    if width(&text) <= room {
        return labelled(style, name, std::iter::once(text));
    }
    labelled(
        style,
        name,
        style.wrap(&text, room - 2).into_iter().enumerate().map(
            |(i, part)| {
                if i == 0 { part } else { format!("  {part}") }
            },
        ),
    )
}

fn labelled(style: Style, name: &str, parts: impl Iterator<Item = String>) -> Vec<String> {
    let pad = " ".repeat(INDENT - 2 - name.len());
    parts
        .enumerate()
        .map(|(i, part)| {
            if i == 0 {
                format!("  {}{pad}{part}", style.paint(Ink::Strong, name))
            } else {
                format!("{}{part}", " ".repeat(INDENT))
            }
        })
        .map(|line| line.trim_end().to_owned())
        .collect()
}
