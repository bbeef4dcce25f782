//! The generator's last snapshot against both sides of a target.

use std::collections::HashSet;

use super::Migrated;
use super::drift::compare_catalogs;
use crate::config::Target;
use crate::declared::Declared;
use crate::declared::drizzle::snapshot;
use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::Dialect;
use crate::diff::{Language, NameDrift, Pair};
use crate::migrations::Snapshot;
use crate::model::{Catalog, ObjectRef};
use crate::rules::drift;
use crate::rules::order::snapshot_drift::{self, Differences};

/// The snapshot that the next `generate` compares with: the last by its file's name. `None` where several migrations have no successor, since the
/// generator refuses to choose.
pub(super) fn last(migrated: &Migrated) -> Option<&Snapshot> {
    let snapshots = &migrated.set.snapshots;
    if migrated.set.journal.is_none() {
        let is_leaf = |snapshot: &&Snapshot| !snapshots.iter().any(|other| other.parents.contains(&snapshot.id));
        let mut leaves = snapshots.iter().filter(is_leaf);
        return leaves.next().filter(|_| leaves.next().is_none());
    }
    snapshots.last()
}

/// What is to be said of the last snapshot; and the drift that the generator will not close.
pub(super) fn judge(
    declared: &Declared,
    migrated: &Migrated,
    target: &Target,
    dialect: &dyn Dialect,
) -> (Vec<Diagnostic>, HashSet<ObjectRef>) {
    let Some((last, kept)) = last(migrated).and_then(|last| Some((last, snapshot(&last.file, dialect)?))) else {
        return (Vec::new(), HashSet::new());
    };
    let mut language = declared.language.clone();
    // Drizzle 0.x knows the objects of its snapshots by their names: another name is a DROP and a CREATE.
    let by_name = migrated.set.journal.is_some();
    let findings = |one: &Catalog, other: &Catalog, language: &Language| {
        let catalogs = Pair::new(one, other);
        let differences = compare_catalogs(catalogs, language, migrated, target, dialect);
        let findings = drift::check(&differences, catalogs, language, dialect);
        findings.into_iter().filter(|finding| finding.severity > Severity::Info).collect()
    };
    let (theirs, ours) = (&declared.catalog, &migrated.replayed.catalog);
    let drift = findings(theirs, ours, &language);
    if by_name {
        language.names = NameDrift::Renamed;
    }
    let mut generated: Vec<Diagnostic> = findings(theirs, &kept, &language);
    if declared.problems.iter().any(|problem| problem.severity == Severity::Error) {
        // What could not be read may be declared.
        generated.retain(|finding| !finding.rule.starts_with("drift/undeclared-"));
    }
    let differences = Differences { generated, unwritten: findings(&kept, ours, &language), drift };
    snapshot_drift::check(last, &differences, target.generate.as_deref())
}
