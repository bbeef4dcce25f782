//! A commit's tree.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use git2::{ObjectType, Oid};

use super::blobs::Blobs;
use super::{GitError, Repository};
use crate::source::{Entry, EntryKind, Tree, TreeError, join_path, normalize_path, parent_path};

const LIMIT: u64 = 64 << 20;
const LINK: i32 = 0o120_000;

/// The files of one commit. Trees and blobs are read when they are asked for; a folder's tree is read once.
pub struct RevisionTree {
    reader: Mutex<Reader>,
    blobs: Arc<Blobs>,
    prefix: String,
}

struct Reader {
    git: git2::Repository,
    root: Oid,
    /// Folders that were read, by their path from the top level; `None` where none stands.
    folders: HashMap<String, Option<Arc<Folder>>>,
}

/// The entries of a folder by name.
type Folder = BTreeMap<String, Found>;

/// What a path of a commit names.
#[derive(Clone, Copy)]
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
        let reader = Reader { git: repository.reopen()?, root, folders: HashMap::new() };
        let blobs = Arc::clone(&repository.blobs);
        Ok(Self { reader: Mutex::new(reader), blobs, prefix: repository.prefix.clone() })
    }

    fn full_path(&self, path: &str) -> Result<String, TreeError> {
        let path = normalize_path(path).ok_or_else(|| TreeError::OutsideRoot { path: path.to_owned() })?;
        Ok(join_path(&self.prefix, &path))
    }

    fn reader(&self) -> MutexGuard<'_, Reader> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// What a path from the top level names.
    fn find(&mut self, path: &str) -> Result<Option<Found>, TreeError> {
        if path.is_empty() {
            return Ok(Some(Found { id: self.root, kind: EntryKind::Directory }));
        }
        let Some(folder) = self.folder(parent_path(path))? else { return Ok(None) };
        let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
        Ok(folder.get(name).copied())
    }

    fn folder(&mut self, path: &str) -> Result<Option<Arc<Folder>>, TreeError> {
        if let Some(known) = self.folders.get(path) {
            return Ok(known.clone());
        }
        let folder = match self.find(path)? {
            Some(Found { id, kind: EntryKind::Directory }) => Some(Arc::new(self.read_folder(path, id)?)),
            _ => None,
        };
        self.folders.insert(path.to_owned(), folder.clone());
        Ok(folder)
    }

    fn read_folder(&self, path: &str, id: Oid) -> Result<Folder, TreeError> {
        let tree = match self.git.find_tree(id) {
            Ok(tree) => tree,
            // A submodule is a folder whose tree lies in another repository.
            Err(_) if id != self.root => return Ok(Folder::new()),
            Err(error) => return Err(TreeError::Io { path: path.to_owned(), reason: error.message().to_owned() }),
        };
        let found = tree.iter().map(|entry| {
            let kind = match entry.kind() {
                Some(ObjectType::Blob) if entry.filemode() == LINK => EntryKind::Link,
                Some(ObjectType::Blob) => EntryKind::File,
                _ => EntryKind::Directory,
            };
            (String::from_utf8_lossy(entry.name_bytes()).into_owned(), Found { id: entry.id(), kind })
        });
        Ok(found.collect())
    }
}

/// A blob's bytes, bounded; an object that a partial clone lacks is an error with the file's name.
pub(super) fn read_blob(git: &git2::Repository, blobs: &Blobs, id: Oid, path: &str) -> Result<Vec<u8>, TreeError> {
    if let Some(blob) = blobs.get(id) {
        return Ok(blob.to_vec());
    }
    let failed = |error: git2::Error| TreeError::Io {
        path: path.to_owned(),
        reason: format!(
            "git has no object {id}: {} (a partial clone? git fetch --refetch --no-filter)",
            error.message()
        ),
    };
    let blob = git.find_blob(id).map_err(failed)?;
    let bytes = blob.size() as u64;
    if bytes > LIMIT {
        return Err(TreeError::TooLarge { path: path.to_owned(), bytes, limit: LIMIT });
    }
    blobs.keep(id, blob.content());
    Ok(blob.content().to_vec())
}

impl Tree for RevisionTree {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, TreeError> {
        let full = self.full_path(path)?;
        let mut reader = self.reader();
        match reader.find(&full)? {
            Some(Found { id, kind: EntryKind::File }) => read_blob(&reader.git, &self.blobs, id, path).map(Some),
            Some(Found { kind: EntryKind::Link, .. }) => Err(TreeError::Link { path: path.to_owned() }),
            _ => Ok(None),
        }
    }

    fn list(&self, path: &str) -> Result<Option<Vec<Entry>>, TreeError> {
        let full = self.full_path(path)?;
        let folder = self.reader().folder(&full)?;
        let entry = |(name, found): (&String, &Found)| Entry { name: name.clone(), kind: found.kind };
        Ok(folder.map(|folder| folder.iter().map(entry).collect()))
    }

    fn kind(&self, path: &str) -> Result<Option<EntryKind>, TreeError> {
        let full = self.full_path(path)?;
        Ok(self.reader().find(&full)?.map(|found| found.kind))
    }
}
