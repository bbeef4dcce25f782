//! The files on disk under a root.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use crate::source::{Entry, EntryKind, Tree, TreeError, normalize_path, parent_path};

const LIMIT: u64 = 64 << 20;

/// The working tree.
#[derive(Debug)]
pub struct WorkTree {
    root: PathBuf,
    /// Folders that were seen to be folders, and so on the way to no link: a path costs one look at the disk, not one for each of its parts.
    folders: RwLock<HashSet<String>>,
}

/// What stands at the end of a path, without following a link there.
enum Found {
    Nothing,
    Link,
    Is(fs::Metadata),
}

impl WorkTree {
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), folders: RwLock::default() }
    }

    fn resolve(&self, path: &str) -> Result<(String, Option<fs::Metadata>), TreeError> {
        let path = normalize_path(path).ok_or_else(|| TreeError::OutsideRoot { path: path.to_owned() })?;
        match self.find(&path) {
            Ok(Found::Is(meta)) => Ok((path, Some(meta))),
            Ok(Found::Nothing) => Ok((path, None)),
            Ok(Found::Link) => Err(TreeError::Link { path }),
            Err(error) => Err(TreeError::Io { path, reason: error.to_string() }),
        }
    }

    /// What a normalised path names; a link on the way to it counts as a link.
    fn find(&self, path: &str) -> io::Result<Found> {
        let folder = parent_path(path);
        let is_known =
            folder.is_empty() || self.folders.read().unwrap_or_else(PoisonError::into_inner).contains(folder);
        if !is_known {
            match self.find(folder)? {
                Found::Is(meta) if meta.is_dir() => {
                    self.folders.write().unwrap_or_else(PoisonError::into_inner).insert(folder.to_owned());
                }
                Found::Is(_) => return Ok(Found::Nothing),
                found => return Ok(found),
            }
        }
        match fs::symlink_metadata(self.root.join(path)) {
            Ok(meta) if meta.is_symlink() && !path.is_empty() => Ok(Found::Link),
            Ok(meta) => Ok(Found::Is(meta)),
            Err(error) if missing(&error) => Ok(Found::Nothing),
            Err(error) => Err(error),
        }
    }
}

fn missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

impl Tree for WorkTree {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, TreeError> {
        let (path, Some(meta)) = self.resolve(path)? else { return Ok(None) };
        if !meta.is_file() {
            return Ok(None);
        }
        if meta.len() > LIMIT {
            return Err(TreeError::TooLarge { path, bytes: meta.len(), limit: LIMIT });
        }
        fs::read(self.root.join(&path)).map(Some).map_err(|error| TreeError::Io { path, reason: error.to_string() })
    }

    fn list(&self, path: &str) -> Result<Option<Vec<Entry>>, TreeError> {
        let (path, Some(meta)) = self.resolve(path)? else { return Ok(None) };
        if !meta.is_dir() {
            return Ok(None);
        }
        let io = |error: io::Error| TreeError::Io { path: path.clone(), reason: error.to_string() };
        let mut entries = Vec::new();
        for entry in fs::read_dir(self.root.join(&path)).map_err(io)? {
            let entry = entry.map_err(io)?;
            let kind = entry.file_type().map_err(io)?;
            let kind = match kind {
                k if k.is_symlink() => EntryKind::Link,
                k if k.is_dir() => EntryKind::Directory,
                k if k.is_file() => EntryKind::File,
                _ => continue,
            };
            // A name that is not UTF-8 is listed as it can be shown, and nothing is found under it.
            entries.push(Entry { name: entry.file_name().to_string_lossy().into_owned(), kind });
        }
        entries.sort();
        Ok(Some(entries))
    }

    fn kind(&self, path: &str) -> Result<Option<EntryKind>, TreeError> {
        match self.resolve(path) {
            Ok((_, meta)) => Ok(meta.map(|m| if m.is_dir() { EntryKind::Directory } else { EntryKind::File })),
            Err(TreeError::Link { .. }) => Ok(Some(EntryKind::Link)),
            Err(error) => Err(error),
        }
    }
}
