//! One target through all passes.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::moved::States;
use super::prelude::prelude_files;
use super::{
    CheckRequest, Migrated, New, Project, Scope, Since, drift, load_declared, load_migrated, migrated, renames,
    snapshot,
};
use crate::config::{DeclaredSource, Rename, Target};
use crate::ddl::postgres::PostgreSql;
use crate::declared::Declared;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::dialect::Dialect;
use crate::migrations::MigrationSet;
use crate::migrations::layout::snapshot_id;
use crate::model::{Table, Unknown};
use crate::replay::Replayed;
use crate::report::{DeclaredSummary, MigrationsSummary, StatementsSummary, TargetSummary};
use crate::rules::input::opaque_statement::OPAQUE_STATEMENT;
use crate::rules::input::unreadable::UNREADABLE;
use crate::rules::order::{self, Given, History};
use crate::rules::replay::{self as replay_rules, Subject};
use crate::rules::safety::{self, Changes};
use crate::source::{FileId, SourceFile, SourceMap, Span, Tree};
use crate::threads::on_large_stack;

/// Both sides of a target, read.
pub struct Sides {
    pub declared: Option<Declared>,
    pub migrated: Option<Migrated>,
}

/// What the passes gave.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) summary: TargetSummary,
    pub(super) is_checked: bool,
    pub(super) not_checked: Vec<String>,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Files in which comments may silence findings.
    pub(super) files: Vec<Arc<SourceFile>>,
    pub(super) old_migrations: BTreeSet<FileId>,
    /// Both sides were there and held against each other.
    pub(super) is_compared: bool,
    pub(super) unmatched_renames: Vec<Rename>,
}

/// The dialect of a target; `None` where it is not supported yet.
#[must_use]
pub fn dialect_of(target: &Target) -> Option<&'static dyn Dialect> {
    (target.dialect == "postgresql").then_some(&PostgreSql)
}

/// Reads both sides, at the same time.
#[must_use]
pub fn sides(tree: &dyn Tree, sources: &SourceMap, dialect: &'static dyn Dialect, target: &Target) -> Sides {
    let both =
        || rayon::join(|| load_declared(tree, sources, dialect, target), || load_migrated(tree, sources, target, None));
    let (declared, migrated) = on_large_stack(both);
    Sides { declared, migrated }
}

/// The time that `now()` gives to migrations. What a schema in SQL declares is of the day on which it was dumped: beside it the time is not known.
fn clock(target: &Target, now: Option<i64>) -> Option<i64> {
    now.filter(|_| !matches!(target.declared, Some(DeclaredSource::Sql { .. })))
}

/// All passes over one target, in their order.
pub(super) fn judge(project: &Project<'_>, request: &CheckRequest<'_>, target: &Target) -> Judged {
    let Some(dialect) = dialect_of(target) else {
        return Judged { not_checked: vec![target.dialect.clone()], ..Judged::default() };
    };
    let (tree, sources) = (project.tree, project.sources);
    let states = States::of(&request.scope.new, target);
    let scope = states.as_ref().map(|states| Scope {
        words: request.scope.words.clone(),
        new: New::Since(states.since()),
        standpoint: request.scope.standpoint,
    });
    let moved = scope.as_ref().map(|scope| CheckRequest { scope, only: request.only.clone(), ..*request });
    let request = moved.as_ref().unwrap_or(request);

    let mut judged = Judged { is_checked: true, ..Judged::default() };
    judged.summary.name.clone_from(&target.name);
    judged.summary.dialect.clone_from(&target.dialect);
    // The migrations are judged by themselves while the schema is still being read.
    let (declared, (migrated, of_migrations)) = rayon::join(
        || project.read.take(target).or_else(|| load_declared(tree, sources, dialect, target)),
        || {
            let migrated = load_migrated(tree, sources, target, clock(target, request.now));
            let mut judged = Judged::default();
            if let Some(migrated) = &migrated {
                judged.migrated(migrated, target, request, project);
            }
            (migrated, judged)
        },
    );
    if let (Some(_), Some(migrated)) = (&declared, &migrated)
        && is_discovered(target)
        && only_pushes(&migrated.set)
        && migrated.problems.is_empty()
    {
        let MigrationSet { dir, layout, .. } = &migrated.set;
        let words = format!("{} only pushes: `{dir}` holds no migrations in {layout}'s layout", target.name);
        return Judged { not_checked: vec![words], ..Judged::default() };
    }

    if let Some(declared) = &declared {
        let prelude = prelude_files(project.tree, project.sources, target).iter().map(|file| file.id).collect();
        judged.declared(declared, &prelude, project.sources);
    }
    judged.summary.migrations = of_migrations.summary.migrations;
    judged.diagnostics.extend(of_migrations.diagnostics);
    judged.files.extend(of_migrations.files);
    judged.old_migrations = of_migrations.old_migrations;
    if let (Some(declared), Some(migrated)) = (&declared, &migrated)
        && !declared.files.is_empty()
    {
        judged.is_compared = true;
        judged.unmatched_renames = renames::unmatched(declared, migrated, target);
        let mut found = drift::judge(declared, migrated, target, dialect);
        let is_drizzle = declared.kind == "drizzle" && migrated.set.layout == "drizzle";
        let is_new = !new_migrations(&migrated.set, request).is_empty() || is_new_snapshot(migrated, request);
        if is_drizzle && (is_new || found.iter().any(|finding| finding.severity > Severity::Info)) {
            let (said, never_written) = snapshot::judge(declared, migrated, target, dialect);
            drift::write_by_hand(&mut found, &never_written, &migrated.replayed.catalog, target.generate.as_deref());
            found.extend(said.into_iter().filter(|_| is_new));
        }
        judged.diagnostics.extend(found);
    }
    for diagnostic in &mut judged.diagnostics {
        diagnostic.target.clone_from(&target.name);
    }
    judged.summary.unresolved = judged.diagnostics.iter().filter(|d| d.rule == "input/unresolved").count();
    // To let go of a large model takes as long as to compare it.
    rayon::join(|| drop(declared), || drop(migrated));
    judged
}

