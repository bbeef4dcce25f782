//! A new migration makes an enum again without one of its values.

use super::drops::Drop;
use super::words::finding;
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::ObjectRef;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A new migration makes an enum again without one of its values.
    ///
    /// # What it does
    /// PostgreSQL cannot drop a value of an enum, so ORMs make a second type, cast the columns to it, and drop the first. Reports the values that the second
    /// one lacks.
    ///
    /// # Why is this bad
    /// The cast of the first row that still has the value fails, and the migration with it: in production, not in CI, where no such row exists. And the
    /// release that still runs may write the value until it is replaced.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE role AS ENUM ('admin', 'guest', 'user');
    /// CREATE TABLE users (id integer PRIMARY KEY, role role);
    /// //- /migrations/0002_change.sql
    /// ALTER TYPE role RENAME TO role_old;
    /// CREATE TYPE role AS ENUM ('admin', 'user');
    /// ALTER TABLE users ALTER COLUMN role TYPE role USING role::text::role;
    /// DROP TYPE role_old;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE role AS ENUM ('admin', 'user');
    /// CREATE TABLE users (id integer PRIMARY KEY, role role);
    /// //- /migrations/0002_change.sql
    /// ALTER TYPE role RENAME TO role_old;
    /// CREATE TYPE role AS ENUM ('user', 'admin');
    /// ALTER TABLE users ALTER COLUMN role TYPE role USING role::text::role;
    /// DROP TYPE role_old;
    /// ```
    ///
    /// # When it stays quiet
    /// When the new enum has every value of the old one (an enum put into another order).
    ///
    /// # Sources
    /// prisma-engines `EnumValueRemoval`; drizzle-kit's recreation of enums.
    pub(crate) static DROP_ENUM_VALUE = "safety/drop-enum-value", Severity::Error;
}

/// One finding for each value.
pub(super) fn report(drop: &Drop<'_>, labels: &[String]) -> Vec<Diagnostic> {
    let name = drop.stone.object.name.as_str();
    let name = name.strip_suffix("_old").or_else(|| name.strip_prefix("old_")).unwrap_or(name);
    let object = ObjectRef { name: name.to_owned(), ..drop.stone.object.clone() };
    labels.iter().map(|label| one(drop, &object, label)).collect()
}

fn one(drop: &Drop<'_>, object: &ObjectRef, label: &str) -> Diagnostic {
    let message = format!("the enum `{object}` is made again without its value '{label}'");
    let mut finding = finding(&DROP_ENUM_VALUE, drop, message);
    finding.object = Some(object.clone());
    finding.consequence = Some(format!("the migration fails on the first row that still has '{label}'"));
    finding.help = Some(format!(
        "two steps: release code that no longer writes '{label}', and update the rows that have it; remove the value in a later migration"
    ));
    finding
}
