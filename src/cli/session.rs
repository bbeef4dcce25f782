//! From literal arguments to a project: the root, the tree of bytes, the config or what discovery finds, the scope.

use std::path::{Path, PathBuf};

use super::args::{GlobalArgs, ScopeArgs};
use super::error::CliError;
use super::pull_request;
use crate::check::{New, Project, ReadAhead, Scope, Since, levels, read_config};
use crate::config::discovery::{Found, Gitignored, discover};
use crate::config::{CONFIG_NAME, Config, ConfigError};
use crate::diagnostic::{BASELINE_FILE, Baseline};
use crate::input::{Base, Repository, RevisionTree, SparseTree, WorkTree, default_base, named_base, staged_base};
use crate::report::Viewpoint;
use crate::rules::order::Standpoint;
use crate::source::{SourceMap, Tree};

/// An opened project.
pub(super) struct Session {
    pub(super) root: PathBuf,
    pub(super) tree: Box<dyn Tree>,
    pub(super) sources: SourceMap,
    pub(super) repository: Option<Repository>,
    reads_index: bool,
    gitignored: Gitignored,
}

/// The base of a scope: owns the tree that [`Scope`] borrows.
pub(super) struct OwnedScope {
    words: String,
    base: Option<RevisionTree>,
    tip: Option<RevisionTree>,
    shared: Option<RevisionTree>,
    settled_at: Option<String>,
    is_tracked: Box<dyn Fn(&str) -> bool + Send + Sync>,
    reached: Box<dyn Fn(&str) -> String + Send + Sync>,
}

impl OwnedScope {
    /// Every migration counts as new.
    pub(super) fn all() -> Self {
        Self::everything("all migrations")
    }

    /// What is staged, when none of it is checked.
    pub(super) fn staged() -> Self {
        Self::everything("staged")
    }

    fn everything(words: &str) -> Self {
        Self {
            words: words.to_owned(),
            base: None,
            tip: None,
            shared: None,
            settled_at: None,
            is_tracked: Box::new(|_| false),
            reached: Box::new(str::to_owned),
        }
    }

    /// Commands will be run from here.
    pub(super) fn seen_from(self, session: &Session, viewpoint: Viewpoint) -> Result<Self, CliError> {
        let is_tracked: Box<dyn Fn(&str) -> bool + Send + Sync> = match (&session.repository, session.reads_index) {
            (None, _) => Box::new(|_| false),
            (Some(_), true) => Box::new(|_| true),
            (Some(repository), false) => {
                let tracked = repository.tracked_files()?;
                Box::new(move |path| tracked.contains(path))
            }
        };
        Ok(Self { is_tracked, reached: Box::new(move |path| viewpoint.reach(path)), ..self })
    }

    pub(super) fn as_scope(&self) -> Scope<'_> {
        let new = match &self.base {
            None => New::All,
            Some(base) => New::Since(Since {
                base,
                tip: self.tip.as_ref().map(|tree| tree as &dyn Tree),
                shared: self.shared.as_ref().map(|tree| tree as &dyn Tree),
                settled_at: self.settled_at.as_deref(),
                moved: None,
            }),
        };
        let standpoint = Standpoint { is_tracked: &*self.is_tracked, reached: &*self.reached };
        Scope { words: self.words.clone(), new, standpoint }
    }
}

/// The project root: what was asked for, else the git top level, else the current folder.
pub(super) fn root(global: &GlobalArgs) -> Result<PathBuf, CliError> {
    let here = std::env::current_dir().map_err(|reason| CliError::File { path: PathBuf::from("."), reason })?;
    let Some(asked) = &global.project else {
        let repository = Repository::open(&here)?;
        return Ok(repository.and_then(|r| r.top_level().map(Path::to_owned)).unwrap_or(here));
    };
    let root = here.join(asked);
    match std::fs::metadata(&root) {
        Ok(meta) if meta.is_dir() => Ok(root),
        Ok(_) => Err(CliError::usage(format!("{} is not a folder", asked.display()), None)),
        Err(reason) => Err(CliError::File { path: asked.clone(), reason }),
    }
}

impl Session {
    /// Reads from the files on disk.
    pub(super) fn open_worktree(global: &GlobalArgs) -> Result<Self, CliError> {
        let root = root(global)?;
        let repository = Repository::open(&root)?;
        let disk = WorkTree::new(&root);
        let tree: Box<dyn Tree> = match &repository {
            Some(repository) => SparseTree::over(disk, repository),
            None => Box::new(disk),
        };
        Ok(Self {
            root,
            tree,
            sources: SourceMap::default(),
            repository,
            reads_index: false,
            gitignored: Gitignored::Skip,
        })
    }

    /// Reads from the git index.
    pub(super) fn open_index(global: &GlobalArgs) -> Result<Self, CliError> {
        let root = root(global)?;
        let Some(repository) = Repository::open(&root)? else {
            return Err(CliError::usage(format!("{} is not in a git repository", root.display()), None));
        };
        let tree = Box::new(repository.index_tree()?);
        let repository = Some(repository);
        Ok(Self {
            root,
            tree,
            sources: SourceMap::default(),
            repository,
            reads_index: true,
            gitignored: Gitignored::Keep,
        })
    }

