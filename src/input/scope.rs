//! What counts as already there, so that order and safety rules judge only what is new.

use git2::{ErrorCode, Oid};

use super::{GitError, Repository};

/// The words where nothing is known to compare with. What older commits of a branch added is then not judged, and a clean run must say so.
pub const NO_BASE: &str = "working tree (no base found; --base REV or --all)";

/// The commits against which something is new, and how the summary line says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// What this commit has is not new. `None` when there is no commit yet: everything is new.
    pub commit: Option<Oid>,
    /// Where the base's branch stands by now, when it has moved on since `commit`: what a merge will meet.
    pub tip: Option<Oid>,
    /// What others can have applied, when that is less than `commit`: a commit of one's own branch may still be changed by the next one.
    pub shared: Option<Oid>,
    /// `new since origin/main`
    pub words: String,
}

impl Base {
    fn at(commit: Option<Oid>, words: impl Into<String>) -> Self {
        Self { commit, tip: None, shared: None, words: words.into() }
    }
}

/// HEAD, against which the index is judged. While a merge of the default branch is committed, what comes from there is not new either: then
/// the merged side is the base.
///
/// # Errors
/// When HEAD cannot be read.
pub fn staged_base(repository: &Repository) -> Result<Base, GitError> {
    const WORDS: &str = "staged";
    let Some(head) = repository.head()? else { return Ok(Base::at(None, WORDS)) };
    // Whoever stands on the remote's branch may have commits that are not pushed yet.
    let Some((_, tip)) =
        default_branch(repository).filter(|(name, _)| name.contains('/') || !stands_on(repository, name))
    else {
        return Ok(Base::at(Some(head), WORDS));
    };
    let git = &repository.git;
    let is_upstream = |commit: Oid| commit == tip || git.graph_descendant_of(tip, commit).unwrap_or(false);
    let merged = git.find_reference("MERGE_HEAD").ok().and_then(|head| head.target());
    if let Some(merged) = merged.filter(|&merged| is_upstream(merged) && !is_upstream(head)) {
        return Ok(Base::at(Some(merged), WORDS));
    }
    Ok(Base { shared: shared(repository, head, tip), ..Base::at(Some(head), WORDS) })
}

/// What of HEAD others can have, where that is not all of it.
fn shared(repository: &Repository, head: Oid, upstream: Oid) -> Option<Oid> {
    repository.git.merge_base(head, upstream).ok().filter(|&base| base != head)
}

/// The merge base of HEAD and a revision that somebody named.
///
/// # Errors
/// A revision that does not exist, or a shallow clone that lacks the merge base; with the command that helps.
pub fn named_base(repository: &Repository, revision: &str) -> Result<Base, GitError> {
    let git = &repository.git;
    let found = git.revparse_single(revision).and_then(|object| object.peel_to_commit());
    let tip = found.map_err(|_| unknown_revision(repository, revision))?.id();
    since(repository, revision, tip)
}

fn unknown_revision(repository: &Repository, revision: &str) -> GitError {
    let git = &repository.git;
    let message = format!("the base `{revision}` is not a revision of this repository");
    if revision.trim().is_empty() {
        return GitError::new("the base is empty", "is a variable not set? --base origin/main".to_owned());
    }
    if revision.len() >= 40 && revision.bytes().all(|b| b == b'0') {
        let help = "this is git's id for nothing, which a CI system gives on the first push of a branch: name the target branch instead";
        return GitError::new(message, help.to_owned());
    }
    if git.revparse_single(&format!("origin/{revision}")).is_ok() {
        return GitError::new(message, format!("there is `origin/{revision}`"));
    }
    if git.is_shallow() {
        return GitError::new(message, SHALLOW.to_owned());
    }
    let branch = revision.strip_prefix("origin/").unwrap_or(revision);
    GitError::new(message, format!("fetch it first: git fetch origin {branch}"))
}

const SHALLOW: &str =
    "the clone is shallow: fetch the whole history (actions/checkout: `fetch-depth: 0`; else `git fetch --unshallow`)";

