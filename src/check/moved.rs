//! A migrations folder that bears another name than it had at the base.
//!
//! Its migrations are no newer for that, and what was edited in them on the way is still an edit: the base is read as if its folder bore the new
//! name already.

use super::{New, Since, read_config};
use crate::config::discovery::{Gitignored, discover};
use crate::config::{CONFIG_NAME, Target};
use crate::source::{Entry, EntryKind, SourceMap, Tree, TreeError};

/// The states to compare with, each with the folder where it is now.
pub(super) struct States<'a> {
    base: Renamed<'a>,
    tip: Option<Renamed<'a>>,
    shared: Option<Renamed<'a>>,
    settled_at: Option<&'a str>,
}

impl<'a> States<'a> {
    /// `None` where the folder stands at the base as it does now, or where none is found that was this target's.
    pub(super) fn of(new: &New<'a>, target: &Target) -> Option<Self> {
        let New::Since(since) = new else { return None };
        let is = target.migrations.as_ref().map(|migrations| migrations.dir.as_str())?;
        if is.is_empty() || !matches!(since.base.kind(is), Ok(None)) {
            return None;
        }
        let was = former_folder(since.base, target)?;
        let renamed = |tree: &'a dyn Tree| Renamed { tree, was: was.clone(), is: is.to_owned() };
        Some(Self {
            base: renamed(since.base),
            tip: since.tip.map(renamed),
            shared: since.shared.map(renamed),
            settled_at: since.settled_at,
        })
    }

    pub(super) fn since(&self) -> Since<'_> {
        Since {
            base: &self.base,
            tip: self.tip.as_ref().map(|tip| tip as &dyn Tree),
            shared: self.shared.as_ref().map(|shared| shared as &dyn Tree),
            settled_at: self.settled_at,
            moved: Some((&self.base.is, &self.base.was)),
        }
    }
}

/// The folder that the target had at the base: as the config said then, else as it would have been found.
fn former_folder(base: &dyn Tree, target: &Target) -> Option<String> {
    let config = base.read(CONFIG_NAME).ok().flatten();
    let config = config.and_then(|bytes| read_config(CONFIG_NAME, &String::from_utf8_lossy(&bytes)).ok());
    let mut targets = config.map(|config| config.targets).unwrap_or_default();
    if targets.is_empty() {
        targets = discover(base, &SourceMap::default(), Gitignored::Keep).targets;
    }
    targets.retain(|other| other.migrations.as_ref().is_some_and(|m| matches!(base.kind(&m.dir), Ok(Some(_)))));
    let same_name = targets.iter().position(|other| other.name == target.name);
    // A target that is found is called after its folder.
    let only = (targets.len() == 1).then_some(0);
    Some(targets.swap_remove(same_name.or(only)?).migrations?.dir)
}

/// A tree in which a folder bears another name.
struct Renamed<'a> {
    tree: &'a dyn Tree,
    was: String,
    is: String,
}

impl Renamed<'_> {
    /// A path as the tree has it.
    fn there(&self, path: &str) -> String {
        match path.strip_prefix(&self.is) {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{}{rest}", self.was),
            _ => path.to_owned(),
        }
    }
}

impl Tree for Renamed<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, TreeError> {
        self.tree.read(&self.there(path))
    }

    fn list(&self, path: &str) -> Result<Option<Vec<Entry>>, TreeError> {
        self.tree.list(&self.there(path))
    }

    fn kind(&self, path: &str) -> Result<Option<EntryKind>, TreeError> {
        self.tree.kind(&self.there(path))
    }
}
