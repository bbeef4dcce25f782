//! Which files git has under its care.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use super::{GitError, Repository};

/// The paths of the index, which is read when the first is asked for.
pub struct TrackedFiles {
    git: Mutex<git2::Repository>,
    prefix: String,
}

impl TrackedFiles {
    pub(super) fn of(repository: &Repository) -> Result<Self, GitError> {
        Ok(Self { git: Mutex::new(repository.reopen()?), prefix: repository.prefix.clone() })
    }

    /// Whether the index has a file of the project. An index that cannot be read has none.
    #[must_use]
    pub fn contains(&self, path: &str) -> bool {
        let full = crate::source::join_path(&self.prefix, path);
        let git = self.git.lock().unwrap_or_else(PoisonError::into_inner);
        git.index().is_ok_and(|index| index.get_path(Path::new(&full), 0).is_some())
    }
}
