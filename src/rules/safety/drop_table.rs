//! A new migration drops a table that was there before.

use super::drops::{Drop, Fate};
use super::words::{and_with_it, count, finding, is_part};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::ObjectKind;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A new migration drops a table that was there before.
    ///
    /// # What it does
    /// Reports `DROP TABLE` of a table that earlier migrations made, with the number of its columns and what goes along (indexes, views and foreign keys
    /// of others under CASCADE). A table that is dropped and made anew is reported too: it comes back empty.
    ///
    /// # Why is this bad
    /// Every row is gone when the migration commits, and code of the running release that still reads the table fails at once. There is no way back but a
    /// backup.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE audit_log (id integer PRIMARY KEY, note text);
    /// //- /migrations/0002_change.sql
    /// DROP TABLE audit_log;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE invoices (id integer PRIMARY KEY);
    /// //- /migrations/0002_change.sql
    /// CREATE TABLE scratch (id integer PRIMARY KEY);
    /// DROP TABLE scratch;
    /// ```
    ///
    /// # When it stays quiet
    /// When the table was made by a migration that is new as well, and when it is rebuilt: a new table, filled from the old one, takes its name. Columns
    /// that get lost in a rebuild are `safety/drop-column`.
    ///
    /// # Sources
    /// Atlas DS102, squawk `ban-drop-table`, Django's `DROP_TABLE`.
    pub(crate) static DROP_TABLE = "safety/drop-table", Severity::Error;
}

pub(super) fn report(drop: &Drop<'_>) -> Diagnostic {
    let table = &drop.stone.object;
    let parts = |kind| drop.along.iter().filter(|s| s.object.kind == kind && is_part(drop, s)).count();
    let mut columns = count(parts(ObjectKind::Column), "column");
    if parts(ObjectKind::Index) > 0 {
        columns = format!("{columns} and {}", count(parts(ObjectKind::Index), "index"));
    }
    let again = if drop.fate == Fate::MadeAnew { ", and made anew, empty" } else { "" };
    let message = format!("the table `{table}` with {columns} is dropped{again}{}", and_with_it(drop));
    let mut finding = finding(&DROP_TABLE, drop, message);
    finding.consequence = Some(format!("every row of `{table}` is gone, and code that still reads it fails"));
    finding.help = Some(match drop.fate {
        Fate::MadeAnew => format!(
            "change `{table}` by ALTER TABLE, or make the new table first, copy the rows, drop the old one and rename"
        ),
        _ => format!(
            "two steps: release code that no longer uses `{table}`; drop it in a later migration, with a backup at hand"
        ),
    });
    finding
}
