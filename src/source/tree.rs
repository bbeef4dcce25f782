//! Where bytes come from: a tree of files under the project root.

use std::collections::BTreeMap;
use std::ops::Bound;

/// What stands at a path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum EntryKind {
    File,
    Directory,
    /// A symbolic link; never followed.
    Link,
}

/// One entry of a directory.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Entry {
    /// The last part of the path.
    pub name: String,
    pub kind: EntryKind,
}

/// Why a path could not be read. `NotFound` is not among them: that is an `Ok(None)`.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum TreeError {
    #[error("{path} lies outside the project root")]
    OutsideRoot { path: String },
    #[error("{path} is a symbolic link, and links are not followed")]
    Link { path: String },
    #[error("{path} has {bytes} bytes, more than the {limit} that are read")]
    TooLarge { path: String, bytes: u64, limit: u64 },
    #[error("{path} cannot be read: {reason}")]
    Io { path: String, reason: String },
}

/// A read-only tree of files. Paths are relative to the project root, `/` between parts, `""` being the root itself;
/// a path that normalises to one outside the root is refused.
pub trait Tree: Send + Sync {
    /// The bytes of a file; `None` where no file stands.
    ///
    /// # Errors
    /// Outside the root, a link, too large, or not readable.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, TreeError>;

    /// The entries of a directory sorted by name (bytes); `None` where no directory stands.
    ///
    /// # Errors
    /// As for [`Tree::read`].
    fn list(&self, path: &str) -> Result<Option<Vec<Entry>>, TreeError>;

    /// What stands at a path, if anything.
    ///
    /// # Errors
    /// As for [`Tree::read`].
    fn kind(&self, path: &str) -> Result<Option<EntryKind>, TreeError>;
}

/// Resolves `.` and `..` and doubled slashes; `None` when the path is absolute or leaves the root.
#[must_use]
pub fn normalize_path(path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') && path.get(1..3) == Some(":\\") {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            other => parts.push(other),
        }
    }
    Some(parts.join("/"))
}

/// `base/rest`, not normalised; either may be empty.
#[must_use]
pub fn join_path(base: &str, rest: &str) -> String {
    match (base, rest) {
        ("", rest) => rest.to_owned(),
        (base, "") => base.to_owned(),
        (base, rest) => format!("{base}/{rest}"),
    }
}

/// All but the last part of a path; `""` for a path of one part.
#[must_use]
pub fn parent_path(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// A tree held in memory, for tests and for what is built into the program.
#[derive(Debug, Default, Clone)]
pub struct MemoryTree {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryTree {
    /// Files by path relative to the root.
    pub fn new<P: Into<String>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        Self { files: files.into_iter().map(|(p, b)| (p.into(), b.into())).collect() }
    }

    /// Paths that begin with `prefix`, without it.
    fn below<'t>(&'t self, prefix: &'t str) -> impl Iterator<Item = &'t str> {
        let from = self.files.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        from.map_while(move |(path, _)| path.strip_prefix(prefix))
    }

    fn checked(path: &str) -> Result<String, TreeError> {
        normalize_path(path).ok_or_else(|| TreeError::OutsideRoot { path: path.to_owned() })
    }
}

impl Tree for MemoryTree {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, TreeError> {
        Ok(self.files.get(&Self::checked(path)?).cloned())
    }

    fn list(&self, path: &str) -> Result<Option<Vec<Entry>>, TreeError> {
        let path = Self::checked(path)?;
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let mut entries: Vec<Entry> = Vec::new();
        for rest in self.below(&prefix) {
            let (name, kind) = match rest.split_once('/') {
                Some((name, _)) => (name, EntryKind::Directory),
                None => (rest, EntryKind::File),
            };
            if entries.last().is_none_or(|last| last.name != name) {
                entries.push(Entry { name: name.to_owned(), kind });
            }
        }
        entries.sort();
        entries.dedup();
        Ok(if entries.is_empty() && !path.is_empty() { None } else { Some(entries) })
    }

    fn kind(&self, path: &str) -> Result<Option<EntryKind>, TreeError> {
        let path = Self::checked(path)?;
        if self.files.contains_key(&path) {
            return Ok(Some(EntryKind::File));
        }
        let is_directory = path.is_empty() || self.below(&format!("{path}/")).next().is_some();
        Ok(is_directory.then_some(EntryKind::Directory))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_never_leaves_the_root() {
        assert_eq!(normalize_path("./a//b/../c"), Some("a/c".into()));
        assert_eq!(normalize_path("a/../../b"), None);
        assert_eq!(normalize_path("/etc/passwd"), None);
    }
}
