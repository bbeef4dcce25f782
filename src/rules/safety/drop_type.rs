//! A new migration drops a type that was there before.

use super::drops::Drop;
use super::words::{and_with_it, count, finding, named};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::ObjectKind;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A new migration drops a type that was there before.
    ///
    /// # What it does
    /// Reports `DROP TYPE` and `DROP DOMAIN`; an error where columns of the type go along under CASCADE.
    ///
    /// # Why is this bad
    /// Queries of the running release that cast to the type fail at once; under CASCADE every column of the type is dropped with its values.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TYPE mood AS ENUM ('calm', 'cross');
    /// //- /migrations/0002_change.sql
    /// DROP TYPE mood;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY);
    /// //- /migrations/0002_change.sql
    /// CREATE TYPE mood AS ENUM ('calm', 'cross');
    /// DROP TYPE mood;
    /// ```
    ///
    /// # When it stays quiet
    /// When the type was made by a migration that is new as well, when the columns that had it are dropped in the same migration, and when an enum is made
    /// again, as ORMs do to remove a value: that is `safety/drop-enum-value`.
    ///
    /// # Sources
    /// PostgreSQL, DROP TYPE.
    pub(crate) static DROP_TYPE = "safety/drop-type", Severity::Warning;
}

pub(super) fn report(drop: &Drop<'_>) -> Diagnostic {
    let ty = &drop.stone.object;
    let message = format!("the {} is dropped{}", named(ty), and_with_it(drop));
    let mut finding = finding(&DROP_TYPE, drop, message);
    let columns = drop.along.iter().filter(|s| s.object.kind == ObjectKind::Column).count();
    if columns > 0 {
        finding.severity = Severity::Error;
        finding.consequence =
            Some(format!("{} of this type, with all values, is dropped by CASCADE", count(columns, "column")));
        finding.help = Some(format!("give the columns another type first, and drop `{ty}` without CASCADE"));
    } else {
        finding.consequence = Some(format!("queries of the running release that cast to `{ty}` fail"));
        finding.help =
            Some(format!("two steps: release code that no longer names `{ty}`; drop it in a later migration"));
    }
    finding
}
