//! One target through all passes.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::{CheckRequest, Migrated, New, Project, load_declared, load_migrated};
use crate::config::Target;
use crate::ddl::postgres::PostgreSql;
use crate::declared::Declared;
use crate::diagnostic::Diagnostic;
use crate::dialect::Dialect;
use crate::report::{DeclaredSummary, MigrationsSummary, TargetSummary};
use crate::rules::replay::{self as replay_rules, Subject};
use crate::source::{FileId, SourceFile, SourceMap, Tree};

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
}

/// The dialect of a target; `None` where it is not supported yet.
#[must_use]
pub fn dialect_of(target: &Target) -> Option<&'static dyn Dialect> {
    (target.dialect == "postgresql").then_some(&PostgreSql)
}

/// Reads both sides.
#[must_use]
pub fn sides(tree: &dyn Tree, sources: &SourceMap, dialect: &'static dyn Dialect, target: &Target) -> Sides {
    let (declared, migrated) =
        rayon::join(|| load_declared(tree, sources, dialect, target), || load_migrated(tree, sources, target));
    Sides { declared, migrated }
}

/// All passes over one target, in their order.
pub(super) fn judge(project: &Project<'_>, request: &CheckRequest<'_>, target: &Target) -> Judged {
    let Some(dialect) = dialect_of(target) else {
        return Judged { not_checked: vec![target.dialect.clone()], ..Judged::default() };
    };
    let Sides { declared, migrated } = sides(project.tree, project.sources, dialect, target);
    let mut judged = Judged { is_checked: true, ..Judged::default() };
    judged.summary.name = target.name.clone();
    judged.summary.dialect = target.dialect.clone();

    if let Some(declared) = &declared {
        judged.declared(declared, project.sources);
    }
    if let Some(migrated) = &migrated {
        if migrated.set.migrations.is_empty() && migrated.set.unlisted.is_empty() && declared.is_some() {
            return judged.only_pushes(target);
        }
        judged.migrated(migrated, request, project);
    }
    for diagnostic in &mut judged.diagnostics {
        diagnostic.target.clone_from(&target.name);
    }
    let unresolved = judged.diagnostics.iter().filter(|d| d.rule == "input/unresolved").count();
    judged.summary.unresolved = unresolved;
    judged
}

impl Judged {
    fn declared(&mut self, declared: &Declared, sources: &SourceMap) {
        self.summary.declared = Some(DeclaredSummary {
            kind: declared.kind.to_owned(),
            files: declared.files.clone(),
            tables: declared.catalog.tables.len(),
            columns: declared.catalog.column_count(),
        });
        self.diagnostics.extend(declared.problems.iter().cloned());
        self.files.extend(declared.files.iter().filter_map(|path| sources.by_path(path)));
    }

    fn migrated(&mut self, migrated: &Migrated, request: &CheckRequest<'_>, project: &Project<'_>) {
        let Migrated { set, replayed, problems } = migrated;
        let is_new = new_migrations(migrated, request);
        self.summary.migrations = Some(MigrationsSummary {
            layout: set.layout.to_owned(),
            dir: set.dir.clone(),
            count: set.migrations.len(),
            new: is_new.len(),
            tables: replayed.catalog.tables.len(),
            columns: replayed.catalog.column_count(),
        });
        self.diagnostics.extend(problems.iter().cloned());
        self.diagnostics.extend(replay_rules::check(
            &replayed.issues,
            Subject::Migrations,
            &replayed.catalog,
            project.sources,
        ));
        for migration in &set.migrations {
            self.files.push(Arc::clone(&migration.file));
            if !is_new.contains(&migration.file.id) {
                self.old_migrations.insert(migration.file.id);
            }
        }
    }

    /// A schema without any migration: its database is made by `push`, and there is nothing to compare.
    fn only_pushes(mut self, target: &Target) -> Self {
        let dir = target.migrations.as_ref().map(|m| m.dir.as_str()).unwrap_or_default();
        self.is_checked = false;
        self.not_checked.push(format!("{} only pushes: `{dir}` holds no migrations", target.name));
        self
    }
}

/// The files of the migrations that are in the scope.
fn new_migrations(migrated: &Migrated, request: &CheckRequest<'_>) -> HashSet<FileId> {
    let files = migrated.set.migrations.iter().map(|migration| &migration.file);
    match &request.scope.new {
        New::All => files.map(|file| file.id).collect(),
        New::Since(base) => {
            files.filter(|file| !matches!(base.kind(&file.path), Ok(Some(_)))).map(|file| file.id).collect()
        }
    }
}
