//! Renames named on the command line, and the complaint about those that mean nothing.

use super::args::Answers;
use super::error::CliError;
use crate::check::{Outcome, Project};
use crate::config::{ConfigError, Rename};

/// Adds the renames of the command line to those of the targets.
pub(super) fn add(project: &mut Project<'_>, answers: &Answers) {
    for target in &mut project.targets {
        let named = answers.rename.iter().map(|(from, to)| Rename { from: from.clone(), to: to.clone(), place: None });
        target.renames.extend(named);
    }
}

/// Refuses renames that name nothing, so that a slip of the pen does not look like an answer. `config` is what messages call the config.
pub(super) fn check(outcome: &Outcome, config: &str) -> Result<(), CliError> {
    let Some(rename) = outcome.unmatched_renames.first() else { return Ok(()) };
    let Rename { from, to, place } = rename;
    let message = format!("no table or column `{from}` is called `{to}` in the schema and `{from}` in the migrations");
    let help = "the old name is `table` or `table.column`, with the database schema in front where it is not `public`";
    match place {
        Some(place) => {
            Err(ConfigError { path: config.to_owned(), place: Some(*place), message, help: Some(help.into()) }.into())
        }
        None => Err(CliError::usage(format!("`--rename {from}={to}`: {message}"), help.to_owned())),
    }
}
