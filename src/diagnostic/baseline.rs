//! The baseline: findings that a project has accepted, so that an old repository hears only of new ones.
//!
//! `undrift-baseline.json` holds one line for each, sorted, so that two branches that accept different findings merge without conflict.
//! A finding is known by its fingerprint; rule, target and object stand beside it for the people who read the file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{Diagnostic, Finding, Label, Severity};
use crate::source::{SourceFile, Span};

/// Where the baseline stands, relative to the project root, unless the config says otherwise.
pub const BASELINE_FILE: &str = "undrift-baseline.json";
pub(super) const STALE: &str = "config/stale-baseline";
const VERSION: u32 = 1;

/// Accepted findings.
#[derive(Clone, Debug)]
pub struct Baseline {
    file: std::sync::Arc<SourceFile>,
    entries: BTreeMap<String, Entry>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    target: String,
    rule: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    object: String,
    fingerprint: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BaselineFile {
    version: u32,
    accepted: Vec<Entry>,
}

/// A baseline file that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BaselineError {
    #[error("{path} is not a baseline file: {reason}")]
    Malformed { path: String, reason: String },
    #[error("{path} has version {found}, and this undrift reads version 1; write it anew with `undrift baseline`")]
    Version { path: String, found: u32 },
}

impl Baseline {
    /// Reads a baseline file.
    ///
    /// # Errors
    /// When it is not JSON of the right form, or of another version.
    pub fn read(file: std::sync::Arc<SourceFile>) -> Result<Self, BaselineError> {
        let parsed: BaselineFile = serde_json::from_str(&file.text)
            .map_err(|error| BaselineError::Malformed { path: file.path.clone(), reason: error.to_string() })?;
        if parsed.version != VERSION {
            return Err(BaselineError::Version { path: file.path.clone(), found: parsed.version });
        }
        let entries = parsed.accepted.into_iter().map(|entry| (entry.fingerprint.clone(), entry)).collect();
        Ok(Self { file, entries })
    }

    /// The text of a baseline file that accepts `findings`.
    #[must_use]
    pub fn write(findings: &[Finding]) -> String {
        let mut entries: Vec<Entry> = findings
            .iter()
            .filter(|finding| is_acceptable(finding.diagnostic.rule))
            .map(|finding| Entry {
                target: finding.diagnostic.target.clone(),
                rule: finding.diagnostic.rule.to_owned(),
                object: finding.diagnostic.object.as_ref().map(ToString::to_string).unwrap_or_default(),
                fingerprint: finding.fingerprint.clone(),
            })
            .collect();
        entries.sort();
        entries.dedup();
        let mut out = format!("{{\n  \"version\": {VERSION},\n  \"accepted\": [");
        for (i, entry) in entries.iter().enumerate() {
            let line = serde_json::to_string(entry).expect("four strings are JSON");
            let _ = write!(out, "{}\n    {line}", if i == 0 { "" } else { "," });
        }
        out.push_str(if entries.is_empty() { "]\n}\n" } else { "\n  ]\n}\n" });
        out
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn accepts(&self, fingerprint: &str) -> bool {
        self.entries.contains_key(fingerprint)
    }

    /// One finding for all entries that nothing matched; `judged` says whether this run could have matched an entry of a rule and target.
    pub(super) fn stale(&self, used: &dyn Fn(&str) -> bool, judged: &dyn Fn(&str, &str) -> bool) -> Option<Diagnostic> {
        let stale: Vec<&Entry> = self
            .entries
            .values()
            .filter(|entry| !used(&entry.fingerprint) && judged(&entry.rule, &entry.target))
            .collect();
        let first = stale.iter().min_by_key(|entry| self.place(entry).start)?;
        let message = match stale.len() {
            1 => format!("the baseline accepts `{}`, which is no longer found", first.name()),
            n => format!("the baseline accepts {n} findings that are no longer found, `{}` among them", first.name()),
        };
        let mut finding =
            Diagnostic::new(STALE, Severity::Warning, message, Label::new(self.place(first), "nothing matches this"));
        finding.related = stale
            .iter()
            .filter(|entry| entry.fingerprint != first.fingerprint)
            .map(|entry| Label::new(self.place(entry), "nor this"))
            .collect();
        finding.related.sort_by_key(|label| label.span.start);
        finding.help = Some("`undrift baseline` writes the file anew".into());
        Some(finding)
    }

    fn place(&self, entry: &Entry) -> Span {
        let start = self.file.text.find(&entry.fingerprint).unwrap_or_default();
        Span::new(self.file.id, start, start + entry.fingerprint.len())
    }
}

impl Entry {
    fn name(&self) -> String {
        if self.object.is_empty() { self.rule.clone() } else { format!("{} {}", self.rule, self.object) }
    }
}

/// What is wrong with the config itself cannot be accepted away.
pub(super) fn is_acceptable(rule: &str) -> bool {
    !rule.starts_with("config/")
}
