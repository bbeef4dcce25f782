//! Sqitch: the changes of `sqitch.plan` in its order, `deploy/<name>.sql` each, which psql runs.
//!
//! Sources: sqitchers/sqitch `lib/App/Sqitch/Engine.pm` (`_sync_plan`: it goes on after the change that a database has last, found in the plan
//! by an id that rests on all changes before it; `deploy_change`), `Engine/pg.pm` (psql with `ON_ERROR_STOP`, no transaction of its own),
//! `Plan/Change.pm` (`_path_segments`: the scripts of a change that was reworked bear a tag).

mod config;
mod plan;

pub(crate) use config::{Project, project_of, projects};

use std::collections::HashSet;
use std::sync::Arc;

use super::psql::{self, Variables};
use super::reader::file_name;
use super::{Layout, Reader};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::migrations::{
    Envelope, LateMigration, Migration, MigrationSet, OrderedBy, Plan, PlannedChange, RenamedMigration, Runner, Runs,
    Splitting, UnlistedFile, Versions,
};
use crate::source::{EntryKind, SourceFile, Span, Tree, join_path, normalize_path, parent_path};
use plan::Change;

pub(super) static LAYOUT: Layout = Layout { name: "sqitch", detect, read, records: &[] };

const RUNNER: Runner = Runner {
    name: "sqitch deploy",
    late: LateMigration::Refused,
    late_words: "it stops: cannot find change … in sqitch.plan (a change's id rests on those before it)",
    edited: "it keeps a hash and never compares it: databases that have it keep the old form, fresh ones get the new (`sqitch rework` makes a new change of it)",
    deleted: "it stops: cannot find change … in sqitch.plan",
    renamed: RenamedMigration::Refused("it stops: cannot find change … in sqitch.plan"),
    twin: "it stops: change duplicates earlier declaration",
    versions: Versions::WholeNames,
    compares_text: false,
    rehash: None,
    // Its registry.
    tables: "CREATE SCHEMA sqitch; CREATE TABLE sqitch.projects (project text PRIMARY KEY); CREATE TABLE sqitch.changes (change_id text PRIMARY KEY); \
             CREATE TABLE sqitch.tags (tag_id text PRIMARY KEY); CREATE TABLE sqitch.dependencies (change_id text); CREATE TABLE sqitch.events (change_id text)",
};

/// Folders entered at most below that of the scripts.
const MAX_DEPTH: usize = 8;
/// Files that include each other at most, one in the other.
const MAX_INCLUDE_DEPTH: usize = 16;
/// Inclusions of one script at most, those within what it includes among them.
const MAX_INCLUDES: usize = 1_000;

fn detect(tree: &dyn Tree, dir: &str) -> Option<String> {
    let project = project_of(tree, dir)?;
    let is_there = matches!(tree.kind(&project.plan), Ok(Some(EntryKind::File)));
    is_there.then(|| format!("{} says in which order they are deployed", project.plan))
}

fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    if !reader.settings.files.is_empty() {
        let paths = reader.candidates();
        for path in paths {
            let name = super::files::stem(file_name(&path)).to_owned();
            let Some(script) = Script::read(reader, &path, &Variables::new(), "") else { continue };
            set.migrations.push(script.migration(name, None));
        }
        return set;
    }
    let Some(project) = project_of(reader.tree(), reader.dir()) else { return set };
    let Some(file) = reader.text(&project.plan) else { return set };
    set.is_marked = true;
    set.order = OrderedBy::Plan;
    let plan = plan::parse(&file);
    for (place, message) in &plan.faults {
        let message = format!("`{}` cannot be read by sqitch: {message}", project.plan);
        let problem = Diagnostic::new("input/broken-journal", Severity::Error, message, Label::new(*place, ""));
        reader
            .report(Diagnostic { consequence: Some("sqitch stops at the plan and deploys nothing".into()), ..problem });
    }
    let mut variables = project.variables.clone();
    variables.extend(reader.settings.placeholders.clone());
    let paths: Vec<String> = plan.changes.iter().map(|change| path_of(reader, &project, change)).collect();
    reader.read_ahead(paths.clone());
    let mut planned = HashSet::new();
    let mut names = HashSet::new();
    let mut changes = Vec::new();
    for (change, path) in plan.changes.iter().zip(paths) {
        let name = match &change.since {
            Some(tag) if !names.insert(change.name.as_str()) => format!("{} (reworked after @{tag})", change.name),
            _ => {
                names.insert(&change.name);
                change.name.clone()
            }
        };
        let script = Script::read(reader, &path, &variables, &project.root);
        let has_script = script.is_some();
        planned.insert(path.clone());
        changes.push(PlannedChange { name: name.clone(), span: change.span, script: path, has_script });
        set.migrations.extend(script.map(|script| script.migration(name, Some(change.span))));
    }
    set.unlisted = unplanned(reader, &project, &planned);
    set.plan = Some(Plan { file, changes });
    set
}

