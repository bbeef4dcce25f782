//! `--format junit`: one suite for each target, for CI systems that only know tests.
//!
//! Errors are failed tests, warnings and infos skipped ones (they do not fail a check either), and a target without findings is one test
//! that passed.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::text::{Place, not_a_command, one_line, shown_path, sql_lines};
use super::{ReportInput, Settings};
use crate::diagnostic::{Diagnostic, Severity};

/// A JUnit XML document.
#[must_use]
pub fn render(input: &ReportInput, settings: &Settings) -> String {
    let mut report = Report::new("undrift");
    let mut names: Vec<&str> = input.targets.iter().map(|target| target.name.as_str()).collect();
    for finding in &input.findings {
        if !names.contains(&finding.diagnostic.target.as_str()) {
            names.push(&finding.diagnostic.target);
        }
    }
    for name in names {
        let mut suite = TestSuite::new(if name.is_empty() { "project".to_owned() } else { one_line(name) });
        let of_target = input.findings.iter().filter(|finding| finding.diagnostic.target == name);
        suite.add_test_cases(of_target.map(|finding| case(input, settings, &finding.diagnostic)));
        if suite.test_cases.is_empty() {
            suite.add_test_case(TestCase::new("no findings", TestCaseStatus::success()));
        }
        report.add_test_suite(suite);
    }
    report.to_string().expect("a report without timestamps is XML")
}

fn case(input: &ReportInput, settings: &Settings, d: &Diagnostic) -> TestCase {
    let mut status = match d.severity {
        Severity::Error => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Severity::Warning | Severity::Info => TestCaseStatus::skipped(),
    };
    status.set_type(d.rule).set_message(one_line(&d.message)).set_description(description(input, settings, d));
    let place = Place::of(input.sources, d.primary.span);
    let name = match &d.object {
        Some(object) => one_line(&object.to_string()),
        None => format!("{}:{}:{}", shown_path(settings, &place.path), place.line, place.column),
    };
    let mut case = TestCase::new(name, status);
    case.set_classname(d.rule);
    case
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
