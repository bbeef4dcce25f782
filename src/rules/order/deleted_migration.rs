//! A migration that is merged is gone.

use std::collections::{HashMap, HashSet};

use super::History;
use super::commands::way_back;
use super::renumber::moves;
use super::ruby::follows_its_name;
use super::unjournaled_migration::first_line;
use crate::diagnostic::{Diagnostic, Fix, Label, Severity};
use crate::migrations::{JournalEntry, Migration, RenamedMigration, Runs};
use crate::model::{ObjectKind, ObjectRef};
use crate::rules::rule::declare_rule;
use crate::source::parent_path;

declare_rule! {
    /// A migration that is merged is gone.
    ///
    /// # What it does
    /// Reports a migration of the base that is no longer there, and says where the same SQL stands under a new name. To a runner that knows migrations
    /// by their versions (goose, golang-migrate, dbmate, sqlx, diesel, Supabase, Hasura) another name with the same version is no other
    /// migration: an info. So it is to Rails, where the class was renamed along.
    ///
    /// # Why is this bad
    /// Databases that ran it keep what it did, fresh ones never get it. Under a new name the runner takes it for a new migration and runs it a second
    /// time.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /@base/migrations/0001_init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// //- /@base/migrations/0002_note.sql
    /// ALTER TABLE invoices ADD COLUMN note text;
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// ```
    /// ```fixture,good
    /// //- /@base/migrations/0001_init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// ```
    ///
    /// # When it stays quiet
    /// When there is no base to compare with, and when every migration of the base was replaced at once (a new baseline). About a new tag with the
    /// old time in Drizzle's journal, since Drizzle 0.x knows a migration by its time alone.
    ///
    /// # Sources
    /// Flyway's `validate` ("missing migration"), Prisma's `migrate status`.
    pub(crate) static DELETED_MIGRATION = "order/deleted-migration", Severity::Error;
}

pub(super) fn check(history: &History<'_>) -> Vec<Diagnostic> {
    let Some(base) = history.settled() else { return Vec::new() };
    let present: HashSet<&str> = history.set.migrations.iter().map(|migration| migration.name.as_str()).collect();
    let of_base: Vec<&Migration> = base.migrations.iter().filter(|old| old.runs != Runs::Rewritten).collect();
    let deleted: Vec<&Migration> = of_base.iter().copied().filter(|old| !present.contains(old.name.as_str())).collect();
    if deleted.len() == of_base.len() && deleted.len() > 1 && !history.set.migrations.is_empty() {
        return Vec::new();
    }
    let renamed: HashMap<&str, &Migration> =
        history.renamed_since().into_iter().map(|(old, now)| (old.name.as_str(), now)).collect();
    // What bears another name and was edited is an edit.
    let is_edited = |old: &Migration| {
        renamed.get(old.name.as_str()).is_some_and(|now| !same_text(now, old) && !follows_its_name(now, old))
    };
    let is_here = |old: &&Migration| history.renamed(&old.name).is_none() && !is_edited(old);
    deleted.into_iter().filter(is_here).map(|old| gone(history, old, renamed.get(old.name.as_str()).copied())).collect()
}

/// Line ends are git's business.
fn same_text(now: &Migration, old: &Migration) -> bool {
    now.file.text.lines().eq(old.file.text.lines())
}

/// A migration is gone; `renamed` is what its runner knows as the same, by its version.
fn gone(history: &History<'_>, old: &Migration, renamed: Option<&Migration>) -> Diagnostic {
    let copy = || history.set.migrations.iter().find(|now| history.is_new(now) && same_text(now, old));
    let twin = renamed.or_else(copy);
    let runner = history.set.runner;
    let severity = match (renamed, runner.renamed) {
        (Some(_), RenamedMigration::NotNoticed) => Severity::Info,
        (Some(now), _) if follows_its_name(now, old) => Severity::Info,
        _ => DELETED_MIGRATION.severity,
    };
    // The text that is gone is shown as it was at the base.
    let file = history.sources.add(&old.file.path, old.file.text.clone());
    let listed = history.entries().iter().find(|entry| entry.tag == old.name);
    let place = listed.map_or_else(|| first_line(file.id, &file.text), |entry| entry.span);
    let unlisted = history.set.unlisted.iter().any(|unlisted| unlisted.name == old.name);
    let (message, then) = match twin {
        None if unlisted => {
            let list = if history.set.plan.is_some() { "plan" } else { "journal" };
            (format!("{} is merged already, and the {list} no longer names it", old.name), gone_words(history))
        }
        Some(twin) => (
            format!("{} is merged already, and was renamed to {}", old.name, twin.name),
            renamed_words(history, old, twin, renamed.is_some()),
        ),
        None => (format!("{} is merged already, and was deleted", old.name), gone_words(history)),
    };
    let mut finding = Diagnostic::new(DELETED_MIGRATION.id, severity, message, Label::new(place, "at the base"));
    finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &old.name));
    finding.consequence = Some(then);
    if let Some(twin) = twin {
        let words = if twin.file.path.ends_with(".rb") { "the same migration" } else { "the same SQL" };
        finding.related.push(Label::new(first_line(twin.file.id, &twin.file.text), words));
    }
    let command = match twin {
        Some(twin) => rename_back(history, old, twin),
        None => bring_back(history, old),
    };
    finding.fix = Some(Fix { sql: None, command: Some(command) });
    finding
}

