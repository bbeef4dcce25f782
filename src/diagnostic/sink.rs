//! The one place where findings are selected, ordered and counted.
//!
//! Levels first (a rule that is off is as if it did not exist), then comments, then the baseline; each finding that is left gets its
//! fingerprint. The order is the one in which a person repairs: errors first, target by target, what could not be read before what cannot run
//! before what is out of order before what drifted, and then by place.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::baseline::{Baseline, is_acceptable};
use super::fingerprint::fingerprint;
use super::suppression::Suppressions;
use super::{Diagnostic, Levels, Severity};
use crate::source::{FileId, SourceFile, SourceMap};

/// A diagnostic that is to be reported, after the sink.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub diagnostic: Diagnostic,
    /// Stable over edits that move it: rule, target, object and what sets it apart; no line numbers. 16 hexadecimal digits.
    pub fingerprint: String,
    /// Its place among the findings as the rules gave them: the SQL that closes several runs in this order.
    pub sequence: usize,
}

/// What the sink goes by.
#[derive(Debug, Default)]
pub struct SinkSettings<'a> {
    pub levels: Levels,
    pub baseline: Option<&'a Baseline>,
    /// The ids of all rules, for the names in comments.
    pub known_rules: Vec<&'a str>,
    /// Files whose comments are looked at, beside those that findings stand in: schema files, migrations. What is unused is reported here too.
    pub files: Vec<Arc<SourceFile>>,
    /// Names of the targets, in the order in which they are reported.
    pub targets: Vec<String>,
    /// Only some of the project's targets were checked: says nothing of what the others' entries and comments match.
    pub partial: bool,
    /// Migrations that are not new, which order and safety rules do not judge.
    pub old_migrations: BTreeSet<FileId>,
}

/// What the sink gives.
#[derive(Debug, Default)]
pub struct Settled {
    pub findings: Vec<Finding>,
    pub counts: Counts,
}

/// How many findings there are, and how many there would be; the contract's `summary`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
    /// Silenced by a comment in the sources.
    pub suppressed: usize,
    /// Accepted in the baseline file.
    pub baselined: usize,
    /// `input/unresolved`, whether they are reported or not.
    pub unresolved: usize,
}

/// Selects, orders and counts all diagnostics of a run.
#[must_use]
pub fn settle(diagnostics: Vec<Diagnostic>, settings: &SinkSettings, sources: &SourceMap) -> Settled {
    let mut counts = Counts::default();
    let mut suppressions = Suppressions::default();
    // A schema is spread over more files than its entries: wherever a finding stands, a comment may silence it.
    let found_in = diagnostics.iter().map(|d| d.primary.span.file).collect::<BTreeSet<_>>();
    let listed = settings.files.iter().map(|file| file.id);
    for file in found_in.into_iter().chain(listed).collect::<BTreeSet<_>>() {
        suppressions.read(&sources.file(file), &settings.known_rules);
    }
    let mut diagnostics = deduplicate(diagnostics);
    counts.unresolved = diagnostics.iter().filter(|(_, d)| d.rule == "input/unresolved").count();
    apply_levels(&mut diagnostics, &settings.levels, sources);
    diagnostics.retain(|(_, d)| {
        let silent = suppressions.suppress(d);
        counts.suppressed += usize::from(silent);
        !silent
    });
    let about_config = suppressions.into_findings(&|file, rule| settings.judges_in(file, rule));
    let mut about_config: Vec<_> = about_config.into_iter().map(|d| (usize::MAX, d)).collect();
    sort(&mut diagnostics, &settings.targets, sources);
    let mut findings = with_fingerprints(diagnostics, sources);
    if let Some(baseline) = settings.baseline {
        let found: HashSet<String> = findings.iter().map(|finding| finding.fingerprint.clone()).collect();
        findings.retain(|finding| {
            let accepted = is_acceptable(finding.diagnostic.rule) && baseline.accepts(&finding.fingerprint);
            counts.baselined += usize::from(accepted);
            !accepted
        });
        let stale = baseline.stale(&|f| found.contains(f), &|rule, target| settings.judges(rule, target));
        about_config.extend(stale.map(|d| (usize::MAX, d)));
    }
    apply_levels(&mut about_config, &settings.levels, sources);
    sort(&mut about_config, &settings.targets, sources);
    findings.extend(with_fingerprints(about_config, sources));
    let rank = |finding: &Finding| std::cmp::Reverse(finding.diagnostic.severity);
    findings.sort_by_key(rank);
    for finding in &findings {
        match finding.diagnostic.severity {
            Severity::Error => counts.errors += 1,
            Severity::Warning => counts.warnings += 1,
            Severity::Info => counts.infos += 1,
        }
    }
    Settled { findings, counts }
}

