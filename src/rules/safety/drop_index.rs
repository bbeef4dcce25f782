//! A new migration drops an index that was there before.

use super::drops::Drop;
use super::words::{finding, named};
use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A new migration drops an index that was there before.
    ///
    /// # What it does
    /// Reports an index that goes and is not replaced by another on the same table in the same migration.
    ///
    /// # Why is this bad
    /// Queries that used it read the whole table from then on, and `DROP INDEX` without CONCURRENTLY waits for, and then blocks, every query on the table.
    /// Building it again on a large table takes long.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE INDEX users_email_idx ON users (email);
    /// //- /migrations/0002_change.sql
    /// DROP INDEX users_email_idx;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text);
    /// CREATE INDEX users_email_idx ON users (email);
    /// //- /migrations/0002_change.sql
    /// CREATE UNIQUE INDEX users_email_key ON users (email);
    /// DROP INDEX users_email_idx;
    /// ```
    ///
    /// # When it stays quiet
    /// When the index goes with its table or with a column that is dropped, when another index or key is made on the table in the same migration, and when the
    /// index is new itself.
    ///
    /// # Sources
    /// PostgreSQL, DROP INDEX; squawk `require-concurrent-index-deletion`.
    pub(crate) static DROP_INDEX = "safety/drop-index", Severity::Warning;
}

pub(super) fn report(drop: &Drop<'_>) -> Diagnostic {
    let index = &drop.stone.object;
    let message = format!("the {} is dropped", named(index));
    let mut finding = finding(&DROP_INDEX, drop, message);
    finding.consequence =
        Some("queries that used it read the whole table; of a unique index, duplicates get in".to_owned());
    let help = format!(
        "see in pg_stat_user_indexes that nothing scans `{}`; drop it CONCURRENTLY, outside a transaction",
        index.name
    );
    finding.help = Some(help);
    finding
}
