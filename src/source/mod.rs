//! Text and places in it. The core knows files by [`FileId`] and places by [`Span`]; paths, lines and columns matter only
//! to reports. Where bytes come from (working tree, git index, revision, memory) is behind [`Tree`], so nothing
//! above `input` and `cli` does I/O.

pub mod calendar;
mod line_index;
mod map;
mod nearest;
mod regex;
mod span;
mod tree;

pub use line_index::{LineColumn, LineIndex};
pub use map::{SourceFile, SourceMap};
pub use nearest::nearest;
pub use regex::{Match as RegexMatch, Regex};
pub use span::{FileId, Span, Spanned};
pub use tree::{Entry, EntryKind, MemoryTree, Tree, TreeError, join_path, normalize_path, parent_path};
