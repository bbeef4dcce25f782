//! `--format github`: workflow commands, which GitHub Actions shows beside the changed lines.
//!
//! Escaping as the runner's own toolkit does it: actions/toolkit `packages/core/src/command.ts`, `escapeData` and `escapeProperty`.

use super::text::{Place, count, one_line, repository_path, severities as severities_in_words};
use super::{ReportInput, Settings};
use crate::diagnostic::{Diagnostic, Severity};

/// Annotations of one kind that GitHub keeps of a step (<https://docs.github.com/en/rest/checks/runs> and the runner's `IssueMatcher`).
const SHOWN: usize = 10;

/// One `::error …::…` line for each finding; and where GitHub drops some of them, a line that says so and is no command.
#[must_use]
pub fn render(input: &ReportInput, settings: &Settings) -> String {
    let mut out: String = input.findings.iter().map(|finding| command(input, settings, &finding.diagnostic)).collect();
    let severities = || input.findings.iter().map(|finding| &finding.diagnostic.severity);
    let dropped = [Severity::Error, Severity::Warning, Severity::Info]
        .map(|severity| severities().filter(|of| **of == severity).count().saturating_sub(SHOWN))
        .iter()
        .sum::<usize>();
    if dropped > 0 {
        let rest = count(dropped, "other stands", "others stand");
        let all = severities_in_words(severities());
        out.push_str(&format!(
            "undrift: {all}; GitHub shows {SHOWN} of a kind beside the code, {rest} in this log only\n"
        ));
    }
    out
}

fn command(input: &ReportInput, settings: &Settings, d: &Diagnostic) -> String {
    let place = Place::of(input.sources, d.primary.span);
    let level = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = vec![
        ("file", repository_path(settings, &place.path)),
        ("line", place.line.to_string()),
        ("endLine", place.end_line.to_string()),
    ];
    if place.line == place.end_line {
        // GitHub takes columns only where both lines are the same.
        properties.push(("col", place.column.to_string()));
        properties.push(("endColumn", place.end_column.to_string()));
    }
    properties
        .push(("title", if d.target.is_empty() { d.rule.to_owned() } else { format!("{} ({})", d.rule, d.target) }));
    let properties: Vec<String> = properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    format!("::{level} {}::{}\n", properties.join(","), data(d))
}

fn data(d: &Diagnostic) -> String {
    let mut lines = vec![one_line(&d.message)];
    let fix = d.fix.as_ref();
    let parts = [
        ("then", d.consequence.as_deref()),
        ("help", d.help.as_deref()),
        ("fix", fix.and_then(|fix| fix.command.as_deref())),
        ("sql", fix.and_then(|fix| fix.sql.as_deref())),
    ];
    for (name, text) in parts {
        if let Some(text) = text {
            lines.extend(text.lines().map(|line| format!("{name}: {}", one_line(line))));
        }
    }
    lines.iter().map(|line| escape(line)).collect::<Vec<_>>().join("%0A")
}

/// The command that shows why nothing could be checked.
#[must_use]
pub fn failure(message: &str) -> String {
    let lines: Vec<String> = message.lines().map(|line| escape(&one_line(line.trim()))).collect();
    format!("::error title=undrift::{}\n", lines.join("%0A"))
}

fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escape(&one_line(text)).replace(':', "%3A").replace(',', "%2C")
}
