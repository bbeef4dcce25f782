//! A new migration drops a column or table and adds its like-shaped replacement.

use super::drops::{Drop, Replacement};
use super::words::finding;
use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::model::ObjectKind;
use crate::rules::rule::declare_rule;

declare_rule! {
    /// A new migration drops a column or table and adds its like-shaped replacement.
    ///
    /// # What it does
    /// Reports a dropped column where the same migration adds one of the same type, or of the same name, to the table; and a dropped table where it makes one with
    /// mostly the same columns.
    ///
    /// # Why is this bad
    /// ORMs write a rename like this, and it drops the values. Even with a copy in between, the release that still runs writes to the old column until the next
    /// one is out: those values are lost.
    ///
    /// # Example
    /// ```fixture,bad
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, name text);
    /// //- /migrations/0002_change.sql
    /// ALTER TABLE users ADD COLUMN full_name text;
    /// ALTER TABLE users DROP COLUMN name;
    /// ```
    /// ```fixture,good
    /// //- /migrations/0001_init.sql
    /// CREATE TABLE users (id integer PRIMARY KEY, name text);
    /// //- /migrations/0002_change.sql
    /// ALTER TABLE users ADD COLUMN full_name text;
    /// UPDATE users SET full_name = name;
    /// ```
    ///
    /// # When it stays quiet
    /// When the replacement came in an earlier migration that is not new, and when what is dropped is new itself.
    ///
    /// # Sources
    /// prisma-engines `DropAndRecreateColumn`; expand and contract, as strong_migrations describes it for `rename_column`.
    pub(crate) static DROP_WITH_REPLACEMENT = "safety/drop-with-replacement", Severity::Error;
}

pub(super) fn report(drop: &Drop<'_>, replacement: &Replacement) -> Diagnostic {
    let (old, new) = (&drop.stone.object, &replacement.object);
    let kind = old.kind.as_str();
    let message = if old == new {
        let ty = replacement.ty.as_ref().map(|ty| format!(" as {ty}")).unwrap_or_default();
        format!("the {kind} `{old}` is dropped and added again{ty} in the same migration")
    } else {
        format!("the {kind} `{old}` is dropped in the migration that adds `{new}`, of the same shape")
    };
    let mut finding = finding(&DROP_WITH_REPLACEMENT, drop, message);
    finding.related.push(Label::new(replacement.created, format!("`{}` is added here", new.name)));
    let lost = if old.kind == ObjectKind::Table { "rows" } else { "values" };
    finding.consequence =
        Some(format!("its {lost} are gone, or those that the running release writes until the next one is out"));
    finding.help = Some(if old == new {
        format!("change it in place: ALTER COLUMN \"{}\" TYPE … USING …", old.name)
    } else if old.kind == ObjectKind::Table {
        format!(
            "two steps: add `{new}` and copy the rows now; drop `{old}` in a later migration. A mere rename is ALTER TABLE … RENAME TO"
        )
    } else {
        format!(
            "two steps: add `{}` and copy the values now (UPDATE … SET \"{}\" = \"{}\"); drop `{old}` in a later migration",
            new.name, new.name, old.name
        )
    });
    finding
}
