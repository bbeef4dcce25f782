//! How bad a difference is: by what happens in production.

use crate::diagnostic::{Aspect, Severity};
use crate::diff::{Change, Delta, Item, Language, NameDrift, wants_a_value};

pub(super) fn of(change: &Change<'_>, language: &Language) -> Severity {
    match &change.delta {
        Delta::Missing(_) => Severity::Error,
        Delta::Undeclared(_) if language.drops_undeclared => Severity::Error,
        Delta::Undeclared(Item::Column(column)) if wants_a_value(column) => Severity::Error,
        Delta::Undeclared(_) => Severity::Warning,
        // Somebody said that it is renamed: until it is, queries fail.
        Delta::Changed { pair, aspects } if renames_data(pair.declared, aspects) => Severity::Error,
        Delta::Changed { aspects, .. } => {
            aspects.iter().map(|&aspect| of_aspect(aspect, language)).max().unwrap_or(Severity::Info)
        }
    }
}

/// Whether nothing but the name of what queries name differs.
pub(super) fn renames_data(declared: Item<'_>, aspects: &[Aspect]) -> bool {
    *aspects == [Aspect::Name] && matches!(declared, Item::Table(_) | Item::Column(_))
}

fn of_aspect(aspect: Aspect, language: &Language) -> Severity {
    match aspect {
        // What is stored, what is accepted, what rows are seen.
        Aspect::Type
        | Aspect::Nullability
        | Aspect::Default
        | Aspect::Identity
        | Aspect::Generated
        | Aspect::Columns
        | Aspect::Actions
        | Aspect::Expression
        | Aspect::Values
        | Aspect::Predicate
        | Aspect::RowLevelSecurity
        | Aspect::Unique
        | Aspect::NullsNotDistinct
        | Aspect::Command
        | Aspect::Roles
        | Aspect::Definition => Severity::Error,
        // How fast, when checked, by which kind of object.
        Aspect::Method
        | Aspect::Sort
        | Aspect::Include
        | Aspect::Opclass
        | Aspect::Form
        | Aspect::Deferrable
        | Aspect::Options => Severity::Warning,
        Aspect::Name => match language.names {
            NameDrift::Renamed => Severity::Warning,
            NameDrift::Ignored => Severity::Info,
        },
        Aspect::ValuesOrder | Aspect::Validity | Aspect::Collation | Aspect::Comment => Severity::Info,
    }
}
