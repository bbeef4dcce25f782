//! A new migration drops a column that was there before.

use super::drops::{Drop, Fate};
use super::words::{and_with_it, finding};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A new migration drops a column that was there before.
    ///
    /// # What it does
    /// Reports `DROP COLUMN`, a column that goes with `DROP … CASCADE` of something else, and a column that a rebuilt table lacks; says which indexes,
    /// constraints and views go along.
    ///
    /// # Why is this bad
    /// The values are gone when the migration commits. The release that still runs names the column in its queries (ORMs list every column), and each of
    /// them fails until the next release is out.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, nickname text);
    /// //- /migrations/0002_change.sql
    /// ALTER TABLE users DROP COLUMN nickname;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// //- /migrations/0002_change.sql
    /// ALTER TABLE users ADD COLUMN nickname text;
    /// ```
    ///
    /// # When it stays quiet
    /// When the column or its table was made by a migration that is new as well, and when the whole table goes in the same migration.
    ///
    /// # Sources
    /// Atlas DS103, squawk `ban-drop-column`, strong_migrations `remove_column`.
    pub(crate) static DROP_COLUMN = "safety/drop-column", Severity::Error;
}

pub(super) fn report(drop: &Drop<'_>) -> Diagnostic {
    let column = &drop.stone.object;
    let ty = drop.stone.ty.as_ref().map(|ty| format!(" ({ty})")).unwrap_or_default();
    let message = match drop.fate {
        Fate::LostInRebuild => format!("the column `{column}`{ty} is lost: its table is rebuilt without it"),
        _ => format!("the column `{column}`{ty} is dropped{}", and_with_it(drop)),
    };
    let mut finding = finding(&DROP_COLUMN, drop, message);
    finding.consequence = Some(format!("its values are gone, and code that still names `{}` fails", column.name));
    let help =
        format!("two steps: release code that no longer reads or writes `{column}`; drop it in a later migration");
    finding.help = Some(help);
    finding
}
