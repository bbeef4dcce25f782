//! What is to be checked: `undrift.toml`, or, where there is none, what discovery finds in the project.
//!
//! [`file`] is the file's literal form (serde, spans kept, unknown keys refused); [`load`] reads and resolves it into [`Target`]s;
//! [`discovery`] makes the same targets out of what the projects' own tools read and of known migration layouts. Everything after this module
//! sees targets only and never asks where they came from. Nothing here touches the file system: bytes come through
//! [`Tree`](crate::source::Tree), so the same code reads the working tree, the git index or a revision.

pub mod discovery;
pub mod file;
mod load;
mod render;
mod target;

pub use file::{Casing, ConfigFile, FailOn};
pub use load::{CONFIG_NAME, Config, ConfigError, Names, parse};
pub use render::render;
pub use target::{DeclaredSource, MigrationsSource, Rename, Target};

/// The JSON Schema of `undrift.toml`, the names of all rules in it.
#[must_use]
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(ConfigFile).to_value()
}
