//! The files on disk under a root.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::source::{Entry, EntryKind, Tree, TreeError, normalize_path};

const LIMIT: u64 = 64 << 20;

/// The working tree.
#[derive(Debug)]
pub struct WorkTree {
    root: PathBuf,
}

impl WorkTree {
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    fn resolve(&self, path: &str) -> Result<(String, Option<fs::Metadata>), TreeError> {
        let path = normalize_path(path).ok_or_else(|| TreeError::OutsideRoot { path: path.to_owned() })?;
        let mut full = self.root.clone();
        for part in path.split('/').filter(|p| !p.is_empty()) {
            full.push(part);
            match fs::symlink_metadata(&full) {
                Ok(meta) if meta.is_symlink() => return Err(TreeError::Link { path }),
                Ok(_) => {}
                Err(error) if missing(&error) => return Ok((path, None)),
                Err(error) => return Err(TreeError::Io { path, reason: error.to_string() }),
            }
        }
        match fs::symlink_metadata(&full) {
            Ok(meta) => Ok((path, Some(meta))),
            Err(error) if missing(&error) => Ok((path, None)),
            Err(error) => Err(TreeError::Io { path, reason: error.to_string() }),
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
            if let Ok(name) = entry.file_name().into_string() {
                entries.push(Entry { name, kind });
            }
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
