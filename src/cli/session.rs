//! From literal arguments to a project: the root, the tree of bytes, the config or what discovery finds.

use std::path::{Path, PathBuf};

use super::args::GlobalArgs;
use super::error::CliError;
use crate::check::{Project, levels, read_config};
use crate::config::discovery::{Found, Gitignored, discover};
use crate::config::{CONFIG_NAME, Config};
use crate::diagnostic::{BASELINE_FILE, Baseline};
use crate::input::WorkTree;
use crate::source::{SourceMap, Tree};

/// An opened project.
pub(super) struct Session {
    pub(super) root: PathBuf,
    pub(super) tree: Box<dyn Tree>,
    pub(super) sources: SourceMap,
    gitignored: Gitignored,
}

/// The project root: what was asked for, else the git top level, else the current folder.
pub(super) fn root(global: &GlobalArgs) -> Result<PathBuf, CliError> {
    let here = std::env::current_dir().map_err(|reason| CliError::File { path: PathBuf::from("."), reason })?;
    let root = match &global.project {
        Some(path) => here.join(path),
        None => here,
    };
    match std::fs::metadata(&root) {
        Ok(meta) if meta.is_dir() => Ok(root),
        Ok(_) => Err(CliError::usage(format!("{} is not a folder", root.display()), None)),
        Err(reason) => Err(CliError::File { path: root, reason }),
    }
}

impl Session {
    /// Reads from the files on disk.
    pub(super) fn open_worktree(global: &GlobalArgs) -> Result<Self, CliError> {
        let root = root(global)?;
        let tree = Box::new(WorkTree::new(&root));
        Ok(Self { root, tree, sources: SourceMap::default(), gitignored: Gitignored::Skip })
    }

    /// What the project holds, when no config names it.
    pub(super) fn discover(&self) -> Found {
        discover(&*self.tree, &self.sources, self.gitignored)
    }

    /// The config, if there is one: from `--config` on disk, else from the tree.
    pub(super) fn config(&self, global: &GlobalArgs) -> Result<Option<Config>, CliError> {
        if let Some(path) = &global.config {
            let text = read_text(path)?;
            return Ok(Some(read_config(&path.display().to_string(), &text)?));
        }
        match self.tree.read(CONFIG_NAME)? {
            Some(bytes) => Ok(Some(read_config(CONFIG_NAME, &String::from_utf8_lossy(&bytes))?)),
            None => Ok(None),
        }
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
        let path = config.and_then(|config| config.baseline.as_deref());
        let Some(bytes) = self.tree.read(path.unwrap_or(BASELINE_FILE))? else {
            return match path {
                Some(path) => Err(CliError::usage(
                    format!("the baseline {path} does not exist"),
                    "`undrift baseline` writes it".to_owned(),
                )),
                None => Ok(None),
            };
        };
        let file = self.sources.add(path.unwrap_or(BASELINE_FILE), String::from_utf8_lossy(&bytes).into_owned());
        Ok(Some(Baseline::read(file)?))
    }
}

fn read_text(path: &Path) -> Result<String, CliError> {
    let bytes = std::fs::read(path).map_err(|reason| CliError::File { path: path.to_owned(), reason })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
