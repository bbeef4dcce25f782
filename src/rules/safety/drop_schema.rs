//! A new migration drops a database schema that was there before.

use super::drops::Drop;
use super::words::{count, finding};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::ObjectKind;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A new migration drops a database schema that was there before.
    ///
    /// # What it does
    /// Reports `DROP SCHEMA` of a schema that earlier migrations made, with the tables and other objects that go along.
    ///
    /// # Why is this bad
    /// Under CASCADE everything in it goes without being named, tables and rows included.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE SCHEMA billing;
    /// CREATE TABLE billing.invoices (id integer PRIMARY KEY);
    /// //- /migrations/0002_change.sql
    /// DROP SCHEMA billing CASCADE;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE SCHEMA billing;
    /// //- /migrations/0002_change.sql
    /// CREATE SCHEMA reports;
    /// DROP SCHEMA reports;
    /// ```
    ///
    /// # When it stays quiet
    /// When the schema was made by a migration that is new as well.
    ///
    /// # Sources
    /// Atlas DS101, squawk `ban-drop-database`.
    pub(crate) static DROP_SCHEMA = "safety/drop-schema", Severity::Error;
}

pub(super) fn report(drop: &Drop<'_>) -> Diagnostic {
    let schema = &drop.stone.object.name;
    let tables = drop.along.iter().filter(|s| s.object.kind == ObjectKind::Table).count();
    let message = match tables {
        0 => format!("the schema `{schema}` is dropped"),
        n => format!("the schema `{schema}` is dropped, and with it {}", count(n, "table")),
    };
    let mut finding = finding(&DROP_SCHEMA, drop, message);
    finding.consequence =
        Some(format!("everything in `{schema}` is gone, rows included, and code that still uses it fails"));
    let help = format!(
        "two steps: release code that no longer uses `{schema}`; then drop its objects by name, so that each loss is read"
    );
    finding.help = Some(help);
    finding
}
