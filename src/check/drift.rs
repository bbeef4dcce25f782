//! Drift: the two sides compared, and the findings told how to go on.

use std::collections::{BTreeSet, HashSet};

use globset::{Glob, GlobSet, GlobSetBuilder};

use super::{Migrated, renames};
use crate::config::Target;
use crate::declared::Declared;
use crate::diagnostic::{Aspect, Diagnostic, Severity};
use crate::dialect::Dialect;
use crate::diff::{Diff, Language, Pair, Scope, diff};
use crate::fix::Fixes;
use crate::model::{Catalog, ObjectRef};
use crate::rules::drift;

/// Everything in which the two sides of a target differ.
pub fn compare<'a>(declared: &'a Declared, migrated: &'a Migrated, target: &Target, dialect: &dyn Dialect) -> Diff<'a> {
    let mut diff = compare_catalogs(catalogs(declared, migrated), &declared.language, migrated, target, dialect);
    renames::add(&mut diff, declared, migrated, target);
    diff
}

/// Both sides, the migrated one by its new names.
fn catalogs<'a>(declared: &'a Declared, migrated: &'a Migrated) -> Pair<&'a Catalog> {
    let answered = migrated.replayed.answered.as_ref().map(|answered| &answered.catalog);
    Pair::new(&declared.catalog, answered.unwrap_or(&migrated.replayed.catalog))
}

/// Everything in which two catalogs of a target differ.
pub(super) fn compare_catalogs<'a>(
    catalogs: Pair<&'a Catalog>,
    language: &Language,
    migrated: &Migrated,
    target: &Target,
    dialect: &dyn Dialect,
) -> Diff<'a> {
    let unmanaged = globs(&target.unmanaged);
    let is_unmanaged = |object: &ObjectRef| names_of(object).iter().any(|name| unmanaged.is_match(name));
    let prelude: BTreeSet<_> = migrated.replayed.prelude.iter().copied().collect();
    let scope = Scope { prelude, unmanaged: Some(&is_unmanaged) };
    diff(catalogs, language, dialect, &scope)
}

/// The findings of a comparison; those that a next migration would close name the command that makes one.
pub(super) fn judge(
    declared: &Declared,
    migrated: &Migrated,
    target: &Target,
    dialect: &dyn Dialect,
) -> Vec<Diagnostic> {
    let differences = compare(declared, migrated, target, dialect);
    let catalogs = catalogs(declared, migrated);
    let mut findings = drift::check(&differences, catalogs, &declared.language, dialect);
    if declared.problems.iter().any(|problem| problem.severity == Severity::Error) {
        // A part of the schema could not be read at all: what only the migrations have may be declared there.
        findings.retain(|finding| !finding.rule.starts_with("drift/undeclared-"));
    }
    let is_refused = |finding: &Diagnostic| is_refused(finding, catalogs.migrated);
    for finding in findings.iter_mut().filter(|f| f.severity > Severity::Info && !is_refused(f)) {
        if let Some(command) = &target.generate {
            let how = declared.language.how_to_rename;
            let is_rename = renames::is_rename(finding) && !how.is_empty();
            let command = if is_rename { format!("{command}, {how}") } else { command.clone() };
            finding.fix.get_or_insert_default().command = Some(command);
        }
    }
    findings
}

/// Whether a statement that would have made what is missing is refused: that statement is to be mended, and no other to be written.
fn is_refused(finding: &Diagnostic, migrated: &Catalog) -> bool {
    finding.rule.starts_with("drift/missing-")
        && finding.object.as_ref().is_some_and(|object| drift::refused(object, migrated).is_some())
}

/// What the generator's snapshot does not tell it to write: an empty migration takes the SQL. What is undeclared was written by hand, and may
/// well be meant.
pub(super) fn write_by_hand(
    findings: &mut [Diagnostic],
    never_written: &HashSet<ObjectRef>,
    migrated: &Catalog,
    generate: Option<&str>,
) {
    let generate = generate.unwrap_or("drizzle-kit generate");
    let by_hand =
        findings.iter_mut().filter(|f| f.object.as_ref().is_some_and(|object| never_written.contains(object)));
    for finding in by_hand.filter(|f| !is_refused(f, migrated)) {
        let command = if finding.rule.starts_with("drift/undeclared-") {
            "declare it in the schema, or list it as `unmanaged` in undrift.toml".to_owned()
        } else {
            format!("{generate} --custom, and write the SQL into it")
        };
        finding.fix.get_or_insert_default().command = Some(command);
    }
}

/// The statements that close the drift, in an order in which a server runs them; differences that are mere information are left as they are,
/// save comments, which cost nothing.
#[must_use]
pub fn closing_sql(declared: &Declared, migrated: &Migrated, target: &Target, dialect: &dyn Dialect) -> Vec<String> {
    let mut differences = compare(declared, migrated, target, dialect);
    let catalogs = catalogs(declared, migrated);
    let findings = drift::check(&differences, catalogs, &declared.language, dialect);
    let matter = findings.iter().filter(|f| f.severity > Severity::Info || f.aspects == [Aspect::Comment]);
    let matter: HashSet<_> = matter.filter_map(|f| Some((f.rule, f.object.as_ref()?))).collect();
    differences.changes.retain(|change| matter.contains(&(drift::rule_of(change).id, &change.object)));
    Fixes::new(catalogs, dialect).script(&differences)
}

fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    // The config has refused globs that cannot be read.
    for glob in patterns.iter().filter_map(|pattern| Glob::new(pattern).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

/// What a glob may match: the object or the table it is a part of, with the schema's name and, for `public`, without.
fn names_of(object: &ObjectRef) -> Vec<String> {
    let table = object.table.as_ref().map(|table| ObjectRef { table: None, name: table.clone(), ..object.clone() });
    let mut names = Vec::new();
    for object in std::iter::once(object).chain(&table) {
        names.push(object.to_string());
        if object.schema.as_deref() == Some("public") {
            names.push(format!("public.{object}"));
        }
    }
    names
}
