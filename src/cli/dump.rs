//! `undrift dump declared|migrated`: one side's schema as SQL that makes the same catalog in an empty PostgreSQL, or as JSON.

use super::args::{DumpArgs, DumpFormat, GlobalArgs, Side};
use super::error::CliError;
use super::exit::ExitStatus;
use super::output::{now, print};
use super::session::Session;
use crate::check::{self, Project, dialect_of};
use crate::config::Target;
use crate::dialect::Dialect;
use crate::dump::{DumpContext, to_json, to_sql};
use crate::model::Catalog;
use crate::replay::StatementCounts;
use crate::source::Span;
use crate::source::nearest;

pub(super) fn run(global: &GlobalArgs, args: &DumpArgs) -> Result<ExitStatus, CliError> {
    let session = if args.staged { Session::open_index(global)? } else { Session::open_worktree(global)? };
    let config = session.config(global)?;
    let project = session.project(config.as_ref())?;
    if project.targets.is_empty() {
        return Err(session.nothing_found());
    }
    let target = the_target(&project, args.target.as_deref())?;
    let Some(dialect) = dialect_of(target) else {
        return Err(CliError::usage(format!("{} cannot be dumped yet", target.dialect), None));
    };
    let text = match args.side {
        Side::Migrated => migrated(&project, target, dialect, args.format)?,
        Side::Declared => declared(&project, target, dialect, args.format)?,
    };
    print(&text)?;
    Ok(ExitStatus::Clean)
}

fn migrated(
    project: &Project<'_>,
    target: &Target,
    dialect: &dyn Dialect,
    format: DumpFormat,
) -> Result<String, CliError> {
    let Some(migrated) = check::load_migrated(project.tree, project.sources, target, now()) else {
        return Err(CliError::usage(format!("target `{}` has no migrations", target.name), None));
    };
    let replayed = migrated.replayed;
    let StatementCounts { applied, carried, opaque } = replayed.counts;
    eprintln!("{}: statements: {applied} applied, {carried} carried, {opaque} opaque", target.name);
    for issue in &replayed.issues {
        eprintln!("refused: {}: {}", place(project, issue.statement), issue.message);
    }
    let context = DumpContext {
        prelude: replayed.prelude.iter().copied().collect(),
        search_paths: replayed.search_paths,
        default_path: check::replay_settings(target).search_path,
    };
    Ok(render(&replayed.catalog, &context, dialect, format))
}

fn declared(
    project: &Project<'_>,
    target: &Target,
    dialect: &dyn Dialect,
    format: DumpFormat,
) -> Result<String, CliError> {
    let Some(declared) = check::load_declared(project.tree, project.sources, dialect, target) else {
        return Err(CliError::usage(format!("target `{}` declares no schema", target.name), None));
    };
    for problem in &declared.problems {
        let place = place(project, problem.primary.span);
        eprintln!("{}: {place}: {}", problem.severity.as_str(), problem.message);
    }
    let prelude = check::prelude_files(project.tree, project.sources, target);
    let context = DumpContext {
        prelude: prelude.iter().map(|file| file.id).collect(),
        default_path: check::replay_settings(target).search_path,
        ..DumpContext::default()
    };
    Ok(render(&declared.catalog, &context, dialect, format))
}

/// `path:line:column`
fn place(project: &Project<'_>, span: Span) -> String {
    let file = project.sources.file(span.file);
    let at = file.line_column(span.start);
    format!("{}:{}:{}", file.path, at.line, at.column)
}

fn render(catalog: &Catalog, context: &DumpContext, dialect: &dyn Dialect, format: DumpFormat) -> String {
    match format {
        DumpFormat::Sql => to_sql(catalog, context, dialect),
        DumpFormat::Json => format!("{:#}\n", to_json(catalog)),
    }
}

/// The target that was asked for; the only one where none was.
fn the_target<'p>(project: &'p Project<'_>, asked: Option<&str>) -> Result<&'p Target, CliError> {
    let names: Vec<&str> = project.targets.iter().map(|target| target.name.as_str()).collect();
    match (asked, project.targets.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => {
            Err(CliError::usage("there are several targets", format!("`--target` with one of {}", names.join(", "))))
        }
        (Some(name), targets) => targets.iter().find(|target| target.name == name).ok_or_else(|| {
            let help = match nearest(name, &names) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", names.join(", ")),
            };
            CliError::usage(format!("there is no target `{name}`"), help)
        }),
    }
}
