//! `undrift check`.

use std::time::Instant;

use super::answers;
use super::args::{CheckArgs, Format, GlobalArgs, ScopeArgs};
use super::error::CliError;
use super::exit::ExitStatus;
use super::output;
use super::pre_commit;
use super::pull_request;
use super::session::{OwnedScope, Session};
use super::standpoint;
use crate::check::{self, CheckRequest, Outcome, Project};
use crate::config::FailOn;
use crate::input::{NO_BASE, Repository};
use crate::report::{self, ReportInput, Settings, Viewpoint};
use crate::source::nearest;

pub(super) fn run(global: &GlobalArgs, args: &CheckArgs) -> Result<ExitStatus, CliError> {
    let begun = Instant::now();
    let (session, scope, staged) = open(global, &args.scope)?;
    let config = session.config(global)?;
    let mut project = session.project(config.as_ref())?;
    answers::add(&mut project, &args.answers);
    known_targets(&project, &args.target)?;
    let concerned = staged.as_ref().is_none_or(|paths| check::concerns(&project, paths));
    if concerned && !scope.staged && project.targets.is_empty() && project.not_checked.is_empty() {
        return Err(session.nothing_found());
    }
    // Merge bases cost a walk over the history: a hook that has nothing to say does not ask for them.
    let scope = if concerned { session.scope(&scope, config.as_ref())? } else { OwnedScope::staged() };
    let viewpoint = standpoint::viewpoint(&session.root, global.project.as_deref());
    let scope = scope.seen_from(&session, viewpoint.clone())?;
    let scope = scope.as_scope();
    let request = CheckRequest { only: args.target.clone(), scope: &scope, ignore_baseline: false, now: output::now() };
    let outcome = if concerned {
        check::check(&project, &request)
    } else {
        Outcome { not_checked: vec!["nothing staged concerns a target".into()], ..Outcome::default() }
    };
    answers::check(&outcome, &session.config_name(global))?;

    let fail_on = args.fail_on.map(FailOn::from).or(config.as_ref().and_then(|c| c.fail_on)).unwrap_or(FailOn::Error);
    let fails = outcome.findings.iter().any(|finding| fail_on.fails(finding.diagnostic.severity));
    let mut input = report_input(&session, outcome, scope.words);
    input.staged = staged.unwrap_or_default();
    let elapsed = output::is_terminal().then(|| begun.elapsed());
    let top_level = session.repository.as_ref().and_then(Repository::top_level);
    let prefix = standpoint::repository_prefix(&session.root, top_level);
    let settings = |to_terminal: bool| Settings {
        width: output::width().unwrap_or(100),
        color: to_terminal && output::use_color(global.color),
        unicode: !to_terminal || output::use_unicode(),
        verbose: args.verbose,
        quiet: args.quiet && to_terminal,
        viewpoint: if to_terminal { viewpoint.clone() } else { Viewpoint::Inside(String::new()) },
        repository_prefix: prefix.clone(),
        elapsed: elapsed.filter(|_| to_terminal),
    };
    for (format, path) in &args.output {
        output::write_file(path, &render(*format, &input, &settings(false)))?;
    }
    output::print(&render(args.format, &input, &settings(true)))?;
    Ok(if fails { ExitStatus::Findings } else { ExitStatus::Clean })
}

/// What is read and what is new in it; with `--staged` also the paths that the commit changes: where none of them belongs to a target, a
/// hook has nothing to say.
fn open(global: &GlobalArgs, asked: &ScopeArgs) -> Result<(Session, ScopeArgs, Option<Vec<String>>), CliError> {
    if asked.staged {
        let session = Session::open_index(global)?;
        let staged = session.repository.as_ref().map(Repository::staged_paths).transpose()?.unwrap_or_default();
        match pre_commit::scope().filter(|_| staged.is_empty()) {
            None => return Ok((session, asked.clone(), Some(staged))),
            Some(scope) => return Ok((Session::open_worktree(global)?, scope, None)),
        }
    }
    Ok((Session::open_worktree(global)?, asked.clone(), None))
}

pub(super) fn report_input<'a>(session: &'a Session, outcome: Outcome, scope: String) -> ReportInput<'a> {
    ReportInput {
        targets: outcome.targets,
        findings: outcome.findings,
        sources: &session.sources,
        counts: outcome.counts,
        tells_scope: scope == NO_BASE || pull_request::is_guessed(&scope),
        scope,
        new_migrations: outcome.new_migrations,
        not_checked: outcome.not_checked,
        staged: Vec::new(),
    }
}

fn render(format: Format, input: &ReportInput<'_>, settings: &Settings) -> String {
    match format {
        Format::Pretty => report::pretty::render(input, settings),
        Format::Concise => report::concise::render(input, settings),
        Format::Json => report::json::render(input),
        Format::Sarif => report::sarif::render(input, settings),
        Format::Github => report::github::render(input, settings),
        Format::Gitlab => report::gitlab::render(input, settings),
        Format::Junit => report::junit::render(input, settings),
        Format::Markdown => report::markdown::render(input, settings),
    }
}

/// Refuses names that no target has.
pub(super) fn known_targets(project: &Project<'_>, asked: &[String]) -> Result<(), CliError> {
    let names: Vec<&str> = project.targets.iter().map(|target| target.name.as_str()).collect();
    let Some(unknown) = asked.iter().find(|name| !names.contains(&name.as_str())) else { return Ok(()) };
    let help = match nearest(unknown, &names) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => "the project has no targets".into(),
        None => format!("there are {}", names.join(", ")),
    };
    Err(CliError::usage(format!("there is no target `{unknown}`"), help))
}
