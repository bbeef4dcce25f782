//! Runs of the pre-commit framework that are no commit: `pre-commit run --all-files`, `--from-ref … --to-ref …`, a push.

use super::args::ScopeArgs;

/// What `--staged` means in such a run, where nothing is staged: what is new since the revision that the run compares with, else since the
/// default branch. `None` within a commit.
///
/// pre-commit sets `PRE_COMMIT` and `PRE_COMMIT_FROM_REF` (pre_commit/commands/run.py); git sets `GIT_INDEX_FILE` for the hooks of every
/// commit (builtin/commit.c).
pub(super) fn scope() -> Option<ScopeArgs> {
    let is_run = std::env::var_os("PRE_COMMIT").is_some() && std::env::var_os("GIT_INDEX_FILE").is_none();
    let from = || std::env::var("PRE_COMMIT_FROM_REF").ok().filter(|from| !from.is_empty());
    is_run.then(|| ScopeArgs { base: from(), staged: false, all: false })
}
