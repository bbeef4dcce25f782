//! `--format gitlab`: a code quality report, GitLab's subset of the Code Climate format
//! (<https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>).

use serde::Serialize;

use super::text::{Place, one_line, repository_path};
use super::{ReportInput, Settings};
use crate::diagnostic::Severity;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// A JSON array with one object for each finding.
#[must_use]
pub fn render(input: &ReportInput, settings: &Settings) -> String {
    let issues: Vec<Issue> = input
        .findings
        .iter()
        .map(|finding| {
            let d = &finding.diagnostic;
            let place = Place::of(input.sources, d.primary.span);
            Issue {
                description: one_line(&d.message),
                check_name: d.rule,
                fingerprint: &finding.fingerprint,
                severity: match d.severity {
                    Severity::Error => "critical",
                    Severity::Warning => "minor",
                    Severity::Info => "info",
                },
                location: Location {
                    path: repository_path(settings, &place.path),
                    lines: Lines { begin: place.line, end: place.end_line },
                },
            }
        })
        .collect();
    let mut out = serde_json::to_string_pretty(&issues).expect("strings and numbers are JSON");
    out.push('\n');
    out
}
