//! What is staged: the git index as a tree.

use std::sync::{Arc, Mutex, PoisonError};

use git2::Oid;

use super::blobs::Blobs;
use super::{GitError, Repository};
use crate::source::{Entry, EntryKind, Tree, TreeError, join_path, normalize_path};

/// `git add --intent-to-add`: the path is promised, nothing is staged (index format, extended flags).
const INTENT_TO_ADD: u16 = 1 << 13;
/// Not checked out by a sparse checkout (index format, extended flags).
const SKIP_WORKTREE: u16 = 1 << 14;
const LINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;

/// The index, read once; blobs are read when they are asked for.
pub struct IndexTree {
    git: Mutex<git2::Repository>,
    blobs: Arc<Blobs>,
    prefix: String,
    /// Sorted by path (bytes), from the top level.
    entries: Vec<Staged>,
}

struct Staged {
    path: String,
    blob: Oid,
    mode: u32,
    is_conflict: bool,
}

impl IndexTree {
    pub(super) fn read(repository: &Repository) -> Result<Self, GitError> {
        let tree = Self::select(repository, |_| true)?;
        let prefix = if tree.prefix.is_empty() { String::new() } else { format!("{}/", tree.prefix) };
        let conflict = tree.entries.iter().find(|entry| entry.is_conflict && entry.path.starts_with(&prefix));
        match conflict {
            Some(Staged { path, .. }) => Err(GitError::new(
                format!("`{path}` has an unresolved merge conflict, so the index holds no one text of it"),
                format!("resolve it and run `git add {path}`"),
            )),
            None => Ok(tree),
        }
    }

    /// Only what a sparse checkout leaves out of the working tree; `None` where that is nothing.
    pub(super) fn read_skipped(repository: &Repository) -> Result<Option<Self>, GitError> {
        let tree = Self::select(repository, |entry| entry.flags_extended & SKIP_WORKTREE != 0)?;
        Ok((!tree.entries.is_empty()).then_some(tree))
    }

    fn select(repository: &Repository, wanted: impl Fn(&git2::IndexEntry) -> bool) -> Result<Self, GitError> {
        let failed = |error: git2::Error| GitError::from_git("the git index cannot be read", &error);
        let mut index = repository.git.index().map_err(failed)?;
        index.read(false).map_err(failed)?;
        // libgit2 takes an index that is not there (a relative GIT_INDEX_FILE, seen from another folder) for an empty one.
        let absent = index.path().filter(|path| !path.exists()).map(std::path::Path::to_owned);
        if let Some(path) = absent
            && repository.head()?.is_some()
        {
            return Err(GitError::new(format!("there is no git index at {}", path.display()), None));
        }
        let mut entries: Vec<Staged> = index
            .iter()
            .filter(|entry| entry.flags_extended & INTENT_TO_ADD == 0 && wanted(entry))
            .map(|entry| Staged {
                is_conflict: (entry.flags >> 12) & 3 != 0,
                path: String::from_utf8_lossy(&entry.path).into_owned(),
                blob: entry.id,
                mode: entry.mode,
            })
            .collect();
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries.dedup_by(|a, b| a.path == b.path);
        Ok(Self {
            git: Mutex::new(repository.reopen()?),
            blobs: Arc::clone(&repository.blobs),
            prefix: repository.prefix.clone(),
            entries,
        })
    }

    fn full_path(&self, path: &str) -> Result<String, TreeError> {
        let path = normalize_path(path).ok_or_else(|| TreeError::OutsideRoot { path: path.to_owned() })?;
        Ok(join_path(&self.prefix, &path))
    }

    fn find(&self, full: &str) -> Option<&Staged> {
        self.entries.binary_search_by(|entry| entry.path.as_str().cmp(full)).ok().map(|at| &self.entries[at])
    }

    /// Entries below a folder.
    fn below(&self, full: &str) -> (usize, &[Staged]) {
        if full.is_empty() {
            return (0, &self.entries);
        }
        let prefix = format!("{full}/");
        let start = self.entries.partition_point(|entry| entry.path.as_str() < prefix.as_str());
        let count = self.entries[start..].partition_point(|entry| entry.path.starts_with(&prefix));
        (prefix.len(), &self.entries[start..start + count])
    }

    /// A link on the way to a path hides what lies below it.
    fn refuse_link(&self, full: &str) -> Result<(), TreeError> {
        let mut ends = full.match_indices('/').map(|(at, _)| at).collect::<Vec<_>>();
        ends.push(full.len());
        match ends.iter().any(|&end| self.find(&full[..end]).is_some_and(|entry| entry.mode == LINK)) {
            true => Err(TreeError::Link { path: full.to_owned() }),
            false => Ok(()),
        }
    }
}

impl Tree for IndexTree {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, TreeError> {
        let full = self.full_path(path)?;
        self.refuse_link(&full)?;
        let Some(entry) = self.find(&full).filter(|entry| entry.mode != SUBMODULE) else { return Ok(None) };
        if entry.is_conflict {
            return Err(TreeError::Io {
                path: full,
                reason: "it has conflicts that are not resolved in the index".into(),
            });
        }
        let git = self.git.lock().unwrap_or_else(PoisonError::into_inner);
        super::revision::read_blob(&git, &self.blobs, entry.blob, path).map(Some)
    }

    fn list(&self, path: &str) -> Result<Option<Vec<Entry>>, TreeError> {
        let full = self.full_path(path)?;
        self.refuse_link(&full)?;
        let (skip, mut rest) = self.below(&full);
        if rest.is_empty() && !path.is_empty() {
            return Ok(None);
        }
        let mut entries = Vec::new();
        while let Some(first) = rest.first() {
            let below = &first.path[skip..];
            let (name, kind, count) = match below.split_once('/') {
                Some((name, _)) => {
                    let folder = &first.path[..skip + name.len() + 1];
                    (name, EntryKind::Directory, rest.partition_point(|entry| entry.path.starts_with(folder)))
                }
                None => (below, kind_of(first.mode), 1),
            };
            entries.push(Entry { name: name.to_owned(), kind });
            rest = &rest[count..];
        }
        entries.sort();
        Ok(Some(entries))
    }

    fn kind(&self, path: &str) -> Result<Option<EntryKind>, TreeError> {
        let full = self.full_path(path)?;
        if let Some(entry) = self.find(&full) {
            return Ok(Some(kind_of(entry.mode)));
        }
        Ok((full.is_empty() || !self.below(&full).1.is_empty()).then_some(EntryKind::Directory))
    }
}

fn kind_of(mode: u32) -> EntryKind {
    match mode {
        LINK => EntryKind::Link,
        SUBMODULE => EntryKind::Directory,
        _ => EntryKind::File,
    }
}
