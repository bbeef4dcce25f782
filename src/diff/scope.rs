//! What is looked at at all.

use std::collections::BTreeSet;

use crate::model::{ObjectRef, Origin};
use crate::source::FileId;

/// What stands in a database and is nobody's drift.
#[derive(Default)]
pub struct Scope<'a> {
    /// Files that say what exists before the first migration. What they create is compared with nothing.
    pub prelude: BTreeSet<FileId>,
    /// Whether the project says that a migrated object lives in SQL only.
    pub unmanaged: Option<&'a (dyn Fn(&ObjectRef) -> bool + Sync)>,
}

/// Tables in which migration runners keep what they have applied; created by the runner or by hand, declared by nobody.
const RUNNER_TABLES: [&str; 10] = [
    "__diesel_schema_migrations",
    "__drizzle_migrations",
    "_prisma_migrations",
    "_sqlx_migrations",
    "ar_internal_metadata",
    "atlas_schema_revisions",
    "flyway_schema_history",
    "goose_db_version",
    "gorp_migrations",
    "schema_migrations",
];

impl Scope<'_> {
    pub(super) fn in_prelude(&self, origin: Option<&Origin>) -> bool {
        origin.is_some_and(|origin| self.prelude.contains(&origin.created.file))
    }

    pub(super) fn is_unmanaged(&self, object: &ObjectRef) -> bool {
        self.unmanaged.is_some_and(|f| f(object))
    }
}

pub(super) fn is_runner_table(name: &str) -> bool {
    RUNNER_TABLES.contains(&name)
}

impl std::fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scope").field("prelude", &self.prelude).finish_non_exhaustive()
    }
}