/// Where a change's script is.
fn path_of(reader: &Reader<'_>, project: &Project, change: &Change) -> String {
    let in_folder = |folder: &str, tag: &str| join_path(folder, &format!("{}{tag}.{}", change.name, project.extension));
    let tagged: Vec<String> =
        change.rework_tags.iter().map(|tag| in_folder(&project.reworked, &format!("@{tag}"))).collect();
    let there = tagged.iter().find(|path| reader.exists(path)).or(tagged.first()).cloned();
    there.unwrap_or_else(|| in_folder(&project.deploy, ""))
}

/// Scripts that no line of the plan names.
fn unplanned(reader: &mut Reader<'_>, project: &Project, planned: &HashSet<String>) -> Vec<UnlistedFile> {
    let mut found = Vec::new();
    let mut folders = vec![(project.deploy.clone(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in reader.tree().list(&folder).ok().flatten().unwrap_or_default() {
            let path = join_path(&folder, &entry.name);
            match entry.kind {
                EntryKind::Directory if depth < MAX_DEPTH => folders.push((path, depth + 1)),
                EntryKind::File if !planned.contains(&path) => found.push(path),
                _ => {}
            }
        }
    }
    let ending = format!(".{}", project.extension);
    // What a script includes runs with it.
    found.retain(|path| path.ends_with(&ending) && !reader.is_read(path));
    found.sort();
    let name = |path: &str| path[project.deploy.len()..path.len() - ending.len()].trim_start_matches('/').to_owned();
    found.into_iter().filter_map(|path| Some(UnlistedFile { name: name(&path), file: reader.text(&path)? })).collect()
}

/// A script with the files that it includes.
struct Script {
    file: Arc<SourceFile>,
    sections: Vec<Span>,
    included: Vec<Arc<SourceFile>>,
}

impl Script {
    /// `None` where no such file is.
    fn read(reader: &mut Reader<'_>, path: &str, variables: &Variables, root: &str) -> Option<Self> {
        let mut parts = Parts { root, sections: Vec::new(), files: Vec::new(), is_too_much: false };
        let file = parts.read(reader, path, variables, 0)?;
        Some(Self { file, sections: parts.sections, included: parts.files })
    }

    fn migration(self, name: String, listed: Option<Span>) -> Migration {
        Migration {
            version: name.clone(),
            name,
            sections: self.sections,
            included: self.included,
            splitting: Splitting::Psql,
            envelope: Envelope::None,
            listed: listed.unwrap_or_else(|| Span::file_start(self.file.id)),
            runs: Runs::Once,
            file: self.file,
        }
    }
}

/// What a script is made of, as it is read.
struct Parts<'a> {
    /// What `\i` is relative to.
    root: &'a str,
    sections: Vec<Span>,
    files: Vec<Arc<SourceFile>>,
    /// A bound was met, and that was said.
    is_too_much: bool,
}

impl Parts<'_> {
    fn read(
        &mut self,
        reader: &mut Reader<'_>,
        path: &str,
        variables: &Variables,
        depth: usize,
    ) -> Option<Arc<SourceFile>> {
        let mut includes = Vec::new();
        let file = reader.rewritten(path, |text| {
            let (text, found) = psql::expand(&text, variables);
            includes = found;
            text
        })?;
        let whole = super::reader::whole(&file);
        // A file that was read before is as it was expanded then.
        if includes.is_empty() && file.text.contains('\\') {
            includes = psql::expand(&file.text, variables).1;
        }
        let mut start = whole.range().start;
        for include in includes {
            let base = if include.is_relative { parent_path(path) } else { self.root };
            let place = Span::new(file.id, include.range.start, include.range.end);
            if self.is_too_much {
                break;
            }
            if depth == MAX_INCLUDE_DEPTH || self.files.len() == MAX_INCLUDES {
                self.is_too_much = true;
                let message = format!("`{}` is not read: too many files include each other", include.path);
                report_left_out(reader, place, message, NOT_KNOWN);
                break;
            }
            self.sections.push(Span::new(file.id, start, include.range.start));
            start = include.range.end;
            let Some(other) = normalize_path(&join_path(base, &include.path)) else {
                report_left_out(
                    reader,
                    place,
                    format!("`{}` is not read: it lies outside the project", include.path),
                    NOT_KNOWN,
                );
                continue;
            };
            match self.read(reader, &other, &include.variables, depth + 1) {
                Some(other) => self.files.push(other),
                None => {
                    report_left_out(
                        reader,
                        place,
                        format!("`{other}` is included here, and there is no such file"),
                        "psql stops there, and sqitch with it",
                    );
                }
            }
        }
        self.sections.push(Span::new(file.id, start, whole.range().end));
        Some(file)
    }
}

const NOT_KNOWN: &str = "what its statements make is not known here, and counts as missing";

/// An included file whose statements are not known.
fn report_left_out(reader: &mut Reader<'_>, place: Span, message: String, consequence: &str) {
    let mut problem = Diagnostic::new("input/missing-file", Severity::Error, message, Label::new(place, ""));
    problem.consequence = Some(consequence.to_owned());
    reader.report(problem);
}
