//! A new migration drops a constraint that was there before.

use super::drops::Drop;
use super::words::{and_with_it, finding, named};
use crate::diagnostic::{Diagnostic, Severity};
use crate::model::ObjectKind;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A new migration drops a constraint that was there before.
    ///
    /// # What it does
    /// Reports a primary key, unique constraint, foreign key or check that goes and is not made again in the same migration.
    ///
    /// # Why is this bad
    /// From then on rows get in that the constraint kept out, and it cannot be put back before they are cleaned up. `ON CONFLICT` clauses and foreign keys that
    /// rest on a key fail at once.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, email text CONSTRAINT users_email_key UNIQUE);
    /// //- /migrations/0002_change.sql
    /// ALTER TABLE users DROP CONSTRAINT users_email_key;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, age integer CONSTRAINT age_check CHECK (age > 0));
    /// //- /migrations/0002_change.sql
    /// ALTER TABLE users DROP CONSTRAINT age_check;
    /// ALTER TABLE users ADD CONSTRAINT age_check CHECK (age >= 0) NOT VALID;
    /// ```
    ///
    /// # When it stays quiet
    /// When a constraint of the same kind is made on the same table in the same migration, when columns of the table or the table go in the same migration, and
    /// when the constraint is new itself.
    ///
    /// # Sources
    /// Atlas CD101.
    pub(crate) static DROP_CONSTRAINT = "safety/drop-constraint", Severity::Warning;
}

pub(super) fn report(drop: &Drop<'_>) -> Diagnostic {
    let constraint = &drop.stone.object;
    let message = format!("the {} is dropped{}", named(constraint), and_with_it(drop));
    let mut finding = finding(&DROP_CONSTRAINT, drop, message);
    finding.consequence = Some(match constraint.kind {
        ObjectKind::PrimaryKey => {
            "rows without identity can get in, and replication, upserts and foreign keys that rest on it fail"
                .to_owned()
        }
        ObjectKind::Unique => "duplicates get in, and `ON CONFLICT` clauses that name its columns fail".to_owned(),
        ObjectKind::ForeignKey => {
            "rows can refer to what does not exist, and deletes no longer cascade or stop".to_owned()
        }
        _ => "rows get in that it kept out".to_owned(),
    });
    finding.help = Some(
        "where it is only changed, add the new form in the same migration; else make sure that nothing relies on it"
            .to_owned(),
    );
    finding
}