/// The commands that bring back all that belongs to a migration.
fn bring_back(history: &History<'_>, old: &Migration) -> String {
    let path = old.file.path.as_str();
    let is_gone = |path: &&str| history.was_there(path) && matches!(history.tree.kind(path), Ok(None));
    // A folder that is gone whole was the migration's own.
    let folder = Some(parent_path(path)).filter(|folder| *folder != history.set.dir && history.moved.is_none());
    let folder = folder.filter(is_gone);
    let number = old.name.split_once('_').map_or(old.name.as_str(), |(number, _)| number);
    let snapshot = format!("{}/meta/{number}_snapshot.json", history.set.dir);
    let beside = [way_back(path).unwrap_or_default(), snapshot];
    let mut paths = vec![folder.unwrap_or(path)];
    if folder.is_none() {
        paths.extend(beside.iter().map(String::as_str).filter(is_gone));
    }
    paths.retain(|path| matches!(history.tree.kind(path), Ok(None)));
    if let Some(line) = planned_line(history, old) {
        let put_back = format!("put its line back at its place in the plan: {line}");
        return if paths.is_empty() { put_back } else { format!("{}, and {put_back}", history.restore(&paths)) };
    }
    let merged = history.settled().and_then(|base| base.journal.as_ref());
    let entry = merged.and_then(|journal| Some((journal, journal.entries.iter().find(|entry| entry.tag == old.name)?)));
    let Some((journal, entry)) = entry else {
        return format!("{}, and undo it in a new migration if need be", history.restore(&paths));
    };
    // A journal that has nothing of its own can be taken whole.
    let has_more = |now: &JournalEntry| journal.entries.iter().all(|old| old.tag != now.tag || old.when != now.when);
    if !history.entries().iter().any(has_more) {
        paths.push(&journal.file.path);
        return format!("{}, and undo it in a new migration if need be", history.restore(&paths));
    }
    let text = journal.file.slice(entry.span).split_whitespace().collect::<Vec<_>>().join(" ");
    let put_back = format!("put its entry back into meta/_journal.json: {text}");
    if paths.is_empty() { put_back } else { format!("{}, and {put_back}", history.restore(&paths)) }
}

/// The line that named a migration in a plan, where the plan no longer does.
fn planned_line(history: &History<'_>, old: &Migration) -> Option<String> {
    let is_planned = history.set.plan.as_ref()?.changes.iter().any(|change| change.name == old.name);
    let plan = history.settled()?.plan.as_ref()?;
    let change = plan.changes.iter().find(|change| change.name == old.name && !is_planned)?;
    Some(plan.file.slice(change.span).to_owned())
}

/// What the runner makes of another name.
fn renamed_words(history: &History<'_>, old: &Migration, twin: &Migration, same_version: bool) -> String {
    let runner = history.set.runner;
    match runner.renamed {
        _ if same_version && (runner.renamed == RenamedMigration::NotNoticed || follows_its_name(twin, old)) => {
            format!("{} knows it by its version {}, and does not notice", runner.name, old.version)
        }
        RenamedMigration::Refused(words) if same_version && words.starts_with("it ") => {
            format!("{}: {words}", runner.name)
        }
        RenamedMigration::Refused(words) if same_version => words.to_owned(),
        _ => format!("{} takes {} for a new migration and runs the same SQL again", runner.name, twin.name),
    }
}

/// What the runner makes of it.
fn gone_words(history: &History<'_>) -> String {
    let runner = history.set.runner;
    match runner.deleted.starts_with("it ") {
        true => format!("{}: {}", runner.name, runner.deleted),
        false => runner.deleted.to_owned(),
    }
}

fn rename_back(history: &History<'_>, old: &Migration, twin: &Migration) -> String {
    let moves = moves(history, &twin.file.path, &old.file.path);
    if history.entries().iter().any(|entry| entry.tag == twin.name) {
        return format!("{moves}, and set its \"tag\" in meta/_journal.json to \"{}\"", old.name);
    }
    moves
}
