//! Finds targets in a project without a config.

mod package;
mod walk;

pub use walk::{Gitignored, Listing, walk};
