//! `undrift init`.

use super::args::GlobalArgs;
use super::error::CliError;
use super::exit::ExitStatus;
use super::output::{print, write_file};
use super::session::Session;
use crate::config::{CONFIG_NAME, render};

/// Writes what discovery finds as a config; never over one that is there, unless told to.
pub(super) fn run(global: &GlobalArgs, force: bool) -> Result<ExitStatus, CliError> {
    let session = Session::open_worktree(global)?;
    let path = global.config.clone().unwrap_or_else(|| session.root.join(CONFIG_NAME));
    if path.exists() && !force {
        let message = format!("{} exists", path.display());
        return Err(CliError::usage(message, "`--force` overwrites it".to_owned()));
    }
    let found = session.discover();
    if found.targets.is_empty() {
        let help = "write a [[target]] by hand: docs/undrift.schema.json describes its keys";
        return Err(CliError::usage("nothing was found to put into a config", help.to_owned()));
    }
    write_file(&path, &render(&found.targets))?;
    let mut text = format!("{} is written:\n", path.display());
    for target in &found.targets {
        text.push_str(&format!("  {}: {}\n", target.name, target.why));
    }
    for words in &found.not_checked {
        text.push_str(&format!("  not checked: {words}\n"));
    }
    print(&text)?;
    Ok(ExitStatus::Clean)
}
