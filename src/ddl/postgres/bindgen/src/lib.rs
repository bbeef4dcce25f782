//! A stand-in for the `bindgen` crate that writes bindings made beforehand.
//!
//! `pg_query`'s build script calls bindgen, which needs libclang; a machine with only cargo, git and a C compiler has none.
//! This crate takes bindgen's place under `[patch.crates-io]` and offers just the calls which that script makes.
//!
//! The bindings hold `pg_query_*` functions, `Pg*`/`Postgres*` types and `PG_*` constants only, so that nothing in
//! them depends on the platform's own headers. To regenerate them for another pg_query (pinned to an exact version in the
//! main Cargo.toml), run the real bindgen 0.66 over its `libpg_query/pg_query.h` with
//! `allowlist_function("pg_query_.*")`, `allowlist_type("(Pg|Postgres).*")`, `allowlist_var("PG_.*")` and
//! `layout_tests(false)`, and put the output at `src/pg_query_bindings.rs`.

use std::path::Path;

const PG_QUERY_BINDINGS: &str = include_str!("pg_query_bindings.rs");

/// Takes the calls of bindgen's builder; the header is not read.
#[derive(Default)]
pub struct Builder;

impl Builder {
    /// Accepts the header's path for bindgen's sake.
    #[must_use]
    pub fn header(self, _path: impl Into<String>) -> Self {
        self
    }

    /// Never fails; the error type is what bindgen's callers print.
    pub fn generate(self) -> Result<Bindings, String> {
        Ok(Bindings)
    }
}

/// The committed bindings.
pub struct Bindings;

impl Bindings {
    /// Writes the bindings to `path`.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_to_file(&self, path: impl AsRef<Path>) -> std::io::Result<()> {
        std::fs::write(path, PG_QUERY_BINDINGS)
    }
}