impl SinkSettings<'_> {
    /// Whether a rule would have reported what a comment in this file silences.
    fn judges_in(&self, file: FileId, rule: &str) -> bool {
        let judged = !is_about_new(rule) || !self.old_migrations.contains(&file);
        judged && !self.partial
    }

    /// Whether a rule would have reported everything of this target that a baseline may accept.
    fn judges(&self, rule: &str, target: &str) -> bool {
        let checked = !self.partial || self.targets.iter().any(|name| name == target);
        checked && (!is_about_new(rule) || self.old_migrations.is_empty())
    }
}

/// A diagnostic and its place among those that came in.
type Numbered = (usize, Diagnostic);

/// Order and safety rules judge new migrations only.
fn is_about_new(rule: &str) -> bool {
    rule.starts_with("order/") || rule.starts_with("safety/")
}

fn apply_levels(diagnostics: &mut Vec<Numbered>, levels: &Levels, sources: &SourceMap) {
    if levels.entries.is_empty() {
        return;
    }
    diagnostics.retain_mut(|(_, diagnostic)| {
        let path = &sources.file(diagnostic.primary.span.file).path;
        let Some(severity) = levels.severity(diagnostic, path) else { return false };
        diagnostic.severity = severity;
        true
    });
}

/// One finding where two say the same of the same place: an input that two targets share is reported once.
fn deduplicate(diagnostics: Vec<Diagnostic>) -> Vec<Numbered> {
    let mut seen = HashSet::new();
    diagnostics
        .into_iter()
        .enumerate()
        .filter(|(_, d)| {
            let is_shared = d.rule.starts_with("input/") || d.rule.starts_with("config/");
            let target = if is_shared { String::new() } else { d.target.clone() };
            seen.insert((d.rule, target, d.object.clone(), d.primary.span, d.message.clone()))
        })
        .collect()
}

fn sort(diagnostics: &mut [Numbered], targets: &[String], sources: &SourceMap) {
    let rank: HashMap<&str, usize> = targets.iter().enumerate().map(|(i, name)| (name.as_str(), i + 1)).collect();
    let mut paths: BTreeMap<FileId, String> = BTreeMap::new();
    for (_, diagnostic) in diagnostics.iter() {
        let file = diagnostic.primary.span.file;
        paths.entry(file).or_insert_with(|| sources.file(file).path.clone());
    }
    diagnostics.sort_by(|(_, a), (_, b)| {
        let key = |d: &Diagnostic| {
            let target =
                rank.get(d.target.as_str()).copied().unwrap_or(if d.target.is_empty() { 0 } else { usize::MAX });
            (std::cmp::Reverse(d.severity), target, group_rank(d.rule))
        };
        let place = |d: &Diagnostic| (d.primary.span.start, d.primary.span.end);
        key(a)
            .cmp(&key(b))
            .then_with(|| a.target.cmp(&b.target))
            .then_with(|| paths[&a.primary.span.file].cmp(&paths[&b.primary.span.file]))
            .then_with(|| place(a).cmp(&place(b)))
            .then_with(|| a.rule.cmp(b.rule))
            .then_with(|| a.object.cmp(&b.object))
            .then_with(|| a.message.cmp(&b.message))
    });
}

fn group_rank(rule: &str) -> usize {
    const ORDER: [&str; 6] = ["config", "input", "order", "replay", "drift", "safety"];
    let group = rule.split_once('/').map_or(rule, |(group, _)| group);
    ORDER.iter().position(|&g| g == group).unwrap_or(ORDER.len())
}

fn with_fingerprints(diagnostics: Vec<Numbered>, sources: &SourceMap) -> Vec<Finding> {
    let mut occurrences: HashMap<String, usize> = HashMap::new();
    diagnostics
        .into_iter()
        .map(|(sequence, diagnostic)| {
            let first = fingerprint(&diagnostic, sources, 0);
            let occurrence = occurrences.entry(first.clone()).or_default();
            let fingerprint = if *occurrence == 0 { first } else { fingerprint(&diagnostic, sources, *occurrence) };
            *occurrence += 1;
            Finding { diagnostic, fingerprint, sequence }
        })
        .collect()
}
