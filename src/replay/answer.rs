//! What a person answers to the question that no file answers: is it new, or renamed? The renames are applied to the end of a replay, as the
//! server would carry them, so that nothing that hangs on a name differs for it.

use super::lookup::Found;
use super::state::{Relation, State};
use crate::ddl::{Name, RelationKind, RenameTarget};
use crate::model::{Catalog, ObjectKind, ObjectRef};
use crate::source::Span;

/// The end of a replay as it would be after some renames.
#[derive(Clone, Debug)]
pub struct Answered {
    pub catalog: Catalog,
    /// For each rename that was asked for the table or column as the migrations call it; `None` where there is none, or the new name is taken.
    pub renamed: Vec<Option<ObjectRef>>,
}

impl State {
    /// Renames each `table`, `table.column`, or either with its schema; the columns first, since their tables go by the old name.
    pub(super) fn answer(&mut self, renames: &[(String, String)]) -> Vec<Option<ObjectRef>> {
        let parts: Vec<Vec<&str>> = renames.iter().map(|(from, _)| from.split('.').collect()).collect();
        let mut renamed: Vec<Option<ObjectRef>> = Vec::new();
        for (parts, (_, to)) in parts.iter().zip(renames) {
            renamed.push(match *parts.as_slice() {
                [table, column] => self.answer_column(None, table, column, to),
                [schema, table, column] => self.answer_column(Some(schema), table, column, to),
                _ => None,
            });
        }
        for ((parts, (_, to)), renamed) in parts.iter().zip(renames).zip(&mut renamed) {
            if renamed.is_none() {
                *renamed = match *parts.as_slice() {
                    [table] => self.answer_table(None, table, to),
                    [schema, table] => self.answer_table(Some(schema), table, to),
                    _ => None,
                };
            }
        }
        renamed
    }

    fn answer_column(&mut self, schema: Option<&str>, table: &str, column: &str, to: &str) -> Option<ObjectRef> {
        let (relation, object) = self.table_to_rename(schema, table)?;
        let object =
            ObjectRef { kind: ObjectKind::Column, table: Some(object.name), name: column.to_owned(), ..object };
        let target = RenameTarget::Column { relation, only: false, column: column.to_owned() };
        self.rename(&target, to, false, "").is_ok().then_some(object)
    }

    fn answer_table(&mut self, schema: Option<&str>, table: &str, to: &str) -> Option<ObjectRef> {
        let (name, object) = self.table_to_rename(schema, table)?;
        let target = RenameTarget::Relation { kind: RelationKind::Table, name };
        self.rename(&target, to, false, "").is_ok().then_some(object)
    }

    fn table_to_rename(&mut self, schema: Option<&str>, table: &str) -> Option<(Name, ObjectRef)> {
        let name = |span: Span| Name { schema: schema.map(str::to_owned), name: table.to_owned(), span };
        let Found::Is(key, Relation::Table) = self.find_relation(&name(self.now)) else { return None };
        // It is changed by no statement: what it goes by is the last that did.
        let last = self.table(&key)?.origin.last();
        self.now = last;
        Some((name(last), ObjectRef::top(ObjectKind::Table, &key)))
    }
}
