//! Where bytes come from.

mod worktree;

pub use worktree::WorkTree;
