//! What a config says of rules: levels by rule or group, for one target, for paths.

use globset::GlobSet;

use super::{Diagnostic, RuleLevel, Severity};

/// Levels in the order of the config; the last one that fits a finding decides. Empty: every finding keeps its own severity.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    pub entries: Vec<LevelEntry>,
}

/// One line of a config.
#[derive(Clone, Debug)]
pub struct LevelEntry {
    /// A rule (`safety/drop-column`) or a group (`safety`, `safety/*`).
    pub rule: String,
    /// Only findings of this target.
    pub target: Option<String>,
    /// Only findings whose primary place lies in one of these paths, relative to the project root.
    pub paths: Option<GlobSet>,
    pub level: RuleLevel,
}

impl LevelEntry {
    fn fits(&self, diagnostic: &Diagnostic, path: &str) -> bool {
        let group = self.rule.strip_suffix("/*").unwrap_or(&self.rule);
        (self.rule == diagnostic.rule || diagnostic.rule.split_once('/').is_some_and(|(g, _)| g == group))
            && self.target.as_ref().is_none_or(|target| *target == diagnostic.target)
            && self.paths.as_ref().is_none_or(|paths| paths.is_match(path))
    }
}

impl Levels {
    /// The severity that a finding gets, `path` being that of its primary place; `None` when its rule is off there.
    #[must_use]
    pub fn severity(&self, diagnostic: &Diagnostic, path: &str) -> Option<Severity> {
        let Some(entry) = self.entries.iter().rev().find(|entry| entry.fits(diagnostic, path)) else {
            return Some(diagnostic.severity);
        };
        match entry.level {
            RuleLevel::Error => Some(Severity::Error),
            RuleLevel::Warn => Some(Severity::Warning),
            RuleLevel::Info => Some(Severity::Info),
            RuleLevel::Off => None,
        }
    }
}
