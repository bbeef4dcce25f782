//! Where bytes come from: the files on disk, or what git holds (index, revision). The only user of git2; it asks git for facts and
//! never runs anything.

mod blobs;
mod error;
mod index;
mod repository;
mod revision;
mod scope;
mod sparse;
mod tracked;
mod worktree;

pub use error::GitError;
pub use index::IndexTree;
pub use repository::{Repository, hooks_folder};
pub use revision::RevisionTree;
pub use scope::{Base, NO_BASE, default_base, named_base, staged_base};
pub use sparse::SparseTree;
pub use tracked::TrackedFiles;
pub use worktree::WorkTree;
