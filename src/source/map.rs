//! All texts of one run, by [`FileId`].

use std::collections::HashMap;
use std::sync::{Arc, OnceLock, RwLock};

use super::{FileId, LineColumn, LineIndex, Span};

/// One text that was read. `path` is relative to the project root, with `/` between its parts.
#[derive(Debug)]
pub struct SourceFile {
    pub id: FileId,
    pub path: String,
    pub text: String,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// 1-based line and column of a byte offset.
    #[must_use]
    pub fn line_column(&self, offset: u32) -> LineColumn {
        self.lines().line_column(&self.text, offset)
    }

    /// The text of a span of this file; empty when the span does not fit.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

/// An append-only store of texts; adding one path twice gives the first entry. Shared between threads.
#[derive(Debug, Default)]
pub struct SourceMap {
    inner: RwLock<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    files: Vec<Arc<SourceFile>>,
    by_path: HashMap<String, FileId>,
}

impl SourceMap {
    /// Stores `text` under `path` and gives the file; the stored one when the path is known already.
    pub fn add(&self, path: &str, text: String) -> Arc<SourceFile> {
        let mut inner = self.inner.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(&id) = inner.by_path.get(path) {
            return Arc::clone(&inner.files[id.0 as usize]);
        }
        let id = FileId(inner.files.len() as u32);
        let file = Arc::new(SourceFile { id, path: path.to_owned(), text, lines: OnceLock::new() });
        inner.files.push(Arc::clone(&file));
        inner.by_path.insert(path.to_owned(), id);
        file
    }

    /// The file of an id that this map gave out.
    #[must_use]
    pub fn file(&self, id: FileId) -> Arc<SourceFile> {
        Arc::clone(&self.read().files[id.0 as usize])
    }

    /// The file stored under a path.
    #[must_use]
    pub fn by_path(&self, path: &str) -> Option<Arc<SourceFile>> {
        let inner = self.read();
        inner.by_path.get(path).map(|id| Arc::clone(&inner.files[id.0 as usize]))
    }

    /// A copy of the text of a span.
    #[must_use]
    pub fn text_of(&self, span: Span) -> String {
        self.file(span.file).slice(span).to_owned()
    }

    fn read(&self) -> std::sync::RwLockReadGuard<'_, Inner> {
        self.inner.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