/// Whether nobody wrote down where the target's migrations are.
fn is_discovered(target: &Target) -> bool {
    target.migrations.as_ref().is_some_and(|migrations| migrations.place.is_none())
}

/// A schema without any migration: its database is made by `push`, and there is nothing to compare.
fn only_pushes(set: &MigrationSet) -> bool {
    let is_listed = set.journal.as_ref().is_some_and(|journal| !journal.entries.is_empty());
    set.migrations.is_empty() && !set.is_marked && set.unlisted.is_empty() && !is_listed
}

impl Judged {
    fn declared(&mut self, declared: &Declared, prelude: &HashSet<FileId>, sources: &SourceMap) {
        let tables = || declared.catalog.tables.values().filter(|table| !prelude.contains(&table.origin.created.file));
        self.summary.declared = Some(DeclaredSummary {
            kind: declared.kind.to_owned(),
            files: declared.files.clone(),
            tables: tables().count(),
            columns: tables().map(|table| table.columns.len()).sum(),
        });
        self.diagnostics.extend(declared.problems.iter().cloned());
        self.files.extend(declared.files.iter().filter_map(|path| sources.by_path(path)));
    }

    fn migrated(&mut self, migrated: &Migrated, target: &Target, request: &CheckRequest<'_>, project: &Project<'_>) {
        let Migrated { set, replayed, problems, .. } = migrated;
        let new = new_migrations(set, request);
        self.summary.migrations = Some(MigrationsSummary {
            layout: set.layout.to_owned(),
            dir: set.dir.clone(),
            count: set.migrations.len(),
            new: set.migrations.iter().filter(|migration| new.contains(&migration.file.id)).count(),
            statements: StatementsSummary {
                applied: replayed.counts.applied,
                carried: replayed.counts.carried,
                opaque: replayed.counts.opaque,
            },
            tables: own_tables(replayed).count(),
            columns: own_tables(replayed).map(|table| table.columns.len()).sum(),
        });
        self.diagnostics.extend(problems.iter().cloned());
        let (issues, catalog) = (&replayed.issues, &replayed.catalog);
        self.diagnostics.extend(replay_rules::check(issues, Subject::Migrations, catalog, project.sources));
        for &(index, place) in &replayed.commented_baselines {
            self.diagnostics
                .extend(set.migrations.get(index).map(|m| replay_rules::commented_baseline(&m.name, place)));
        }
        self.diagnostics.extend(replayed.opaque.iter().map(opaque_statement));
        let new = self.order(migrated, new, target, request, project);
        let all = matches!(request.scope.new, New::All);
        self.diagnostics.extend(safety::check(&Changes { catalog, new: &new, all }));
        for migration in &set.migrations {
            self.files.extend([&migration.file].into_iter().chain(&migration.included).map(Arc::clone));
            if !new.contains(&migration.file.id) {
                self.old_migrations.insert(migration.file.id);
            }
        }
    }

