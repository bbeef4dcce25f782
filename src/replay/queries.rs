//! What a query that defines a relation may read: relations, columns and functions that there are, constants of their types, and columns that it
//! groups by.

use super::IssueKind;
use super::lookup::Found;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::Query;
use crate::dialect::SqlForm;
use crate::model::{Deferrable, ObjectKind, ObjectRef, QualifiedName};

impl State {
    /// The relations that a query reads must exist, and columns it names of them.
    pub(super) fn check_query(&mut self, query: &Query) -> Ran<()> {
        for relation in &query.relations {
            if matches!(self.find_relation(relation), Found::Missing) {
                let mut refusal = self.missing_relation(relation, "relation");
                // Parse analysis speaks of the relation even where the schema is missing.
                refusal.message = format!("relation \"{}\" does not exist", super::lookup::written(relation));
                return Err(refusal);
            }
        }
        self.check_extension_functions(&query.sql, query.span)?;
        for function in &query.functions {
            self.check_call(function)?;
        }
        if let Some(names) = self.names_in(&query.sql, SqlForm::Statement) {
            self.check_columns_in(&names, query.span)?;
        }
        self.check_literals(&query.sql, SqlForm::Statement, None, query.span)?;
        self.check_types(&query.sql, query.span)?;
        if let Some(flaw) = query.flaw {
            return Err(Refusal::new(IssueKind::InvalidDefinition, "2201W", flaw).at(query.span));
        }
        self.keys_relied_on(query).map(|_| ())
    }

    /// The tables whose primary key lets a query give columns that it does not group by; a refusal where none does.
    pub(super) fn keys_relied_on(&self, query: &Query) -> Ran<Vec<QualifiedName>> {
        let mut keys = Vec::new();
        for source in self.dialect.grouped_sources(&query.sql, self) {
            let Some(relation) = self.relation_of(&source.relation) else { continue };
            let table = self.table(&relation);
            let key = table.and_then(|t| t.primary_key.as_ref()).filter(|k| k.deferrable == Deferrable::No);
            if key.is_some_and(|key| key.columns.iter().all(|c| source.grouped.contains(c))) {
                keys.push(relation);
                continue;
            }
            let Some(column) = source.ungrouped.first() else { continue };
            let message = format!(
                "column \"{}.{column}\" must appear in the GROUP BY clause or be used in an aggregate function",
                source.name
            );
            let refusal = self.refuse(IssueKind::InvalidReference, "42803", message).at(query.span);
            let unsure = table.is_some_and(|t| !self.knows_columns(t) || !t.unknown_constraints.is_empty());
            return Err(refusal.of(ObjectRef::top(ObjectKind::Table, &relation)).uncertain_if(unsure));
        }
        Ok(keys)
    }

    /// Whether `row.name` may mean `name(row)` (`ParseFuncOrColumn` in src/backend/parser/parse_func.c).
    pub(super) fn may_take_a_row(&self, name: &str) -> bool {
        const BUILT_IN: &[&str] =
            &["array_agg", "count", "json_agg", "jsonb_agg", "row_to_json", "to_json", "to_jsonb"];
        BUILT_IN.contains(&name)
            || self.catalog.functions.iter().any(|f| f.name.name == name && !f.arguments.is_empty())
    }
}
