//! What is looked at at all.

use std::collections::BTreeSet;

use crate::migrations::layout::LAYOUTS;
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

impl Scope<'_> {
    pub(super) fn in_prelude(&self, origin: Option<&Origin>) -> bool {
        origin.is_some_and(|origin| self.prelude.contains(&origin.created.file))
    }

    pub(super) fn is_unmanaged(&self, object: &ObjectRef) -> bool {
        self.unmanaged.is_some_and(|f| f(object))
    }
}

/// Whether a migration runner, this target's or another, keeps in it what it has applied.
pub(super) fn is_runner_table(name: &str) -> bool {
    LAYOUTS.iter().any(|layout| layout.records.contains(&name))
}

impl std::fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scope").field("prelude", &self.prelude).finish_non_exhaustive()
    }
}
