//! A git repository, opened.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::{ErrorCode, Oid, RepositoryOpenFlags};

use super::blobs::Blobs;
use super::{GitError, IndexTree, RevisionTree, TrackedFiles};

/// The repository that a project lies in.
pub struct Repository {
    pub(super) git: git2::Repository,
    /// The project root relative to the top level, `/` between parts; empty when they are the same.
    pub(super) prefix: String,
    pub(super) blobs: Arc<Blobs>,
}

impl Repository {
    /// Opens the repository that holds `project`, honouring what git tells its hooks by environment (`GIT_INDEX_FILE` of `git commit PATH`).
    /// `None` where there is none, or only a bare one.
    ///
    /// # Errors
    /// A repository that libgit2 refuses, with the command that helps.
    pub fn open(project: &Path) -> Result<Option<Self>, GitError> {
        let project =
            project.canonicalize().map_err(|error| GitError::new(format!("{}: {error}", project.display()), None))?;
        let from_environment = open(&project, RepositoryOpenFlags::FROM_ENV)?;
        if let Some(repository) = from_environment.and_then(|git| Self::within(git, &project)) {
            return Ok(Some(repository));
        }
        // A hook of another repository may be calling.
        Ok(open(&project, RepositoryOpenFlags::empty())?.and_then(|git| Self::within(git, &project)))
    }

    fn within(git: git2::Repository, project: &Path) -> Option<Self> {
        let top = git.workdir()?.canonicalize().ok()?;
        let prefix = project.strip_prefix(&top).ok()?;
        let parts: Option<Vec<&str>> = prefix.iter().map(|part| part.to_str()).collect();
        let prefix = parts?.join("/");
        Some(Self { git, prefix, blobs: Arc::default() })
    }

    /// The folder that the working tree begins at.
    #[must_use]
    pub fn top_level(&self) -> Option<&Path> {
        self.git.workdir()
    }

    /// What is staged, as a tree under the project root.
    ///
    /// # Errors
    /// An index that libgit2 refuses (split, sparse), one that is not there, or one with unresolved conflicts under the project root.
    pub fn index_tree(&self) -> Result<IndexTree, GitError> {
        IndexTree::read(self)
    }

    /// The files that git tracks.
    ///
    /// # Errors
    /// When the repository cannot be opened a second time.
    pub fn tracked_files(&self) -> Result<TrackedFiles, GitError> {
        TrackedFiles::of(self)
    }

    /// What a sparse checkout keeps out of the working tree; `None` where that is nothing, or the index cannot be read.
    pub(super) fn skipped_tree(&self) -> Option<IndexTree> {
        IndexTree::read_skipped(self).ok().flatten()
    }

    /// The tree of a commit under the project root.
    ///
    /// # Errors
    /// When the commit is not there.
    pub fn revision_tree(&self, commit: Oid) -> Result<RevisionTree, GitError> {
        RevisionTree::open(self, commit)
    }

    /// The commit that HEAD stands on; `None` before the first commit.
    ///
    /// # Errors
    /// When HEAD cannot be read.
    pub fn head(&self) -> Result<Option<Oid>, GitError> {
        match self.git.head().and_then(|head| head.peel_to_commit()) {
            Ok(commit) => Ok(Some(commit.id())),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => Ok(None),
            Err(error) => Err(GitError::from_git("HEAD cannot be read", &error)),
        }
    }

    /// Whether a revision is known here by this name.
    #[must_use]
    pub fn has_revision(&self, name: &str) -> bool {
        self.git.revparse_single(name).is_ok()
    }

    /// Another handle on the same repository, since one handle must not be shared between threads.
    pub(super) fn reopen(&self) -> Result<git2::Repository, GitError> {
        git2::Repository::open(self.git.path())
            .map_err(|error| GitError::from_git("the repository cannot be opened", &error))
    }

    /// Paths that differ between HEAD and the index, relative to the project root, sorted; those outside it are left out. Both names of a rename.
    ///
    /// # Errors
    /// When HEAD or the index cannot be read.
    pub fn staged_paths(&self) -> Result<Vec<String>, GitError> {
        let failed = |error: git2::Error| GitError::from_git("what is staged cannot be read", &error);
        let head = match self.head()? {
            Some(commit) => Some(self.git.find_commit(commit).and_then(|commit| commit.tree()).map_err(failed)?),
            None => None,
        };
        let diff = self.git.diff_tree_to_index(head.as_ref(), None, None).map_err(failed)?;
        let mut paths: Vec<String> = diff
            .deltas()
            .flat_map(|delta| {
                [delta.old_file().path().map(Path::to_owned), delta.new_file().path().map(Path::to_owned)]
            })
            .flatten()
            .filter_map(|path| self.below_root(&path.to_string_lossy()).map(str::to_owned))
            .collect();
        paths.sort();
        paths.dedup();
        Ok(paths)
    }

    fn below_root<'p>(&self, path: &'p str) -> Option<&'p str> {
        if self.prefix.is_empty() { Some(path) } else { path.strip_prefix(&self.prefix)?.strip_prefix('/') }
    }
}

fn open(project: &Path, flags: RepositoryOpenFlags) -> Result<Option<git2::Repository>, GitError> {
    // As git itself: an object is checked when it comes in, not hashed again at every reading, which would cost more than all else here.
    git2::opts::strict_hash_verification(false);
    let no_ceilings: [&Path; 0] = [];
    match git2::Repository::open_ext(project, flags, no_ceilings) {
        Ok(git) => Ok(Some(git)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(GitError::from_git("the git repository cannot be opened", &error)),
    }
}

/// The folder that git runs hooks from (`core.hooksPath`, else `hooks` in the common git folder); `None` outside a repository.
///
/// # Errors
/// As [`Repository::open`].
pub fn hooks_folder(project: &Path) -> Result<Option<PathBuf>, GitError> {
    let Some(repository) = Repository::open(project)? else { return Ok(None) };
    let git = &repository.git;
    let config = git.config().map_err(|error| GitError::from_git("git's configuration cannot be read", &error))?;
    let folder = match config.get_path("core.hooksPath") {
        Ok(path) if path.is_absolute() => path,
        Ok(path) => git.workdir().unwrap_or_else(|| git.path()).join(path),
        Err(_) => git.commondir().join("hooks"),
    };
    Ok(Some(folder))
}