fn since(repository: &Repository, name: &str, tip: Oid) -> Result<Base, GitError> {
    let words = format!("new since {name}");
    let Some(head) = repository.head()? else { return Ok(Base::at(None, words)) };
    let git = &repository.git;
    match git.merge_base(head, tip) {
        Ok(commit) => Ok(Base { tip: (commit != tip).then_some(tip), ..Base::at(Some(commit), words) }),
        Err(error) if error.code() == ErrorCode::NotFound => Err(GitError::new(
            format!("HEAD and `{name}` have no common commit here"),
            git.is_shallow().then(|| SHALLOW.to_owned()),
        )),
        Err(error) => Err(GitError::from_git(&format!("the merge base with `{name}` cannot be found"), &error)),
    }
}

/// Without a named base: the merge base with the upstream default branch; HEAD itself when standing on that branch, and HEAD where no such branch is
/// known, so that only what is not committed counts as new. `None` before the first commit.
///
/// # Errors
/// When HEAD cannot be read, or a shallow clone lacks the merge base.
pub fn default_base(repository: &Repository) -> Result<Base, GitError> {
    let Some(head) = repository.head()? else { return Ok(Base::at(None, "everything (no commit yet)")) };
    let Some((name, tip)) = default_branch(repository) else {
        // A shallow clone of one branch knows nothing of what it left: to call that clean would be a guess.
        if repository.git.is_shallow() {
            let message = "the clone is shallow, and has no branch to compare with";
            return Err(GitError::new(message, format!("{SHALLOW}, or say `--base REV` or `--all`")));
        }
        return Ok(Base::at(Some(head), NO_BASE));
    };
    if stands_on(repository, &name) {
        let branch = name.rsplit_once('/').map_or(name.as_str(), |(_, branch)| branch);
        let shared = shared(repository, head, tip).filter(|_| name.contains('/'));
        return Ok(Base { shared, ..Base::at(Some(head), format!("not committed yet on {branch}")) });
    }
    match since(repository, &name, tip) {
        Err(error) if !repository.git.is_shallow() && error.help.is_none() => Ok(Base::at(Some(head), NO_BASE)),
        base => base,
    }
}

/// Whether HEAD is the local branch of a default branch's name.
fn stands_on(repository: &Repository, name: &str) -> bool {
    let branch = name.rsplit_once('/').map_or(name, |(_, branch)| branch);
    let git = &repository.git;
    let head =
        git.find_reference("HEAD").ok().and_then(|head| head.symbolic_target().ok().flatten().map(str::to_owned));
    head.is_some_and(|target| target.strip_prefix("refs/heads/") == Some(branch))
}

/// What the remote calls its default branch, else a branch with a usual name.
fn default_branch(repository: &Repository) -> Option<(String, Oid)> {
    let git = &repository.git;
    let commit = |name: &str| Some((name.to_owned(), git.revparse_single(name).ok()?.peel_to_commit().ok()?.id()));
    let mut names = Vec::new();
    for remote in remotes(git) {
        let head = git.find_reference(&format!("refs/remotes/{remote}/HEAD")).ok();
        let target = head.and_then(|head| head.symbolic_target().ok().flatten().map(str::to_owned));
        names.extend(target.and_then(|target| Some(target.strip_prefix("refs/remotes/")?.to_owned())));
        names.extend(["main", "master"].map(|branch| format!("{remote}/{branch}")));
    }
    names.extend(["main", "master"].map(str::to_owned));
    names.iter().find_map(|name| commit(name))
}

/// The remotes to look at: the usual ones, and the one that the current branch follows.
fn remotes(git: &git2::Repository) -> Vec<String> {
    let mut remotes = vec!["origin".to_owned(), "upstream".to_owned()];
    let followed = git.head().ok().and_then(|head| {
        let remote = git.branch_upstream_remote(head.name().ok()?).ok()?;
        Some(std::str::from_utf8(&remote).ok()?.to_owned())
    });
    remotes.extend(followed.filter(|remote| remote != "origin" && remote != "upstream"));
    remotes
}
