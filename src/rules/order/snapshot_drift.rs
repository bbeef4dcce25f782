//! drizzle-kit's last snapshot is not the schema that migrations and declaration agree on.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Aspect, Diagnostic, Label, Severity};
use crate::migrations::Snapshot;
use crate::model::{ObjectKind, ObjectRef};
use crate::rules::rule::declare_rule;
use crate::source::Span;

declare_rule! {
    /// drizzle-kit's last snapshot is not the schema that the migrations leave.
    ///
    /// # What it does
    /// Compares three states whole (tables, columns, keys, indexes, checks, enums, policies, sequences, views): the last snapshot, the replayed
    /// migrations and the declared schema. Says for each object which of them is behind, and what the next `generate` would therefore write, or fail to
    /// write.
    ///
    /// # Why is this bad
    /// `drizzle-kit generate` compares the declared schema with the last snapshot alone. What a migration was written for by hand it writes a
    /// second time, which fails with "already exists"; what was taken out of a migration by hand it never writes again.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /schema.ts
    /// import { integer, pgTable, text } from "drizzle-orm/pg-core";
    /// export const users = pgTable("users", { id: integer("id").primaryKey(), name: text("name") });
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 1767000000000, "tag": "0000_init", "breakpoints": true}
    /// ]}
    /// //- /migrations/meta/0000_snapshot.json
    /// {"id": "a", "prevId": "00000000-0000-0000-0000-000000000000", "version": "7", "dialect": "postgresql",
    ///  "tables": {"public.users": {"name": "users", "schema": "", "columns": {
    ///    "id": {"name": "id", "type": "integer", "primaryKey": true, "notNull": true}}}}}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL, "name" text);
    /// ```
    /// ```fixture,good
    /// //- /schema.ts
    /// import { integer, pgTable, text } from "drizzle-orm/pg-core";
    /// export const users = pgTable("users", { id: integer("id").primaryKey(), name: text("name") });
    /// //- /migrations/meta/_journal.json
    /// {"version": "7", "dialect": "postgresql", "entries": [
    ///   {"idx": 0, "version": "7", "when": 1767000000000, "tag": "0000_init", "breakpoints": true}
    /// ]}
    /// //- /migrations/meta/0000_snapshot.json
    /// {"id": "a", "prevId": "00000000-0000-0000-0000-000000000000", "version": "7", "dialect": "postgresql",
    ///  "tables": {"public.users": {"name": "users", "schema": "", "columns": {
    ///    "id": {"name": "id", "type": "integer", "primaryKey": true, "notNull": true}, "name": {"name": "name", "type": "text"}}}}}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL, "name" text);
    /// ```
    ///
    /// # When it stays quiet
    /// About what is only missing a migration (that is drift), about what only the migrations make (that is drift, too), about facts that are not known,
    /// and when neither a migration nor the last snapshot is new.
    ///
    /// # Sources
    /// drizzle-kit `src/cli/commands/migrate.ts` (the last file of `meta` by name is what `generate` compares with).
    pub(crate) static SNAPSHOT_DRIFT = "order/snapshot-drift", Severity::Warning;
}

/// The findings of three comparisons, without mere information; in each the one that is named first is the declared side.
#[derive(Debug)]
pub struct Differences {
    /// The declared schema with the snapshot: what the next `generate` writes.
    pub generated: Vec<Diagnostic>,
    /// The snapshot with the migrations: what `generate` takes for done.
    pub unwritten: Vec<Diagnostic>,
    /// The declared schema with the migrations.
    pub drift: Vec<Diagnostic>,
}

/// How two states differ in one object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    Missing,
    Undeclared,
    Changed,
}

fn way(finding: &Diagnostic) -> Option<Way> {
    let (_, name) = finding.rule.split_once('/')?;
    match name.split_once('-')?.0 {
        "missing" => Some(Way::Missing),
        "undeclared" => Some(Way::Undeclared),
        "changed" => Some(Way::Changed),
        _ => None,
    }
}

type ByObject<'a> = HashMap<ObjectRef, (Way, &'a Diagnostic)>;