    /// What the project holds, when no config names it.
    pub(super) fn discover(&self) -> Found {
        discover(&*self.tree, &self.sources, self.gitignored)
    }

    /// Neither the config nor discovery names a target.
    pub(super) fn nothing_found(&self) -> CliError {
        let help = "name a schema and its migrations in undrift.toml, or set another root with `--project`";
        let root = self.root.components().collect::<PathBuf>();
        CliError::usage(format!("nothing to check was found in {}", root.display()), help.to_owned())
    }

    /// What messages call the config.
    pub(super) fn config_name(&self, global: &GlobalArgs) -> String {
        global.config.as_ref().map_or_else(|| CONFIG_NAME.to_owned(), |path| path.display().to_string())
    }

    /// The config, if there is one: from `--config` on disk, else from the tree.
    pub(super) fn config(&self, global: &GlobalArgs) -> Result<Option<Config>, CliError> {
        let (path, bytes) = match &global.config {
            Some(path) => {
                let bytes = std::fs::read(path).map_err(|reason| CliError::File { path: path.clone(), reason })?;
                (path.display().to_string(), bytes)
            }
            None => match self.tree.read(CONFIG_NAME)? {
                Some(bytes) => (CONFIG_NAME.to_owned(), bytes),
                None => return Ok(None),
            },
        };
        let config = read_config(&path, &String::from_utf8_lossy(&bytes))?;
        self.folders_exist(&path, &config)?;
        Ok(Some(config))
    }

    /// A folder that a config names and that is not there is a mistake; one that a tool's own config names may just not have been made yet, and
    /// of one that was there at HEAD the migrations are gone, which a rule judges.
    fn folders_exist(&self, path: &str, config: &Config) -> Result<(), CliError> {
        for migrations in config.targets.iter().filter_map(|target| target.migrations.as_ref()) {
            if migrations.dir.is_empty()
                || self.tree.kind(&migrations.dir)?.is_some()
                || self.was_at_head(&migrations.dir)?
            {
                continue;
            }
            let message = format!("the migrations folder `{}` does not exist", migrations.dir);
            let help = Some(format!("paths are relative to the project root, {}", self.root.display()));
            return Err(ConfigError { path: path.to_owned(), place: migrations.place, message, help }.into());
        }
        Ok(())
    }

    fn was_at_head(&self, path: &str) -> Result<bool, CliError> {
        let Some(repository) = &self.repository else { return Ok(false) };
        let Some(commit) = repository.head()? else { return Ok(false) };
        Ok(repository.revision_tree(commit)?.kind(path)?.is_some())
    }

    /// The project as the config or discovery describes it.
    pub(super) fn project(&self, config: Option<&Config>) -> Result<Project<'_>, CliError> {
        let mut project = Project {
            tree: &*self.tree,
            sources: &self.sources,
            targets: config.map(|config| config.targets.clone()).unwrap_or_default(),
            levels: config.map(levels).unwrap_or_default(),
            baseline: self.baseline(config)?,
            not_checked: Vec::new(),
            problems: Vec::new(),
            read: ReadAhead::default(),
        };
        if project.targets.is_empty() {
            let found = self.discover();
            project.targets = found.targets;
            project.not_checked = found.not_checked;
            project.problems = found.problems;
        }
        Ok(project)
    }

    fn baseline(&self, config: Option<&Config>) -> Result<Option<Baseline>, CliError> {
        let path = config.and_then(|config| config.baseline.as_deref()).unwrap_or(BASELINE_FILE);
        let Some(bytes) = self.tree.read(path)? else { return Ok(None) };
        let file = self.sources.add(path, String::from_utf8_lossy(&bytes).into_owned());
        Ok(Some(Baseline::read(file)?))
    }

    /// What counts as new.
    pub(super) fn scope(&self, args: &ScopeArgs, config: Option<&Config>) -> Result<OwnedScope, CliError> {
        if args.all {
            return Ok(OwnedScope::all());
        }
        let named = args.base.as_deref().or(config.and_then(|config| config.base.as_deref()));
        let Some(repository) = &self.repository else {
            return match &args.base {
                Some(base) => {
                    let message = format!("`--base {base}`: {} is not in a git repository", self.root.display());
                    Err(CliError::usage(message, None))
                }
                None => Ok(OwnedScope::everything("all migrations (no git repository)")),
            };
        };
        let base = match named {
            _ if args.staged => staged_base(repository)?,
            Some(revision) => named_base(repository, revision)?,
            None => match pull_request::target() {
                Some(target) if repository.has_revision(&target) => named_base(repository, &target)?,
                Some(target) => {
                    let base = default_base(repository)?;
                    let words = pull_request::without_target(&base.words, &target);
                    Base { words, ..base }
                }
                None => default_base(repository)?,
            },
        };
        let tree = |commit: Option<_>| commit.map(|commit| repository.revision_tree(commit)).transpose();
        let (tip, shared) = (tree(base.tip)?, tree(base.shared)?);
        // Twelve digits name a commit in any repository that people work in.
        let settled_at = base.shared.or(base.commit).map(|commit| commit.to_string()[..12].to_owned());
        Ok(OwnedScope { base: tree(base.commit)?, tip, shared, settled_at, ..OwnedScope::everything(&base.words) })
    }
}
