//! What would happen in production, in the server's words where it would speak.

use super::severity::renames_data;
use crate::diagnostic::Aspect;
use crate::diff::{Change, Delta, Item, Language, NameDrift, wants_a_value};
use crate::model::{Column, ObjectRef};

pub(super) fn of(change: &Change<'_>, language: &Language) -> Option<String> {
    match &change.delta {
        Delta::Missing(item) => missing(*item, &change.object),
        Delta::Undeclared(item) => undeclared(*item, &change.object, language),
        Delta::Changed { pair, aspects } if renames_data(pair.declared, aspects) => {
            missing(pair.declared, &change.object)
        }
        Delta::Changed { pair, aspects } => changed(pair.declared, aspects, &change.object, language),
    }
}

/// Of a declared table that is a view in the database.
pub(super) fn of_a_view_instead(name: &str) -> String {
    format!("writes to it may fail, and a migration that creates the table does: relation \"{name}\" already exists")
}

fn missing(item: Item<'_>, object: &ObjectRef) -> Option<String> {
    let name = &object.name;
    let table = object.table.as_deref().unwrap_or_default();
    Some(match item {
        Item::Table(_) | Item::View(_) => format!("every query on {name} fails: relation \"{name}\" does not exist"),
        Item::Column(_) => format!("every query that selects {table} fails: column \"{name}\" does not exist"),
        Item::Enum(_) | Item::Domain(_) | Item::Composite(_) => {
            format!("every statement that names the type fails: type \"{name}\" does not exist")
        }
        Item::Schema(..) => format!("every query on what lives in it fails: schema \"{name}\" does not exist"),
        Item::Sequence(_) => format!("every insert that draws from it fails: relation \"{name}\" does not exist"),
        Item::Function(_) => format!("every call of it fails: function {name} does not exist"),
        Item::PrimaryKey(_) | Item::Unique(_) => format!(
            "duplicates are accepted, and ON CONFLICT on {table} fails: there is no unique or exclusion constraint matching the ON CONFLICT \
             specification"
        ),
        Item::Index(index) if index.unique => format!("duplicates are accepted in {table}"),
        Item::Index(_) => format!("queries on {table} that count on it read the whole table"),
        Item::ForeignKey(fk) => format!("rows of {table} may refer to rows of {} that do not exist", fk.ref_table),
        Item::Check(_) | Item::Exclusion(_) => format!("{table} accepts rows that the schema forbids"),
        Item::Policy(_) => format!("rows of {table} are hidden or shown otherwise than the schema says"),
        Item::Trigger(_) => format!("what it does on writes to {table} does not happen"),
        Item::Other(_) => "what it does in the database does not happen".into(),
        Item::Extension(_) => "what it brings does not exist: types, functions, operators".into(),
    })
}

fn undeclared(item: Item<'_>, object: &ObjectRef, language: &Language) -> Option<String> {
    let (name, table) = (&object.name, object.table.as_deref().unwrap_or_default());
    if language.drops_undeclared {
        let loss = match item {
            Item::Table(_) | Item::Column(_) => ", with its data",
            _ => "",
        };
        return Some(format!("the next generated migration drops it{loss}"));
    }
    Some(match item {
        Item::Column(column) if wants_a_value(column) => format!(
            "every insert into {table} fails: null value in column \"{name}\" of relation \"{table}\" violates not-null constraint"
        ),
        Item::Column(_) | Item::Table(_) | Item::View(_) => {
            "no query of the schema reads it, and nobody will miss it when it goes".into()
        }
        Item::Unique(_) | Item::PrimaryKey(_) => {
            format!("writes to {table} are refused for a reason that the schema does not show")
        }
        Item::Index(index) if index.unique => {
            format!("writes to {table} are refused for a reason that the schema does not show")
        }
        Item::Check(_) | Item::ForeignKey(_) | Item::Exclusion(_) => {
            format!("writes to {table} are refused for a reason that the schema does not show")
        }
        Item::Policy(_) => format!("rows of {table} are hidden or shown for a reason that the schema does not show"),
        _ => return None,
    })
}

fn changed(declared: Item<'_>, aspects: &[Aspect], object: &ObjectRef, language: &Language) -> Option<String> {
    let (name, table) = (&object.name, object.table.as_deref().unwrap_or_default());
    let worst = aspects.iter().find_map(|aspect| match (aspect, declared) {
        (Aspect::Nullability, Item::Column(column)) => Some(nullability(column, table)),
        (Aspect::Type, _) => Some("values are stored and read as another type than the code expects".into()),
        (Aspect::Values, _) => Some(format!(
            "a label that only the schema has is refused: invalid input value for enum {name}; one that only the database has breaks the \
             code that reads it"
        )),
        (Aspect::Default, _) => Some(format!("inserts into {table} that leave {name} out store something else, or fail")),
        (Aspect::Generated | Aspect::Identity, _) => Some(format!("inserts into {table} store something else in {name}, or fail")),
        (Aspect::Actions, Item::ForeignKey(fk)) => {
            Some(format!("deleting or updating a row of {} does not do what the schema says", fk.ref_table))
        }
        (Aspect::RowLevelSecurity, Item::Table(t)) if t.row_level_security.enabled => {
            Some(format!("every role that may read {name} sees all its rows"))
        }
        (Aspect::RowLevelSecurity, _) => Some(format!("rows of {name} are hidden from every role that no policy lets see them")),
        (Aspect::Unique, Item::Index(index)) if index.unique => Some(format!("duplicates are accepted in {table}")),
        (Aspect::Unique | Aspect::Columns | Aspect::Predicate | Aspect::Expression, _) if !table.is_empty() => {
            Some(format!("{table} accepts, refuses or finds other rows than the schema says"))
        }
        (Aspect::Method | Aspect::Sort | Aspect::Opclass | Aspect::Include, Item::Index(_)) => {
            Some(format!("queries on {table} that count on its form may not use it"))
        }
        _ => None,
    });
    worst.or_else(|| {
        let renames = aspects == [Aspect::Name] && language.names == NameDrift::Renamed;
        renames.then(|| "the next generated migration renames it".into())
    })
}

fn nullability(declared: &Column, table: &str) -> String {
    let name = &declared.name;
    if declared.not_null.known() == Some(&true) {
        format!("rows of {table} may hold null in {name} where the code expects a value")
    } else {
        format!(
            "an insert without it fails: null value in column \"{name}\" of relation \"{table}\" violates not-null constraint"
        )
    }
}