/// What an object is looked for under: each comparison names its kind after the side that is declared there, and a view may be materialized on one
/// side only, a unique constraint be an index.
fn key(object: &ObjectRef) -> ObjectRef {
    let kind = match object.kind {
        ObjectKind::MaterializedView => ObjectKind::View,
        ObjectKind::Unique => ObjectKind::Index,
        kind => kind,
    };
    ObjectRef { kind, ..object.clone() }
}

fn by_object(findings: &[Diagnostic]) -> ByObject<'_> {
    let mut by_object = HashMap::new();
    for finding in findings {
        let (Some(object), Some(way)) = (&finding.object, way(finding)) else { continue };
        by_object.insert(key(object), (way, finding));
        // What differs in name is looked for under either.
        if let ([Aspect::Name], Some(name)) = (finding.aspects.as_slice(), &finding.migrated) {
            by_object.insert(ObjectRef { name: name.clone(), ..key(object) }, (way, finding));
        }
    }
    by_object
}

/// What is to be said of the last snapshot, object by object; and the drift that `generate` will not close, since it compares the schema with the
/// snapshot alone.
#[must_use]
pub fn check(
    snapshot: &Snapshot,
    differences: &Differences,
    generate: Option<&str>,
) -> (Vec<Diagnostic>, HashSet<ObjectRef>) {
    let (generated, drift) = (by_object(&differences.generated), by_object(&differences.drift));
    let generate = generate.unwrap_or("drizzle-kit generate");
    let (mut findings, mut never_written) = (Vec::new(), HashSet::new());
    for unwritten in &differences.unwritten {
        let (Some(object), Some(way)) = (&unwritten.object, way(unwritten)) else { continue };
        let case = Case {
            object,
            generate,
            unwritten,
            generated: generated.get(&key(object)).copied(),
            drift: drift.get(&key(object)).copied(),
        };
        let Some(words) = case.words(way) else { continue };
        if words.repair == Repair::ByHand {
            never_written.insert(object.clone());
        }
        findings.push(case.finding(snapshot, words));
    }
    // In what the snapshot and the schema agree, the generator sees nothing to do.
    let drifting = differences.drift.iter().filter_map(|finding| finding.object.as_ref());
    never_written.extend(drifting.filter(|object| !generated.contains_key(&key(object))).cloned());
    (findings, never_written)
}

struct Case<'a> {
    object: &'a ObjectRef,
    generate: &'a str,
    unwritten: &'a Diagnostic,
    generated: Option<(Way, &'a Diagnostic)>,
    drift: Option<(Way, &'a Diagnostic)>,
}

/// What is wrong, and what `generate` does with it.
struct Words {
    what: String,
    then: &'static str,
    repair: Repair,
}

/// What to do about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Repair {
    Generate,
    /// The generator sees no difference, so it will never write it.
    ByHand,
}

impl Repair {
    fn words(self) -> &'static str {
        match self {
            Self::Generate => {
                "generate, then keep the snapshot that it writes and of its SQL only what the database does not have already"
            }
            Self::ByHand => "write what is missing into an empty migration (generate --custom)",
        }
    }
}

