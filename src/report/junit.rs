//! `--format junit`: one suite for each target, for CI systems that only know tests.
//!
//! Errors are failed tests, warnings and infos skipped ones (they do not fail a check either), and a target without findings is one test
//! that passed. There is no one definition of the format: what is written here is valid by the XSDs of Ant (windyroad/JUnit-Schema) and
//! of Jenkins (xunit-plugin, junit-10.xsd), which between them forbid attributes of the root and of `skipped`, and ask for a time, a host
//! and empty elements. The time is always the same, as the same input gives the same bytes.

use super::text::{Place, is_harmless, not_a_command, one_line, shown_path, sql_lines};
use super::{ReportInput, Settings};
use crate::diagnostic::{Diagnostic, Severity};

/// A JUnit XML document.
#[must_use]
pub fn render(input: &ReportInput, settings: &Settings) -> String {
    let mut names: Vec<&str> = input.targets.iter().map(|target| target.name.as_str()).collect();
    for finding in &input.findings {
        if !names.contains(&finding.diagnostic.target.as_str()) {
            names.push(&finding.diagnostic.target);
        }
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (id, name) in names.iter().enumerate() {
        let of_target = input.findings.iter().map(|f| &f.diagnostic).filter(|d| d.target == *name);
        out.push_str(&suite(input, settings, id, name, &of_target.collect::<Vec<_>>()));
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(input: &ReportInput, settings: &Settings, id: usize, name: &str, findings: &[&Diagnostic]) -> String {
    let failures = findings.iter().filter(|d| d.severity == Severity::Error).count();
    let skipped = findings.len() - failures;
    let name = attribute(if name.is_empty() { "project" } else { name });
    let mut out = format!(
        "  <testsuite id=\"{id}\" package=\"undrift\" name=\"{name}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" \
         skipped=\"{skipped}\" time=\"0\" timestamp=\"1970-01-01T00:00:00\" hostname=\"localhost\">\n    <properties/>\n",
        findings.len().max(1)
    );
    if findings.is_empty() {
        out.push_str("    <testcase classname=\"undrift\" name=\"no findings\" time=\"0\"/>\n");
    }
    for d in findings {
        out.push_str(&case(input, settings, d));
    }
    out.push_str("    <system-out/>\n    <system-err/>\n  </testsuite>\n");
    out
}

fn case(input: &ReportInput, settings: &Settings, d: &Diagnostic) -> String {
    let place = Place::of(input.sources, d.primary.span);
    let name = match &d.object {
        Some(object) => object.to_string(),
        None => format!("{}:{}:{}", shown_path(settings, &place.path), place.line, place.column),
    };
    let message = one_line(&d.message);
    let description = description(input, settings, d);
    let result = match d.severity {
        Severity::Error => {
            let (message, text) = (attribute(&message), escape(&description));
            format!("<failure type=\"{}\" message=\"{message}\">{text}</failure>", d.rule)
        }
        Severity::Warning | Severity::Info => {
            let text = format!("{}: {message}\n{description}", d.severity.as_str());
            format!("<skipped>{}</skipped>", escape(&text))
        }
    };
    format!(
        "    <testcase classname=\"{}\" name=\"{}\" time=\"0\">\n      {result}\n    </testcase>\n",
        d.rule,
        attribute(&name)
    )
}

fn description(input: &ReportInput, settings: &Settings, d: &Diagnostic) -> String {
    let mut lines = Vec::new();
    for label in std::iter::once(&d.primary).chain(&d.related) {
        let place = Place::of(input.sources, label.span);
        let line =
            format!("{}:{}:{} {}", shown_path(settings, &place.path), place.line, place.column, one_line(&label.text));
        lines.push(not_a_command(line.trim_end()));
    }
    let fix = d.fix.as_ref();
    let parts = [
        ("then", d.consequence.as_deref()),
        ("help", d.help.as_deref()),
        ("fix", fix.and_then(|fix| fix.command.as_deref())),
        ("sql", fix.and_then(|fix| fix.sql.as_deref())),
    ];
    for (name, text) in parts {
        lines.extend(text.map(sql_lines).unwrap_or_default().iter().map(|line| format!("{name}: {line}")));
    }
    lines.join("\n")
}

fn attribute(text: &str) -> String {
    escape(&one_line(text))
}

/// Text for XML 1.0: its five characters as entities, and nothing that it forbids.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push('\n'),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if is_harmless(c) => out.push(c),
            _ => out.push('\u{fffd}'),
        }
    }
    out
}
