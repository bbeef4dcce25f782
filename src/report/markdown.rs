//! `--format markdown`: a comment for a pull request. Summary, a table of what was found, and the SQL that closes it.
//!
//! Everything that comes from files is written as HTML entities or inside `<code>`, so that no table, mention, link or tag can begin in it;
//! SQL stands in fences longer than any run of back quotes within.

use super::pretty::{Block, blocks};
use super::text::{Place, count, one_line, repository_path, severities, silenced, sql_lines};
use super::{ReportInput, Settings};

/// Rows of the table; GitHub cuts comments at 65,536 characters.
const ROWS: usize = 50;
/// Lines of SQL for one target.
const SQL_LINES: usize = 200;

/// A markdown document.
#[must_use]
pub fn render(input: &ReportInput, settings: &Settings) -> String {
    let mut out = heading(input);
    if !input.targets.is_empty() {
        out.push_str("\n| target | declared | migrations | |\n|---|---|---|---|\n");
        for target in &input.targets {
            out.push_str(&target_row(input, target));
        }
    }
    let blocks = blocks(&input.findings);
    if !blocks.is_empty() {
        out.push_str("\n| | rule | where | what |\n|---|---|---|---|\n");
        for block in blocks.iter().take(ROWS) {
            out.push_str(&finding_row(input, settings, block));
        }
        if let Some(more) = blocks.len().checked_sub(ROWS).filter(|&more| more > 0) {
            out.push_str(&format!("\n… {more} more; `undrift check` prints them all.\n"));
        }
    }
    for name in target_names(input) {
        out.push_str(&sql(input, name));
    }
    let mut last = vec![format!("scope: {}", text(&input.scope))];
    last.extend(silenced(input));
    last.extend(input.not_checked.iter().map(|what| format!("not checked: {}", text(what))));
    out.push_str(&format!("\n<sub>{}</sub>\n", last.join(" · ")));
    out
}

fn heading(input: &ReportInput) -> String {
    let found = severities(input.findings.iter().map(|finding| &finding.diagnostic.severity));
    if found.is_empty() {
        "### undrift: the schema and the migrations agree\n".to_owned()
    } else {
        format!("### undrift: {found}\n")
    }
}

fn target_row(input: &ReportInput, target: &super::TargetSummary) -> String {
    let declared = target.declared.as_ref().map_or("not judged".to_owned(), |d| {
        let (tables, columns) = (count(d.tables, "table", "tables"), count(d.columns, "column", "columns"));
        format!("{} {tables}, {columns}", text(&d.kind))
    });
    let migrations = target.migrations.as_ref().map_or("none".to_owned(), |m| {
        let new = if m.new > 0 { format!(" ({} new)", m.new) } else { String::new() };
        format!("{}{new}", count(m.count, "migration", "migrations"))
    });
    let of_target = input.findings.iter().filter(|f| f.diagnostic.target == target.name);
    let found = severities(of_target.map(|f| &f.diagnostic.severity));
    let verdict = if found.is_empty() { "✓".to_owned() } else { found };
    format!("| {} | {declared} | {migrations} | {verdict} |\n", text(&target.name))
}

fn finding_row(input: &ReportInput, settings: &Settings, block: &Block) -> String {
    let d = block.first();
    let place = Place::of(input.sources, d.primary.span);
    let mut what = marked(&block.headline());
    if let Some(consequence) = &d.consequence {
        what.push_str("<br>");
        what.push_str(&marked(consequence));
    }
    if let Some(command) = d.fix.as_ref().and_then(|fix| fix.command.as_deref()) {
        what.push_str("<br>fix: ");
        what.push_str(&code(command));
    }
    let path = repository_path(settings, &place.path);
    format!("| {} | {} | {} | {what} |\n", d.severity.as_str(), code(d.rule), code(&format!("{path}:{}", place.line)))
}

fn target_names<'a>(input: &'a ReportInput) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for finding in &input.findings {
        if !names.contains(&finding.diagnostic.target.as_str()) {
            names.push(&finding.diagnostic.target);
        }
    }
    names
}

fn sql(input: &ReportInput, target: &str) -> String {
    let mut of_target: Vec<_> = input.findings.iter().filter(|f| f.diagnostic.target == target).collect();
    of_target.sort_by_key(|finding| finding.sequence);
    let statements = of_target.iter().filter_map(|f| f.diagnostic.fix.as_ref().and_then(|fix| fix.sql.as_deref()));
    let mut lines: Vec<String> = statements.flat_map(sql_lines).collect();
    if lines.is_empty() {
        return String::new();
    }
    let more = lines.len().saturating_sub(SQL_LINES);
    lines.truncate(SQL_LINES);
    if more > 0 {
        lines.push(format!("-- … {}: undrift diff --format sql", count(more, "more line", "more lines")));
    }
    let longest = lines.iter().flat_map(|line| line.split(|c| c != '`')).map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let of = if target.is_empty() { String::new() } else { format!(" ({})", text(target)) };
    format!(
        "\n<details><summary>SQL that closes it{of}</summary>\n\n{fence}sql\n{}\n{fence}\n\n</details>\n",
        lines.join("\n")
    )
}

/// A message: what stands in back quotes becomes code. However a name may pair them anew, both kinds of parts are escaped.
fn marked(message: &str) -> String {
    let message = one_line(message);
    let parts: Vec<&str> = message.split('`').collect();
    let closed = parts.len() % 2 == 1;
    let mut out = String::new();
    for (i, part) in parts.iter().enumerate() {
        let is_last_open = !closed && i + 1 == parts.len();
        if i % 2 == 1 && !is_last_open { out.push_str(&code(part)) } else { out.push_str(&text(part)) }
    }
    out
}

fn code(content: &str) -> String {
    format!("<code>{}</code>", entities(&one_line(content)))
}

/// Plain text; mentions, issue numbers and addresses are broken by a word joiner, since a forge looks for them after entities are read.
fn text(content: &str) -> String {
    let joined = one_line(content).replace('@', "@\u{2060}").replace('#', "#\u{2060}").replace("www.", "www\u{2060}.");
    entities(&joined)
}

/// Everything that markdown or HTML could take for markup, as entities. An underscore or colon within a word is none.
fn entities(content: &str) -> String {
    let mut out = String::with_capacity(content.len());
    let mut before = ' ';
    let mut rest = content.chars().peekable();
    while let Some(c) = rest.next() {
        let within_word = before.is_alphanumeric() && rest.peek().is_some_and(|next| next.is_alphanumeric());
        let is_markup = match c {
            '_' => !within_word,
            ':' => rest.peek() == Some(&'/'),
            '#' | '&' | '<' | '>' | '"' | '\'' | '\\' | '`' | '*' | '{' | '}' | '[' | ']' | '|' | '~' | '!' | '$' => {
                true
            }
            _ => false,
        };
        if is_markup {
            out.push_str(&format!("&#{};", c as u32));
        } else {
            out.push(c);
        }
        before = c;
    }
    out
}
