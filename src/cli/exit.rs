//! How a run ends.

use std::process::ExitCode;

/// The exit status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExitStatus {
    /// Nothing at or above `fail-on`.
    Clean,
    /// Findings.
    Findings,
    /// Nothing could be checked: bad config, git, I/O, arguments.
    Error,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        match status {
            ExitStatus::Clean => Self::SUCCESS,
            ExitStatus::Findings => Self::from(1),
            ExitStatus::Error => Self::from(2),
        }
    }
}
