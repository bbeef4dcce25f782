//! drizzle-kit's last snapshot is not the schema that migrations and declaration agree on.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::migrations::layout::snapshot_tables;
use crate::migrations::{MigrationSet, Snapshot};
use crate::model::{Catalog, ObjectKind, ObjectRef, QualifiedName};
use crate::rules::rule::declare_rule;

declare_rule! {
    /// drizzle-kit's last snapshot is not the schema that the migrations leave.
    ///
    /// # What it does
    /// Compares tables and columns of three states: the last snapshot, the replayed migrations and the declared schema. Says which of them is behind, and
    /// what the next `generate` would therefore write, or fail to write.
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
    ///  "tables": {"public.users": {"name": "users", "schema": "", "columns": {"id": {"name": "id", "type": "integer"}}}}}
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
    ///    "id": {"name": "id", "type": "integer"}, "name": {"name": "name", "type": "text"}}}}}
    /// //- /migrations/0000_init.sql
    /// CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL, "name" text);
    /// ```
    ///
    /// # When it stays quiet
    /// About what is only missing a migration (that is drift), about tables of which some columns are not known, and when no migration is new.
    ///
    /// # Sources
    /// drizzle-kit `src/cli/commands/migrate.ts` (the last file of `meta` by name is what `generate` compares with).
    pub(crate) static SNAPSHOT_DRIFT = "order/snapshot-drift", Severity::Warning;
}

type Tables = BTreeMap<QualifiedName, BTreeSet<String>>;

/// Names shown at most.
const SHOWN: usize = 4;

/// Compares the last snapshot with both sides of a Drizzle target.
#[must_use]
pub fn check(set: &MigrationSet, declared: &Catalog, migrated: &Catalog, generate: Option<&str>) -> Vec<Diagnostic> {
    let Some(snapshot) = set.snapshots.last() else { return Vec::new() };
    let Some(tables) = snapshot_tables(snapshot) else { return Vec::new() };
    let unsure = unsure(&[declared, migrated]);
    let states = States { snapshot: tables, declared: tables_of(declared), migrated: tables_of(migrated), unsure };
    let generate = generate.unwrap_or("drizzle-kit generate");

    let written_twice = states.only(|s, d, m| !s && d && m);
    // What could not be read may declare or make anything.
    let (all_declared, all_migrated) = (declared.unknown.is_empty(), migrated.unknown.is_empty());
    let never_written = states.only(|s, d, m| s && d && !m && all_migrated);
    let dropped_twice = states.only(|s, d, m| s && !d && !m && all_declared && all_migrated);
    let cases = [
        (
            written_twice,
            "{is} migrated and declared, and the last snapshot lacks {it}",
            "writes {it} a second time, which fails: already exists",
        ),
        (
            never_written,
            "{is} declared and in the last snapshot, and no migration makes {it}",
            "finds no change, and never writes {it}",
        ),
        (
            dropped_twice,
            "{is} in the last snapshot alone: neither declared nor migrated",
            "writes a DROP of what does not exist, which fails",
        ),
    ];
    let found = cases.into_iter().filter(|(names, ..)| !names.is_empty());
    found.map(|(names, what, then)| finding(snapshot, &names, what, &format!("`{generate}` {then}"))).collect()
}

struct States {
    snapshot: Tables,
    declared: Tables,
    migrated: Tables,
    /// Tables of which some columns are not known.
    unsure: BTreeSet<QualifiedName>,
}

impl States {
    /// The tables, and the columns of tables that all have, for which the three states are so: in the snapshot, declared, migrated.
    fn only(&self, is: impl Fn(bool, bool, bool) -> bool) -> Vec<ObjectRef> {
        let sides = [&self.snapshot, &self.declared, &self.migrated];
        let names: BTreeSet<&QualifiedName> = sides.iter().flat_map(|tables| tables.keys()).collect();
        let mut found = Vec::new();
        for name in names.into_iter().filter(|name| !self.unsure.contains(*name)) {
            let [snapshot, declared, migrated] = sides.map(|tables| tables.get(name));
            let (Some(s), Some(d), Some(m)) = (snapshot, declared, migrated) else {
                if is(snapshot.is_some(), declared.is_some(), migrated.is_some()) {
                    found.push(ObjectRef::top(ObjectKind::Table, name));
                }
                continue;
            };
            let columns: BTreeSet<&String> = s.iter().chain(d).chain(m).collect();
            let fits = columns.into_iter().filter(|c| is(s.contains(*c), d.contains(*c), m.contains(*c)));
            found.extend(fits.map(|column| ObjectRef::part(ObjectKind::Column, name, column.as_str())));
        }
        found
    }
}

fn unsure(catalogs: &[&Catalog]) -> BTreeSet<QualifiedName> {
    let tables = catalogs.iter().flat_map(|catalog| catalog.tables.values());
    tables.filter(|table| !table.unknown_columns.is_empty()).map(|table| table.name.clone()).collect()
}

fn tables_of(catalog: &Catalog) -> Tables {
    let tables = catalog.tables.values();
    tables.map(|t| (t.name.clone(), t.columns.iter().map(|c| c.name.clone()).collect())).collect()
}

fn finding(snapshot: &Snapshot, names: &[ObjectRef], what: &str, then: &str) -> Diagnostic {
    let mut shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    if names.len() > SHOWN {
        shown.push(format!("{} more", names.len() - SHOWN));
    }
    let last = shown.pop().unwrap_or_default();
    let list = if shown.is_empty() { last } else { format!("{} and {last}", shown.join(", ")) };
    let (is, it) = if names.len() == 1 { ("is", "it") } else { ("are", "them") };
    let worded = |text: &str| text.replace("{is}", is).replace("{it}", it);
    let message = format!("{list} {}", worded(what));
    let place = Label::new(snapshot.id_span, format!("the last snapshot, of {}", snapshot.migration));
    let mut finding = Diagnostic::new(SNAPSHOT_DRIFT.id, SNAPSHOT_DRIFT.severity, message, place);
    finding.object = Some(ObjectRef::bare(ObjectKind::Migration, &snapshot.migration));
    finding.consequence = Some(worded(then));
    finding.help = Some(
        "keep the snapshot that the next generate writes, and of its SQL only what is not applied already".to_owned(),
    );
    finding
}
