//! `undrift baseline`: accepts what is found now.

use super::args::{BaselineArgs, GlobalArgs};
use super::error::CliError;
use super::exit::ExitStatus;
use super::output::{self, print, write_file};
use super::session::Session;
use crate::check::{self, CheckRequest};
use crate::diagnostic::{BASELINE_FILE, Baseline};

/// Writes the findings of a check into the baseline file.
pub(super) fn run(global: &GlobalArgs, args: &BaselineArgs) -> Result<ExitStatus, CliError> {
    let session = Session::open_worktree(global)?;
    let config = session.config(global)?;
    let project = session.project(config.as_ref())?;
    if project.targets.is_empty() && project.not_checked.is_empty() {
        return Err(session.nothing_found());
    }
    let scope = session.scope(&args.scope, config.as_ref())?;
    let scope = scope.as_scope();
    let request = CheckRequest { only: Vec::new(), scope: &scope, ignore_baseline: true, now: output::now() };
    let outcome = check::check(&project, &request);
    let named = config.as_ref().and_then(|config| config.baseline.as_deref()).unwrap_or(BASELINE_FILE);
    let path = args.file.clone().unwrap_or_else(|| session.root.join(named));
    let text = Baseline::write(&outcome.findings);
    write_file(&path, &text)?;
    // One line each for the version, the list and its end.
    let accepted = text.lines().filter(|line| line.contains("\"fingerprint\"")).count();
    let what = if accepted == 1 { "finding is" } else { "findings are" };
    print(&format!("{accepted} {what} accepted in {}\n", path.display()))?;
    Ok(ExitStatus::Clean)
}
