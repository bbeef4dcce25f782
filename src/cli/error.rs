//! Why nothing could be done; shown on standard error, with exit status 2.

use std::path::PathBuf;

use crate::config::ConfigError;
use crate::source::TreeError;

/// An error of a command.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Tree(#[from] TreeError),
    #[error(transparent)]
    Baseline(#[from] crate::diagnostic::BaselineError),
    #[error(transparent)]
    Git(#[from] crate::input::GitError),
    #[error("{}: {reason}", path.display())]
    File { path: PathBuf, reason: std::io::Error },
    #[error("{message}{}", help.as_ref().map(|h| format!("\n  help: {h}")).unwrap_or_default())]
    Usage { message: String, help: Option<String> },
    /// Writing to standard output failed; a broken pipe is no failure.
    #[error("standard output: {0}")]
    Output(#[from] std::io::Error),
}

impl CliError {
    pub(super) fn usage(message: impl Into<String>, help: impl Into<Option<String>>) -> Self {
        Self::Usage { message: message.into(), help: help.into() }
    }

    pub(super) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
    }
}
