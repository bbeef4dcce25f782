//! The command line: the only code that touches the environment, standard output and the exit status. One file for each subcommand;
//! [`args`] is the literal form, [`session`] resolves it once.

mod answers;
mod args;
mod baseline;
mod check;
mod completions;
mod diff;
mod dump;
mod error;
mod exit;
mod explain;
mod hook;
mod init;
mod output;
mod pre_commit;
mod pull_request;
mod session;
mod standpoint;

use clap::Parser;

pub use exit::ExitStatus;

use args::{Cli, Command, Format};
use error::CliError;

use crate::report;

/// Parses the arguments, runs the command, reports an error on standard error.
#[must_use]
pub fn main() -> ExitStatus {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(status) => status,
        // A reader that has seen enough is no failure.
        Err(error) if error.is_broken_pipe() => ExitStatus::Clean,
        Err(error) => {
            let message = error.to_string();
            eprintln!("error: {}", report::harmless(&message));
            if wants_commands(&cli) {
                // A reader that is gone needs no command.
                let _ = output::print(&report::github::failure(&message));
            }
            ExitStatus::Error
        }
    }
}

/// Whether a CI runner that takes commands reads the output.
fn wants_commands(cli: &Cli) -> bool {
    matches!(&cli.command, Command::Check(args) if args.format == Format::Github)
}

fn run(cli: &Cli) -> Result<ExitStatus, CliError> {
    let global = &cli.global;
    match &cli.command {
        Command::Check(args) => check::run(global, args),
        Command::Diff(args) => diff::run(global, args),
        Command::Dump(args) => dump::run(global, args),
        Command::Baseline(args) => baseline::run(global, args),
        Command::Hook(command) => hook::run(global, command),
        Command::Explain { rule } => explain::explain(rule),
        Command::Rules(args) => explain::list(args),
        Command::Init { force } => init::run(global, *force),
        Command::Completions { shell } => completions::run(*shell),
    }
}
