//! `undrift dump declared|migrated`: one side as SQL that makes it in an empty database, or as the contract's JSON.

use super::args::{DumpArgs, DumpFormat, GlobalArgs, Side};
use super::check::known_targets;
use super::error::CliError;
use super::exit::ExitStatus;
use super::output;
use super::session::Session;
use crate::check::{self, Project};
use crate::config::Target;
use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::Dialect;
use crate::dump::{DumpContext, to_json, to_sql};
use crate::model::Catalog;
use crate::source::SourceMap;

pub(super) fn run(global: &GlobalArgs, args: &DumpArgs) -> Result<ExitStatus, CliError> {
    let session = Session::open_worktree(global)?;
    let config = session.config(global)?;
    let project = session.project(config.as_ref())?;
    let target = one_target(&project, args)?;
    let Some(dialect) = check::dialect_of(target) else {
        return Err(CliError::usage(
            format!("`{}` is {}, which is not supported yet", target.name, target.dialect),
            None,
        ));
    };
    let nothing = |side: &str| CliError::usage(format!("the target `{}` has no {side}", target.name), None);
    match args.side {
        Side::Declared => {
            let declared = check::load_declared(project.tree, project.sources, dialect, target)
                .ok_or_else(|| nothing("declared schema"))?;
            tell(&declared.problems, project.sources);
            output::print(&render(&declared.catalog, &DumpContext::default(), args.format, dialect))?;
        }
        Side::Migrated => {
            let migrated =
                check::load_migrated(project.tree, project.sources, target).ok_or_else(|| nothing("migrations"))?;
            tell(&migrated.problems, project.sources);
            let replayed = &migrated.replayed;
            let counts = replayed.counts;
            eprintln!(
                "{} statements applied, {} carried, {} opaque, {} refused",
                counts.applied,
                counts.carried,
                counts.opaque,
                replayed.issues.len()
            );
            let path = check::search_path(target);
            output::print(&render(&replayed.catalog, &DumpContext::of(replayed, &path), args.format, dialect))?;
        }
    }
    Ok(ExitStatus::Clean)
}

fn one_target<'p>(project: &'p Project<'_>, args: &DumpArgs) -> Result<&'p Target, CliError> {
    let asked: Vec<String> = args.target.iter().cloned().collect();
    known_targets(project, &asked)?;
    let mut fitting = project.targets.iter().filter(|target| asked.is_empty() || asked.contains(&target.name));
    match (fitting.next(), fitting.next()) {
        (Some(target), None) => Ok(target),
        (None, _) => Err(CliError::usage("the project has no targets", "`undrift init` writes a config".to_owned())),
        (Some(_), Some(_)) => {
            let names: Vec<&str> = project.targets.iter().map(|target| target.name.as_str()).collect();
            Err(CliError::usage("there are several targets", format!("--target {}", names.join(" | "))))
        }
    }
}

/// Errors of the input go to standard error: a dump of half a schema must not look like a whole one.
fn tell(problems: &[Diagnostic], sources: &SourceMap) {
    for problem in problems.iter().filter(|problem| problem.severity == Severity::Error) {
        let span = problem.primary.span;
        let file = sources.file(span.file);
        let place = file.line_column(span.start);
        eprintln!("{}:{}:{}: error[{}]: {}", file.path, place.line, place.column, problem.rule, problem.message);
    }
}

fn render(catalog: &Catalog, context: &DumpContext, format: DumpFormat, dialect: &dyn Dialect) -> String {
    match format {
        DumpFormat::Sql => to_sql(catalog, context, dialect),
        DumpFormat::Json => {
            let mut text = serde_json::to_string_pretty(&to_json(catalog)).unwrap_or_default();
            text.push('\n');
            text
        }
    }
}
