//! A commit's tree.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use git2::{ErrorCode, ObjectType, Oid};

use super::{GitError, Repository};
use crate::source::{Entry, EntryKind, Tree, TreeError, join_path, normalize_path};

const LIMIT: u64 = 64 << 20;
const LINK: i32 = 0o120_000;

/// The files of one commit. Trees and blobs are read when they are asked for.
pub struct RevisionTree {
    git: Mutex<git2::Repository>,
    prefix: String,
    root: Oid,
}

/// What a path of a commit names.
struct Found {
    id: Oid,
    kind: EntryKind,
}

impl RevisionTree {
    pub(super) fn open(repository: &Repository, commit: Oid) -> Result<Self, GitError> {
        let root = repository
            .git
            .find_commit(commit)
            .map_err(|error| GitError::from_git(&format!("commit {commit} cannot be read"), &error))?
            .tree_id();
        Ok(Self { git: Mutex::new(repository.reopen()?), prefix: repository.prefix.clone(), root })
    }

    fn find(&self, git: &git2::Repository, path: &str) -> Result<Option<Found>, TreeError> {
        let path = normalize_path(path).ok_or_else(|| TreeError::OutsideRoot { path: path.to_owned() })?;
        let full = join_path(&self.prefix, &path);
        if full.is_empty() {
            return Ok(Some(Found { id: self.root, kind: EntryKind::Directory }));
        }
        let failed = |error: &git2::Error| TreeError::Io { path: full.clone(), reason: error.message().to_owned() };
        let root = git.find_tree(self.root).map_err(|error| failed(&error))?;
        match root.get_path(Path::new(&full)) {
            Ok(entry) => {
                let kind = match entry.kind() {
                    Some(ObjectType::Blob) if entry.filemode() == LINK => EntryKind::Link,
                    Some(ObjectType::Blob) => EntryKind::File,
                    _ => EntryKind::Directory,
                };
                Ok(Some(Found { id: entry.id(), kind }))
            }
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(failed(&error)),
        }
    }
}

/// A blob's bytes, bounded; an object that a partial clone lacks is an error with the file's name.
pub(super) fn read_blob(git: &git2::Repository, blob: Oid, path: &str) -> Result<Vec<u8>, TreeError> {
    let failed = |error: git2::Error| TreeError::Io {
        path: path.to_owned(),
        reason: format!(
            "git has no object {blob}: {} (a partial clone? git fetch --refetch --no-filter)",
            error.message()
        ),
    };
    let blob = git.find_blob(blob).map_err(failed)?;
    let bytes = blob.size() as u64;
    if bytes > LIMIT {
        return Err(TreeError::TooLarge { path: path.to_owned(), bytes, limit: LIMIT });
    }
    Ok(blob.content().to_vec())
}

impl Tree for RevisionTree {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, TreeError> {
        let git = self.git.lock().unwrap_or_else(PoisonError::into_inner);
        match self.find(&git, path)? {
            Some(Found { id, kind: EntryKind::File }) => read_blob(&git, id, path).map(Some),
            Some(Found { kind: EntryKind::Link, .. }) => Err(TreeError::Link { path: path.to_owned() }),
            _ => Ok(None),
        }
    }

    fn list(&self, path: &str) -> Result<Option<Vec<Entry>>, TreeError> {
        let git = self.git.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Found { id, kind: EntryKind::Directory }) = self.find(&git, path)? else { return Ok(None) };
        // A submodule is a folder whose tree lies in another repository.
        let Ok(tree) = git.find_tree(id) else { return Ok(Some(Vec::new())) };
        let mut entries: Vec<Entry> = tree
            .iter()
            .filter_map(|entry| {
                let kind = match entry.kind() {
                    Some(ObjectType::Blob) if entry.filemode() == LINK => EntryKind::Link,
                    Some(ObjectType::Blob) => EntryKind::File,
                    _ => EntryKind::Directory,
                };
                Some(Entry { name: entry.name().ok()?.to_owned(), kind })
            })
            .collect();
        entries.sort();
        Ok(Some(entries))
    }

    fn kind(&self, path: &str) -> Result<Option<EntryKind>, TreeError> {
        let git = self.git.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(self.find(&git, path)?.map(|found| found.kind))
    }
}
