//! A new migration drops a view that was there before.

use super::drops::Drop;
use super::words::{and_with_it, finding, named};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A new migration drops a view that was there before.
    ///
    /// # What it does
    /// Reports a view or materialized view that goes and is not made again in the same migration.
    ///
    /// # Why is this bad
    /// Whatever still reads it fails at once: the running release, reports, other teams. Privileges granted on it are gone.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE VIEW active_users AS SELECT id FROM users;
    /// //- /migrations/0002_change.sql
    /// DROP VIEW active_users;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// CREATE VIEW active_users AS SELECT id FROM users;
    /// //- /migrations/0002_change.sql
    /// DROP VIEW active_users;
    /// CREATE VIEW active_users AS SELECT id FROM users WHERE id > 0;
    /// ```
    ///
    /// # When it stays quiet
    /// When the view is made again in the same migration, when it goes along with something larger that is reported, and when it is new itself.
    ///
    /// # Sources
    /// PostgreSQL, DROP VIEW.
    pub(crate) static DROP_VIEW = "safety/drop-view", Severity::Warning;
}

pub(super) fn report(drop: &Drop<'_>) -> Diagnostic {
    let view = &drop.stone.object;
    let message = format!("the {} is dropped{}", named(view), and_with_it(drop));
    let mut finding = finding(&DROP_VIEW, drop, message);
    finding.consequence = Some(format!("whatever still reads `{view}` fails"));
    finding.help = Some(format!("two steps: release code that no longer reads `{view}`; drop it in a later migration"));
    finding
}
