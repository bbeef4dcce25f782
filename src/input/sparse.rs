//! A sparse checkout: the files on disk, and those that git leaves in the index only.

use super::{IndexTree, Repository, WorkTree};
use crate::source::{Entry, EntryKind, Tree, TreeError};

/// The working tree, completed by what a sparse checkout keeps out of it (`skip-worktree`): a file that is merely not checked out is not deleted.
pub struct SparseTree {
    disk: WorkTree,
    skipped: IndexTree,
}

impl SparseTree {
    /// The files on disk alone where nothing is left out, or where the index cannot be read.
    #[must_use]
    pub fn over(disk: WorkTree, repository: &Repository) -> Box<dyn Tree> {
        match repository.skipped_tree() {
            Some(skipped) => Box::new(Self { disk, skipped }),
            None => Box::new(disk),
        }
    }
}

impl Tree for SparseTree {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, TreeError> {
        match self.disk.read(path)? {
            Some(bytes) => Ok(Some(bytes)),
            None => self.skipped.read(path),
        }
    }

    fn list(&self, path: &str) -> Result<Option<Vec<Entry>>, TreeError> {
        match (self.disk.list(path)?, self.skipped.list(path)?) {
            (Some(mut entries), Some(more)) => {
                entries.extend(more);
                entries.sort();
                entries.dedup_by(|a, b| a.name == b.name);
                Ok(Some(entries))
            }
            (disk, skipped) => Ok(disk.or(skipped)),
        }
    }

    fn kind(&self, path: &str) -> Result<Option<EntryKind>, TreeError> {
        match self.disk.kind(path)? {
            Some(kind) => Ok(Some(kind)),
            None => self.skipped.kind(path),
        }
    }
}