impl Case<'_> {
    /// `None` where the snapshot plays no part in it.
    fn words(&self, way: Way) -> Option<Words> {
        let generated = self.generated.map(|(way, _)| way);
        let drift = self.drift.map(|(way, _)| way);
        let words = |what: &str, then, repair| Some(Words { what: what.to_owned(), then, repair });
        match (way, generated, drift) {
            (Way::Undeclared, Some(Way::Missing), _) => words(
                "the last snapshot is behind: {} is declared and migrated, and not in it",
                "writes it a second time, which fails: already exists",
                Repair::Generate,
            ),
            (Way::Missing, _, Some(Way::Missing)) => words(
                "the migrations are behind the last snapshot: {} is declared and in the snapshot, and no migration makes it",
                "finds no change, and never writes it",
                Repair::ByHand,
            ),
            (Way::Missing, Some(Way::Undeclared), _) => words(
                "the last snapshot is left over: {} is neither declared nor migrated",
                "writes a DROP of what does not exist, which fails",
                Repair::Generate,
            ),
            (Way::Changed, Some(Way::Changed), None) if self.share(self.generated) => words(
                "the last snapshot is behind: {} has another form there than declared and migrated",
                "writes the change a second time",
                Repair::Generate,
            ),
            (Way::Changed, None, Some(Way::Changed)) if self.share(self.drift) => words(
                "the migrations are behind the last snapshot: {} has the declared form there, and another after the migrations",
                "finds no change, and the difference stays",
                Repair::ByHand,
            ),
            (Way::Changed, Some(Way::Changed), Some(Way::Changed))
                if self.share(self.generated) && self.share(self.drift) =>
            {
                words(
                    "schema, last snapshot and migrations have three forms of {}",
                    "writes the change from the snapshot's form, which is not the database's",
                    Repair::Generate,
                )
            }
            _ => None,
        }
    }

    /// Whether another difference is in the same aspects.
    fn share(&self, other: Option<(Way, &Diagnostic)>) -> bool {
        let has = |aspect: &Aspect| other.is_some_and(|(_, finding)| finding.aspects.contains(aspect));
        self.unwritten.aspects.iter().any(has)
    }

    fn finding(&self, snapshot: &Snapshot, words: Words) -> Diagnostic {
        let message = words.what.replace("{}", &format!("`{}`", self.object));
        let in_snapshot = [Some(self.unwritten), self.generated.map(|(_, finding)| finding)].into_iter().flatten();
        let mut labels =
            in_snapshot.clone().flat_map(|finding| std::iter::once(&finding.primary).chain(&finding.related));
        let place =
            labels.find(|label| label.span.file == snapshot.file.id).map_or(snapshot.id_span, |label| label.span);
        let label = Label::new(first_line(snapshot, place), format!("the last snapshot, of {}", snapshot.migration));
        let mut finding = Diagnostic::new(SNAPSHOT_DRIFT.id, SNAPSHOT_DRIFT.severity, message, label);
        finding.object = Some(self.object.clone());
        finding.aspects.clone_from(&self.unwritten.aspects);
        // Each of the three comparisons knows two of the forms.
        let form = |of: Option<(Way, &Diagnostic)>| of.and_then(|(_, finding)| finding.declared.clone());
        finding.declared = form(self.drift).or_else(|| form(self.generated));
        finding.migrated.clone_from(&self.unwritten.migrated);
        finding.consequence = Some(format!("`{}` {}", self.generate, words.then));
        let written = self.generated.and_then(|(_, finding)| finding.fix.as_ref()?.sql.clone());
        let form = self.unwritten.declared.as_ref().filter(|_| !self.unwritten.aspects.is_empty());
        let parts = [
            form.map(|form| format!("the snapshot says {form}")),
            written.filter(|sql| !sql.is_empty()).map(|sql| format!("the next generate writes: {}", short(&sql))),
            Some(words.repair.words().to_owned()),
        ];
        finding.help = Some(parts.into_iter().flatten().collect::<Vec<_>>().join("; "));
        for other in in_snapshot.chain(self.drift.map(|(_, finding)| finding)) {
            for label in std::iter::once(&other.primary).chain(&other.related) {
                let is_known = finding.related.iter().any(|known| known.span == label.span);
                if label.span.file != snapshot.file.id && !is_known {
                    finding.related.push(label.clone());
                }
            }
        }
        finding
    }
}

/// An object of a snapshot spans many lines, of which the first names it.
fn first_line(snapshot: &Snapshot, span: Span) -> Span {
    let text = snapshot.file.slice(span);
    let end = text.find('\n').map_or(text.len(), |at| text[..at].trim_end().len());
    let start = span.start as usize;
    Span::new(span.file, start, start + end)
}

/// SQL in one line, as much of it as tells what it does.
fn short(sql: &str) -> String {
    const ENOUGH: usize = 120;
    let words = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    let words = words.trim_end_matches(';');
    match words.char_indices().nth(ENOUGH) {
        Some((end, _)) => format!("{} …", &words[..end]),
        None => words.to_owned(),
    }
}
