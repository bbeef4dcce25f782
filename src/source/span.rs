//! Places in the sources of a run.

/// A file of the run's [`SourceMap`](super::SourceMap). Only meaningful together with it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub(super) u32);

/// A half-open range of bytes (0-based) in a file. Both ends stand on character boundaries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    /// `start` and `end` are byte offsets, 0-based, `end` exclusive.
    #[must_use]
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        // Files over 4 GiB are refused when they are read.
        Self { file, start: start as u32, end: end.max(start) as u32 }
    }

    /// The same file's first byte; for facts that belong to a file as a whole.
    #[must_use]
    pub fn file_start(file: FileId) -> Self {
        Self { file, start: 0, end: 0 }
    }

    /// For text that stands in no file, where nothing will be shown.
    #[must_use]
    pub(crate) fn nowhere() -> Self {
        Self::file_start(FileId(0))
    }

    /// The smallest span that holds both; `self` when the files differ.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file == other.file {
            Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
        } else {
            self
        }
    }

    /// As a range of `usize`, for slicing.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and where it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spanned<T> {
    pub value: T,
    pub span: Span,
}
