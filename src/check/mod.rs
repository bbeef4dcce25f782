//! The check: both sides read into the same model, compared, judged, settled. [`check`] shows the passes in their order; each pass is a
//! function of plain data, and the same of every target.

mod declared;
mod drift;
mod migrated;
mod moved;
pub mod platform;
mod prelude;
mod project;
mod renames;
mod snapshot;
mod staged;
mod target;

use std::collections::BTreeMap;

use rayon::prelude::*;

pub use declared::load as load_declared;
pub use drift::{closing_sql, compare};
pub use migrated::{Migrated, load as load_migrated};
pub use prelude::{prelude_files, settings as replay_settings};
pub use project::{CheckRequest, New, Project, ReadAhead, Scope, Since, levels, read_config};
pub use staged::concerns;
pub use target::{Sides, dialect_of, sides};

use crate::config::Rename;
use crate::diagnostic::{Counts, Finding, SinkSettings, settle};
use crate::report::TargetSummary;
use crate::rules;
use crate::threads::on_large_stack;

/// What a check gives: everything that a report may say.
#[derive(Debug, Default)]
pub struct Outcome {
    pub targets: Vec<TargetSummary>,
    pub findings: Vec<Finding>,
    pub counts: Counts,
    /// Migrations in the scope, over all targets.
    pub new_migrations: usize,
    /// What was found and not checked, for the last lines.
    pub not_checked: Vec<String>,
    /// Renames that were named and mean nothing: those of a config, and of the command line those that no target knows.
    pub unmatched_renames: Vec<Rename>,
}

/// Checks every target that is asked for. Cannot fail: what could not be read is among the findings.
#[must_use]
pub fn check(project: &Project<'_>, request: &CheckRequest<'_>) -> Outcome {
    let targets: Vec<&crate::config::Target> = project.targets.iter().filter(|t| request.wants(&t.name)).collect();
    // What reads SQL runs on these threads anyway: to begin there keeps the machine's cores from being shared out twice.
    let judged: Vec<target::Judged> =
        on_large_stack(|| targets.par_iter().map(|target| target::judge(project, request, target)).collect());

    let mut outcome = Outcome { not_checked: project.not_checked.clone(), ..Outcome::default() };
    let mut diagnostics = project.problems.clone();
    let mut sink = SinkSettings {
        levels: project.levels.clone(),
        baseline: project.baseline.as_ref().filter(|_| !request.ignore_baseline),
        known_rules: rules::ALL.iter().map(|rule| rule.id).collect(),
        targets: targets.iter().map(|target| target.name.clone()).collect(),
        partial: targets.len() < project.targets.len(),
        ..SinkSettings::default()
    };
    let mut unmatched = BTreeMap::new();
    let compared = judged.iter().filter(|target| target.is_compared).count();
    for target in judged {
        for rename in target.unmatched_renames {
            let (count, _) = unmatched.entry((rename.place, rename.from.clone())).or_insert((0, rename));
            *count += 1;
        }
        outcome.new_migrations += target.summary.migrations.as_ref().map_or(0, |m| m.new);
        outcome.targets.extend(target.is_checked.then_some(target.summary));
        for words in target.not_checked {
            if !outcome.not_checked.contains(&words) {
                outcome.not_checked.push(words);
            }
        }
        diagnostics.extend(target.diagnostics);
        sink.files.extend(target.files);
        sink.old_migrations.extend(target.old_migrations);
    }
    let is_nobodys = |&(count, ref rename): &(usize, Rename)| rename.place.is_some() || count == compared;
    outcome.unmatched_renames = unmatched.into_values().filter(is_nobodys).map(|(_, rename)| rename).collect();
    sink.files.sort_by_key(|file| file.id);
    sink.files.dedup_by_key(|file| file.id);

    let settled = settle(diagnostics, &sink, project.sources);
    Outcome { findings: settled.findings, counts: settled.counts, ..outcome }
}
