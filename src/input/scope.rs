//! What counts as already there, so that order and safety rules judge only what is new.

use git2::{ErrorCode, Oid};

use super::{GitError, Repository};

/// The commit against which something is new, and how the summary line says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// `None` when there is no commit yet: everything is new.
    pub commit: Option<Oid>,
    /// `new since origin/main`
    pub words: String,
}

/// The merge base of HEAD and a revision that somebody named.
///
/// # Errors
/// A revision that does not exist, or a shallow clone that lacks the merge base; with the command that helps.
pub fn named_base(repository: &Repository, revision: &str) -> Result<Base, GitError> {
    let git = &repository.git;
    let commit = git.revparse_single(revision).and_then(|object| object.peel_to_commit()).map_err(|_| {
        let help = if git.is_shallow() {
            "the clone is shallow: fetch the whole history (actions/checkout: `fetch-depth: 0`; else `git fetch --unshallow`)".to_owned()
        } else {
            format!("fetch it first: git fetch origin {}", revision.strip_prefix("origin/").unwrap_or(revision))
        };
        GitError::new(format!("the base `{revision}` is not a revision of this repository"), help)
    })?;
    let Some(head) = repository.head()? else {
        return Ok(Base { commit: None, words: format!("new since {revision}") });
    };
    let commit = merge_base(repository, head, commit.id(), revision)?;
    Ok(Base { commit: Some(commit), words: format!("new since {revision}") })
}

fn merge_base(repository: &Repository, head: Oid, other: Oid, revision: &str) -> Result<Oid, GitError> {
    repository.git.merge_base(head, other).map_err(|error| {
        if error.code() != ErrorCode::NotFound {
            return GitError::from_git(&format!("the merge base with `{revision}` cannot be found"), &error);
        }
        let help = repository.git.is_shallow().then(|| {
            "the clone is shallow: fetch the whole history (actions/checkout: `fetch-depth: 0`; else `git fetch --unshallow`)".to_owned()
        });
        GitError::new(format!("HEAD and `{revision}` have no common commit here"), help)
    })
}

/// Without a named base: the merge base with the upstream default branch; HEAD itself when standing on that branch, and HEAD where no such branch is
/// known, so that only what is not committed counts as new. `None` before the first commit.
///
/// # Errors
/// When HEAD cannot be read.
pub fn default_base(repository: &Repository) -> Result<Base, GitError> {
    let Some(head) = repository.head()? else {
        return Ok(Base { commit: None, words: "everything (no commit yet)".into() });
    };
    let current = repository.git.head().ok().and_then(|head| head.shorthand().map(str::to_owned).ok());
    let Some((name, commit)) = default_branch(repository) else {
        return Ok(Base { commit: Some(head), words: "working tree (no base found; --base REV or --all)".into() });
    };
    let branch = name.rsplit_once('/').map_or(name.as_str(), |(_, branch)| branch);
    if current.as_deref() == Some(branch) {
        return Ok(Base { commit: Some(head), words: format!("not committed yet on {branch}") });
    }
    match repository.git.merge_base(head, commit) {
        Ok(commit) => Ok(Base { commit: Some(commit), words: format!("new since {name}") }),
        Err(_) => Ok(Base { commit: Some(head), words: "working tree (no base found; --base REV or --all)".into() }),
    }
}

/// What the remote calls its default branch, else a branch with a usual name.
fn default_branch(repository: &Repository) -> Option<(String, Oid)> {
    let git = &repository.git;
    let commit = |name: &str| Some((name.to_owned(), git.revparse_single(name).ok()?.peel_to_commit().ok()?.id()));
    let remote_head = git.find_reference("refs/remotes/origin/HEAD").ok();
    if let Some(target) =
        remote_head.and_then(|head| head.symbolic_target().map(|t| t.map(str::to_owned)).ok().flatten())
        && let Some(name) = target.strip_prefix("refs/remotes/")
        && let Some(found) = commit(name)
    {
        return Some(found);
    }
    ["origin/main", "origin/master", "upstream/main", "upstream/master", "main", "master"]
        .iter()
        .find_map(|name| commit(name))
}
