//! `undrift diff`: the drift as text, as the SQL that closes it, or as JSON.

use std::fmt::Write as _;

use similar::{ChangeTag, TextDiff};

use super::answers;
use super::args::{DiffArgs, DiffFormat, GlobalArgs};
use super::check::{known_targets, report_input};
use super::error::CliError;
use super::exit::ExitStatus;
use super::output;
use super::session::Session;
use crate::check::{self, CheckRequest, New, Project, Scope};
use crate::config::Target;
use crate::diagnostic::{Diagnostic, Finding, Severity};
use crate::report;
use crate::rules::order::Standpoint;

pub(super) fn run(global: &GlobalArgs, args: &DiffArgs) -> Result<ExitStatus, CliError> {
    let session = if args.staged { Session::open_index(global)? } else { Session::open_worktree(global)? };
    let config = session.config(global)?;
    let mut project = session.project(config.as_ref())?;
    if project.targets.is_empty() && project.not_checked.is_empty() {
        return Err(session.nothing_found());
    }
    answers::add(&mut project, &args.answers);
    known_targets(&project, &args.target)?;
    for target in project.targets.iter().filter(|target| is_wanted(target, args)) {
        // Nothing printed must not look like no drift.
        if let Some(why) = unjudged(target) {
            eprintln!("{}: {why}, so there is no drift to print", target.name);
        }
    }
    let scope = Scope { words: "all migrations".into(), new: New::All, standpoint: Standpoint::default() };
    let request = CheckRequest { only: args.target.clone(), scope: &scope, ignore_baseline: true, now: None };
    let mut outcome = check::check(&project, &request);
    answers::check(&outcome, &session.config_name(global))?;
    // What could not be read stays: a diff of half a schema must not look like a whole one.
    outcome.findings.retain(|f| f.diagnostic.rule.starts_with("drift/") || f.diagnostic.rule.starts_with("input/"));
    let drifts = outcome.findings.iter().any(is_drift);
    let text = match args.format {
        DiffFormat::Text => text(&outcome.findings, project.targets.len() > 1),
        DiffFormat::Sql => sql(&project, args),
        DiffFormat::Json => report::json::render(&report_input(&session, outcome, scope.words)),
    };
    let text = if output::use_color(global.color) && args.format == DiffFormat::Text { colored(&text) } else { text };
    output::print(&text)?;
    Ok(if drifts && args.exit_code { ExitStatus::Findings } else { ExitStatus::Clean })
}

fn is_wanted(target: &Target, args: &DiffArgs) -> bool {
    args.target.is_empty() || args.target.contains(&target.name)
}

fn unjudged(target: &Target) -> Option<String> {
    if check::dialect_of(target).is_none() {
        return Some(format!("{} is not checked yet", target.dialect));
    }
    match (&target.declared, &target.migrations) {
        (None, _) => Some("no schema is declared".to_owned()),
        (_, None) => Some("there are no migrations".to_owned()),
        _ => None,
    }
}

fn is_drift(finding: &Finding) -> bool {
    finding.diagnostic.rule.starts_with("drift/") && finding.diagnostic.severity > Severity::Info
}

/// One hunk for each difference: what the migrations leave behind with `-`, what is declared with `+`.
fn text(findings: &[Finding], several: bool) -> String {
    let mut out = String::new();
    let mut target = None;
    for diagnostic in findings.iter().map(|f| &f.diagnostic).filter(|d| d.rule.starts_with("drift/")) {
        if several && target != Some(&diagnostic.target) {
            let _ = writeln!(out, "--- {0}: migrated\n+++ {0}: declared", diagnostic.target);
        }
        target = Some(&diagnostic.target);
        hunk(&mut out, diagnostic);
    }
    for diagnostic in findings.iter().map(|f| &f.diagnostic).filter(|d| d.rule.starts_with("input/")) {
        let _ = writeln!(out, "# {}", diagnostic.message);
    }
    out
}

fn hunk(out: &mut String, diagnostic: &Diagnostic) {
    let object = diagnostic.object.as_ref();
    let kind = object.map(|o| o.kind.as_str().replace('_', " ")).unwrap_or_default();
    let name = object.map(ToString::to_string).unwrap_or_default();
    let _ = writeln!(out, "@@ {kind} {name} @@");
    let whole = |present: bool| if present { name.clone() } else { String::new() };
    let (missing, undeclared) = (diagnostic.rule.contains("/missing-"), diagnostic.rule.contains("/undeclared-"));
    let migrated = diagnostic.migrated.clone().unwrap_or_else(|| whole(undeclared));
    let declared = diagnostic.declared.clone().unwrap_or_else(|| whole(missing));
    let (migrated, declared) = (with_line_feed(migrated), with_line_feed(declared));
    for change in TextDiff::from_lines(&migrated, &declared).iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
            ChangeTag::Equal => ' ',
        };
        let _ = write!(out, "{sign}{change}");
    }
}

fn with_line_feed(mut text: String) -> String {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The statements that close the drift of each target.
fn sql(project: &Project<'_>, args: &DiffArgs) -> String {
    let mut out = String::new();
    for target in project.targets.iter().filter(|target| is_wanted(target, args)) {
        let Some(dialect) = check::dialect_of(target) else { continue };
        let sides = check::sides(project.tree, project.sources, dialect, target);
        let (Some(declared), Some(migrated)) = (&sides.declared, &sides.migrated) else { continue };
        if project.targets.len() > 1 {
            let _ = writeln!(out, "-- target {}", target.name.replace(['\n', '\r'], " "));
        }
        for statement in check::closing_sql(declared, migrated, target, dialect) {
            let _ = writeln!(out, "{statement}");
        }
    }
    out
}

fn colored(text: &str) -> String {
    let paint = |line: &str| {
        let code = match line.as_bytes().first() {
            Some(b'+') => "32",
            Some(b'-') => "31",
            Some(b'@') => "36",
            _ => return line.to_owned(),
        };
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        format!("\u{1b}[{code}m{line}\u{1b}[0m{end}")
    };
    text.split_inclusive('\n').map(paint).collect()
}
