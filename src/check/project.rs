//! What a check is given.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::config::{Config, ConfigError, Names, Target};
use crate::declared::Declared;
use crate::diagnostic::{Baseline, Diagnostic, LevelEntry, Levels};
use crate::rules::order::Standpoint;
use crate::source::{SourceMap, Tree};

/// A project: where its bytes come from, and what is to be checked in it.
pub struct Project<'a> {
    pub tree: &'a dyn Tree,
    pub sources: &'a SourceMap,
    pub targets: Vec<Target>,
    pub levels: Levels,
    pub baseline: Option<Baseline>,
    /// What was found and is not checked, for the last lines.
    pub not_checked: Vec<String>,
    /// Problems met before any target was read.
    pub problems: Vec<Diagnostic>,
    pub read: ReadAhead,
}

/// Declared sides that were read to tell whether a commit concerns them ([`concerns`](super::concerns)): the check takes them from here, since
/// evaluating a schema a second time is half of what a hook costs.
#[derive(Default)]
pub struct ReadAhead(Mutex<HashMap<String, Declared>>);

impl ReadAhead {
    pub(super) fn keep(&self, target: &Target, declared: Declared) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(target.name.clone(), declared);
    }

    pub(super) fn take(&self, target: &Target) -> Option<Declared> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&target.name)
    }
}

/// What is asked of a check.
pub struct CheckRequest<'a> {
    /// Names of targets; empty for all.
    pub only: Vec<String>,
    pub scope: &'a Scope<'a>,
    /// Report what the baseline accepts too.
    pub ignore_baseline: bool,
    /// Milliseconds since 1970, for timestamps that lie in the future; `None` when the time must not matter.
    pub now: Option<i64>,
}

impl CheckRequest<'_> {
    #[must_use]
    pub fn wants(&self, target: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == target)
    }
}

/// What counts as new.
pub struct Scope<'a> {
    /// For the last line: `all migrations`, `new since origin/main`.
    pub words: String,
    pub new: New<'a>,
    /// For the commands of repairs.
    pub standpoint: Standpoint<'a>,
}

/// Order and safety rules judge what is new.
pub enum New<'a> {
    /// Every migration.
    All,
    /// What the base does not have.
    Since(Since<'a>),
}

/// The states that new migrations are judged against.
#[derive(Clone, Copy)]
pub struct Since<'a> {
    /// What is in this tree is not new.
    pub base: &'a dyn Tree,
    /// Where the base's branch stands by now, when it has moved on: what a merge will meet.
    pub tip: Option<&'a dyn Tree>,
    /// What others can have applied, when that is less than `base`.
    pub shared: Option<&'a dyn Tree>,
    /// The commit of what others can have applied, as git takes it.
    pub settled_at: Option<&'a str>,
    /// The migrations folder, and what it was called in these states, where that is another name.
    pub moved: Option<(&'a str, &'a str)>,
}

/// Reads a config; the names that it may use are those of the rules and layouts that there are.
///
/// # Errors
/// The first mistake, with its place.
pub fn read_config(path: &str, text: &str) -> Result<Config, ConfigError> {
    let rules: Vec<&str> = crate::rules::ALL.iter().map(|rule| rule.id).collect();
    let layouts: Vec<&str> = crate::migrations::layout::LAYOUTS.iter().map(|layout| layout.name).collect();
    crate::config::parse(path, text, Names { rules: &rules, layouts: &layouts, platforms: super::platform::PLATFORMS })
}

/// The levels of a config: general ones first, those of targets after them, those of paths last; the last that fits decides.
#[must_use]
pub fn levels(config: &Config) -> Levels {
    let entry = |rule: &String, level| LevelEntry { rule: rule.clone(), target: None, paths: None, level };
    let mut entries: Vec<LevelEntry> = config.rules.iter().map(|(rule, &level)| entry(rule, level)).collect();
    for target in &config.targets {
        let own = target.rules.iter().map(|(rule, &level)| entry(rule, level));
        entries.extend(own.map(|e| LevelEntry { target: Some(target.name.clone()), ..e }));
    }
    for (paths, rules) in &config.overrides {
        entries
            .extend(rules.iter().map(|(rule, &level)| LevelEntry { paths: Some(paths.clone()), ..entry(rule, level) }));
    }
    Levels { entries }
}
