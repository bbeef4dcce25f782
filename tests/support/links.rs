//! Symbolic links beside files held in memory.

use undrift::source::{Entry, EntryKind, MemoryTree, Tree, TreeError, parent_path};

pub(crate) struct WithLinks {
    pub(crate) files: MemoryTree,
    pub(crate) links: Vec<String>,
}

impl Tree for WithLinks {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, TreeError> {
        if self.links.iter().any(|link| link == path) {
            return Err(TreeError::Link { path: path.to_owned() });
        }
        self.files.read(path)
    }

    fn list(&self, path: &str) -> Result<Option<Vec<Entry>>, TreeError> {
        let mut entries = self.files.list(path)?.unwrap_or_default();
        let here = self.links.iter().filter(|link| parent_path(link) == path);
        entries.extend(
            here.map(|link| Entry {
                name: link[path.len()..].trim_start_matches('/').to_owned(),
                kind: EntryKind::Link,
            }),
        );
        entries.sort();
        Ok(if entries.is_empty() { None } else { Some(entries) })
    }

    fn kind(&self, path: &str) -> Result<Option<EntryKind>, TreeError> {
        if self.links.iter().any(|link| link == path) {
            return Ok(Some(EntryKind::Link));
        }
        self.files.kind(path)
    }
}
