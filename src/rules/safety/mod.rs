//! What a new migration takes away: data, and what running code still uses.
//!
//! The replay leaves a gravestone for everything that was dropped ([`crate::model::Dropped`]); [`drops`] gathers those of one statement, tells what was
//! named from what merely went along, and what was only made anew (an enum or table rebuilt, a constraint changed). One file per rule puts it into words.

pub(super) mod drop_column;
pub(super) mod drop_constraint;
pub(super) mod drop_enum_value;
pub(super) mod drop_index;
pub(super) mod drop_schema;
pub(super) mod drop_table;
pub(super) mod drop_type;
pub(super) mod drop_view;
pub(super) mod drop_with_replacement;
mod drops;
#[cfg(test)]
mod tests;
mod words;

use std::collections::HashSet;

use crate::diagnostic::Diagnostic;
use crate::model::Catalog;
use crate::source::FileId;
use drops::{Drop, Fate};

/// What the safety rules look at.
pub struct Changes<'a> {
    /// The catalog after the last migration.
    pub catalog: &'a Catalog,
    /// Files of the migrations that count as new.
    pub new: &'a HashSet<FileId>,
    /// Every migration counts as new: each is then judged as it was when it came, against what stood before it.
    pub all: bool,
}

impl Changes<'_> {
    fn is_new(&self, file: FileId) -> bool {
        self.all || self.new.contains(&file)
    }

    /// Whether what was made in one file and dropped in another never held anything that matters.
    fn made_together(&self, made: FileId, dropped: FileId) -> bool {
        if self.all { made == dropped } else { self.new.contains(&made) }
    }
}

/// Everything that the safety rules have to say of the new migrations.
#[must_use]
pub fn check(changes: &Changes<'_>) -> Vec<Diagnostic> {
    drops::find(changes).iter().flat_map(report).collect()
}

/// Each drop is reported by exactly one rule.
fn report(drop: &Drop<'_>) -> Vec<Diagnostic> {
    use crate::model::ObjectKind as Kind;
    let one = match (&drop.fate, drop.stone.object.kind) {
        (Fate::LabelsLost(labels), _) => return drop_enum_value::report(drop, labels),
        (Fate::ReplacedBy(replacement), _) => drop_with_replacement::report(drop, replacement),
        (Fate::Gone | Fate::LostInRebuild, Kind::Column) => drop_column::report(drop),
        (Fate::LostInRebuild | Fate::MadeAnew, Kind::Table) | (Fate::Gone, Kind::Table) => drop_table::report(drop),
        (_, Kind::Schema) => drop_schema::report(drop),
        (_, Kind::Enum | Kind::Domain | Kind::Type) => drop_type::report(drop),
        (_, Kind::PrimaryKey | Kind::Unique | Kind::ForeignKey | Kind::Check) => drop_constraint::report(drop),
        (_, Kind::Index) => drop_index::report(drop),
        (_, Kind::View | Kind::MaterializedView) => drop_view::report(drop),
        _ => return Vec::new(),
    };
    vec![one]
}
