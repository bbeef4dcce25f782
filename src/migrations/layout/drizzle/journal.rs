//! Drizzle 0.x: `<tag>.sql` in the order of the journal's entries.

use std::collections::HashSet;
use std::sync::Arc;

use super::{JOURNAL, LAYOUT, snapshot};
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::migrations::layout::Reader;
use crate::migrations::layout::json::{self, Json};
use crate::migrations::layout::reader::{is_sql, whole};
use crate::migrations::{
    Envelope, Journal, JournalEntry, LateMigration, Migration, MigrationSet, OrderedBy, RenamedMigration, Runner, Runs,
    Splitting, UnlistedFile, Versions,
};
use crate::source::{EntryKind, SourceFile, Span};

const RUNNER: Runner = Runner {
    name: "drizzle-kit migrate",
    late: LateMigration::SkippedForever,
    late_words: "it applies only what is newer than the last applied",
    edited: "it keeps a hash and never compares it: databases that have it keep the old form, fresh ones get the new",
    deleted: Runner::LOOKS_FORWARD,
    renamed: RenamedMigration::RunsAgain,
    twin: "their snapshots have one file name, so the next generate compares with only one of them",
    versions: Versions::Text,
    compares_text: false,
    rehash: None,
    tables: "",
};

pub(super) fn read(reader: &mut Reader<'_>) -> MigrationSet {
    let mut set = MigrationSet::empty(LAYOUT.name, reader.dir(), RUNNER);
    let names: Vec<String> =
        reader.list("").into_iter().filter(|e| e.kind == EntryKind::File && is_sql(&e.name)).map(|e| e.name).collect();
    reader.read_ahead(names.iter().map(|name| reader.path(name)).collect());
    let path = reader.path(JOURNAL);
    match reader.text(&path).and_then(|file| parse(reader, &file)) {
        Some(journal) => read_listed(reader, &mut set, journal, &names),
        None => read_by_name(reader, &mut set, &names),
    }
    if !reader.settings.without_snapshots {
        read_snapshots(reader, &mut set);
    }
    set
}

fn read_listed(reader: &mut Reader<'_>, set: &mut MigrationSet, mut journal: Journal, names: &[String]) {
    for entry in &mut journal.entries {
        let Some(file) = reader.text(&reader.path(&format!("{}.sql", entry.tag))) else { continue };
        entry.has_file = true;
        let version = entry.when.map_or_else(|| entry.tag.clone(), |when| when.to_string());
        set.migrations.push(migration(entry.tag.clone(), version, file, entry.span));
    }
    let tags: HashSet<&str> = journal.entries.iter().map(|e| e.tag.as_str()).collect();
    for name in names {
        let tag = &name[..name.len() - 4];
        if tags.contains(tag) {
            continue;
        }
        let Some(file) = reader.text(&reader.path(name)) else { continue };
        set.unlisted.push(UnlistedFile { name: tag.to_owned(), file });
    }
    (set.order, set.journal) = (OrderedBy::Journal, Some(journal));
}

/// The journal cannot be read (its own problem is reported): names are the next best order, since their prefixes count up.
fn read_by_name(reader: &mut Reader<'_>, set: &mut MigrationSet, names: &[String]) {
    set.order = OrderedBy::Nothing;
    for name in names {
        let Some(file) = reader.text(&reader.path(name)) else { continue };
        let tag = name[..name.len() - 4].to_owned();
        let place = Span::file_start(file.id);
        set.migrations.push(migration(tag.clone(), tag, file, place));
    }
}

fn migration(name: String, version: String, file: Arc<SourceFile>, listed: Span) -> Migration {
    Migration {
        name,
        version,
        sections: vec![whole(&file)],
        included: Vec::new(),
        splitting: Splitting::DrizzleBreakpoints,
        envelope: Envelope::AllPending,
        listed,
        runs: Runs::Once,
        file,
    }
}

/// drizzle-kit reads every file of `meta` whose name does not begin with `_` as a snapshot.
fn read_snapshots(reader: &mut Reader<'_>, set: &mut MigrationSet) {
    let mut entries = reader.list("meta");
    entries.retain(|e| e.kind == EntryKind::File && !e.name.starts_with('_') && e.name.ends_with(".json"));
    let last = entries.len().saturating_sub(1);
    for (index, entry) in entries.into_iter().enumerate() {
        let stem = entry.name.trim_end_matches(".json");
        let prefix = stem.strip_suffix("snapshot").unwrap_or(stem);
        let owner = set.migrations.iter().find(|m| m.name.starts_with(prefix));
        let owner = owner.map_or_else(|| prefix.trim_end_matches('_').to_owned(), |m| m.name.clone());
        let path = reader.path(&format!("meta/{}", entry.name));
        set.snapshots.extend(snapshot::read(reader, &path, owner, index == last));
    }
}

fn parse(reader: &mut Reader<'_>, file: &Arc<SourceFile>) -> Option<Journal> {
    let document = match json::parse(file) {
        Ok(document) => document,
        Err(fault) => {
            reader.report(broken(fault.span(file.id), format!("`{}` {}", file.path, fault.message)));
            return None;
        }
    };
    let root = document.root();
    let Some(list) = root.get("entries").and_then(|e| e.as_array()) else {
        let message = format!("`{}` has no array `entries`: it is not Drizzle's journal", file.path);
        reader.report(broken(root.span(), message));
        return None;
    };
    let mut entries = Vec::new();
    for item in list {
        match entry(item) {
            Some(entry) => entries.push(entry),
            None => reader.report(broken(item.span(), format!("an entry of `{}` has no `tag`", file.path))),
        }
    }
    Some(Journal { file: Arc::clone(file), entries })
}

fn entry(item: Json<'_, '_>) -> Option<JournalEntry> {
    let tag = item.get("tag")?.as_str()?.to_owned();
    let when = item.get("when");
    Some(JournalEntry {
        idx: item.get("idx").and_then(|idx| idx.as_i64()),
        tag,
        when: when.and_then(|when| when.as_i64()),
        span: item.span(),
        when_span: when.map(|when| when.span()),
        has_file: false,
    })
}

fn broken(span: Span, message: String) -> Diagnostic {
    let mut problem = Diagnostic::new("input/broken-journal", Severity::Error, message, Label::new(span, ""));
    problem.consequence = Some("drizzle-kit migrate stops at the journal, and applies nothing".into());
    problem
}