    /// Judges the order, and tells which files are new once what the base calls them is known.
    fn order(
        &mut self,
        migrated: &Migrated,
        new: HashSet<FileId>,
        target: &Target,
        request: &CheckRequest<'_>,
        project: &Project<'_>,
    ) -> HashSet<FileId> {
        // The same paths hold other texts there, so each state has sources of its own.
        let mut unreadable = Vec::new();
        let mut read = |tree: &dyn Tree| {
            let (set, problems) = migrated::read_other(tree, target, migrated.set.layout)?;
            unreadable.extend(problems.into_iter().filter(|problem| problem.rule == UNREADABLE.id));
            Some(set)
        };
        let since = match &request.scope.new {
            New::All => None,
            New::Since(since) => Some(since),
        };
        let base = since.and_then(|since| read(since.base));
        let tip = since.and_then(|since| since.tip).and_then(&mut read);
        let shared = since.and_then(|since| since.shared).and_then(&mut read);
        let before = shared.as_ref().or(base.as_ref());
        let renamed = before.map(|before| migrated.set.renamed_since(before)).unwrap_or_default();
        let renamed: HashSet<FileId> = renamed.iter().map(|(_, now)| now.file.id).collect();
        let mut new = &new - &renamed;
        if let Some(base) = base.as_ref().filter(|_| migrated.set.plan.is_some()) {
            reworked(&migrated.set, base, &mut new);
        }
        let new = &new;
        // What cannot be compared must not look unchanged.
        let place = set_place(&migrated.set, project.sources);
        self.diagnostics.extend(unreadable.into_iter().map(|problem| {
            let message = format!("at the base, {}", problem.message);
            Diagnostic::new(UNREADABLE.id, UNREADABLE.severity, message, Label::new(place, ""))
        }));
        self.diagnostics.extend(order::check(&History {
            set: &migrated.set,
            base: base.as_ref(),
            snapshot_at_base: &|path| snapshot_id(since?.base, path),
            tip: tip.as_ref(),
            shared: shared.as_ref(),
            settled_at: since.and_then(|since| since.settled_at),
            moved: since.and_then(|since| since.moved),
            new,
            all: matches!(request.scope.new, New::All),
            issues: &migrated.replayed.issues,
            now: request.now,
            generate: target.generate.as_deref(),
            sources: project.sources,
            tree: project.tree,
            settled_tree: since.map(|since| since.shared.unwrap_or(since.base)),
            given: Given::default(),
            standpoint: request.scope.standpoint,
        }));
        new.clone()
    }
}

/// The tables that the migrations made, without what a prelude or platform brings.
fn own_tables(replayed: &Replayed) -> impl Iterator<Item = &Table> {
    replayed.catalog.tables.values().filter(|table| !replayed.prelude.contains(&table.origin.created.file))
}

/// A place for what concerns the migrations as a whole.
fn set_place(set: &MigrationSet, sources: &SourceMap) -> Span {
    let file = set.migrations.first().map(|migration| migration.file.id);
    Span::file_start(file.unwrap_or_else(|| sources.add(&set.dir, String::new()).id))
}

fn opaque_statement(unknown: &Unknown) -> Diagnostic {
    let message = format!("what this statement does is not known, because {}", unknown.reason);
    let rule = &OPAQUE_STATEMENT;
    Diagnostic::new(rule.id, rule.severity, message, Label::new(unknown.span, ""))
}

/// Whether the generator's last snapshot is not as it is at the base.
fn is_new_snapshot(migrated: &Migrated, request: &CheckRequest<'_>) -> bool {
    let Some(last) = snapshot::last(migrated) else { return false };
    match &request.scope.new {
        New::All => true,
        New::Since(since) => {
            since.base.read(&last.file.path).ok().flatten().is_none_or(|old| old != last.file.text.as_bytes())
        }
    }
}

/// The migrations that are in the scope, and the files that no runner runs.
fn new_migrations(set: &MigrationSet, request: &CheckRequest<'_>) -> HashSet<FileId> {
    let files = set.migrations.iter().map(|m| &m.file).chain(set.unlisted.iter().map(|u| &u.file));
    match &request.scope.new {
        New::All => files.map(|file| file.id).collect(),
        New::Since(since) => files.filter(|file| !is_merged(since, file)).map(|file| file.id).collect(),
    }
}

/// Where a migration that the base has went to another file, and a new one took its place (`sqitch rework`), the names tell which is new.
fn reworked(set: &MigrationSet, base: &MigrationSet, new: &mut HashSet<FileId>) {
    let paths: HashMap<&str, &str> = base.migrations.iter().map(|m| (m.name.as_str(), m.file.path.as_str())).collect();
    let moved: HashSet<&str> = set
        .migrations
        .iter()
        .filter_map(|m| paths.get(m.name.as_str()).copied().filter(|&path| path != m.file.path))
        .collect();
    for migration in set.migrations.iter().filter(|_| !moved.is_empty()) {
        if paths.contains_key(migration.name.as_str()) {
            new.remove(&migration.file.id);
        } else if moved.contains(migration.file.path.as_str()) {
            new.insert(migration.file.id);
        }
    }
}

/// Whether the base has a file; or its branch has got the same since, by a squash merge or a cherry-pick.
fn is_merged(since: &Since<'_>, file: &SourceFile) -> bool {
    let at_tip = || since.tip.and_then(|tip| tip.read(&file.path).ok().flatten());
    matches!(since.base.kind(&file.path), Ok(Some(_))) || at_tip().is_some_and(|text| text == file.text.as_bytes())
}
