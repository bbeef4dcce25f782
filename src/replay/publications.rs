//! Publications: which tables and columns they name (`publication_add_relation` in src/backend/catalog/pg_publication.c).

use super::IssueKind;
use super::lookup::Found;
use super::refusal::{Effect, Ran, Refusal};
use super::state::{Relation, State};
use crate::ddl::Name;
use crate::ddl::postgres::{PublicationChange, publication_changes, published_tables};
use crate::model::{ObjectKind, ObjectRef, QualifiedName};
use crate::source::Span;

impl State {
    /// What CREATE and ALTER PUBLICATION name must be there.
    pub(super) fn check_published(&self, text: &str, span: Span) -> Ran<()> {
        // What leaves the publication is looked at by its name alone.
        let adds = publication_changes(text)
            .is_some_and(|changes| !changes.iter().any(|c| matches!(c, PublicationChange::Drop(_))));
        let Some(tables) = published_tables(text).filter(|_| adds) else { return Ok(()) };
        for ((schema, name), columns) in tables {
            let written = Name { schema, name, span };
            let key = match self.find_relation(&written) {
                Found::Is(key, Relation::Table) => key,
                Found::Is(key, _) => {
                    let message = format!("cannot add relation \"{}\" to publication", key.name);
                    return Err(self.refuse(IssueKind::InvalidReference, "22023", message).at(span));
                }
                Found::Outside => continue,
                Found::Missing => return Err(self.missing_relation(&written, "relation")),
            };
            let Some(table) = self.table(&key) else { continue };
            let is_missing = |c: &&String| self.lacks_column(table, c) && !super::builtin::is_system_column(c);
            if let Some(missing) = columns.iter().find(is_missing) {
                return Err(self.missing_column(table, missing, Some(span)));
            }
        }
        Ok(())
    }

    /// A column that a publication names goes only with the table's place in the publication.
    pub(super) fn unpublish_column(
        &mut self,
        table: &QualifiedName,
        column: &str,
        cascade: bool,
        span: Span,
    ) -> Ran<Effect> {
        for place in 0..self.catalog.opaque.len() {
            let object = &self.catalog.opaque[place];
            if object.what != "publication" || !object.definition.contains(column) {
                continue;
            }
            let named = published_tables(&object.definition).unwrap_or_default();
            let is_it = |written: &(Option<String>, String)| {
                let name = Name { schema: written.0.clone(), name: written.1.clone(), span };
                self.relation_of_name(&name).as_ref() == Some(table)
            };
            if !named.iter().any(|(written, columns)| columns.iter().any(|c| c == column) && is_it(written)) {
                continue;
            }
            if !cascade {
                let message =
                    format!("cannot drop column {column} of table {} because other objects depend on it", table.name);
                let refusal = Refusal::new(IssueKind::DependentObjects, "2BP01", message).at(span);
                return Err(refusal
                    .of(ObjectRef::part(ObjectKind::Column, table, column))
                    .uncertain_if(!self.knows_all));
            }
            let quote = |name: &str| self.dialect.quote_identifier(name);
            let statement = format!(
                ";\nALTER PUBLICATION {} DROP TABLE {}.{}",
                quote(&object.name),
                quote(&table.schema),
                quote(&table.name)
            );
            if let Some(object) = self.opaque_mut(place) {
                object.definition.push_str(&statement);
            }
        }
        Ok(Effect::Carried)
    }
}
