//! Types within expressions and statements that do not go together, and conditions that are none.

use super::IssueKind;
use super::expression_rules::Place;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::ddl::postgres::{RowWrite, format_type, read_write};
use crate::ddl::{Write, WriteVerb};
use crate::dialect::TypeMismatch;
use crate::model::{QualifiedName, TypeName};
use crate::source::Span;

impl State {
    /// Operators and casts that the migrations define may make sense of anything.
    fn types_are_the_servers_own(&self) -> bool {
        self.knows_all && !self.catalog.opaque.iter().any(|o| matches!(o.what.as_str(), "cast" | "operator"))
    }

    /// Refuses a query, or a statement that writes rows, for the types within it.
    pub(super) fn check_types(&self, sql: &str, span: Span) -> Ran<()> {
        if !self.types_are_the_servers_own() {
            return Ok(());
        }
        match self.dialect.statement_types(sql, self).mismatch {
            Some(found) => Err(refusal(found).at(span)),
            None => Ok(()),
        }
    }

    /// The same of an expression over a table, which has to be a boolean in some places.
    pub(super) fn check_expression_types(&self, table: &QualifiedName, sql: &str, place: Place, span: Span) -> Ran<()> {
        // A name alone has nothing to go together with.
        let is_name = sql.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_name {
            let quote = |name: &str| self.dialect.quote_identifier(name);
            let query = format!("SELECT {sql} FROM {}.{}", quote(&table.schema), quote(&table.name));
            self.check_types(&query, span)?;
        }
        let Some(what) = place.condition().filter(|_| self.types_are_the_servers_own()) else { return Ok(()) };
        let Some(ty) = self.type_of_expression(table, sql).map(|ty| self.base_type(&ty)) else { return Ok(()) };
        let is_literal = sql.trim_start_matches('(').starts_with('\'') || sql.eq_ignore_ascii_case("null");
        if is_literal || self.family(&ty).is_none() || (ty.name == "boolean" && !ty.array) {
            return Ok(());
        }
        let message = format!("argument of {what} must be type boolean, not type {}", format_type(&ty));
        Err(Refusal::new(IssueKind::InvalidType, "42804", message).at(span))
    }

    /// What a statement that writes rows gives to columns, where a query tells its types.
    pub(super) fn check_written_types(&self, table: &QualifiedName, write: &Write, text: &str) -> Ran<()> {
        if !self.types_are_the_servers_own() {
            return Ok(());
        }
        let given: Vec<(String, TypeName)> = match write.verb {
            WriteVerb::Update | WriteVerb::Delete => {
                let found = self.dialect.statement_types(text, self);
                if let Some(found) = found.mismatch {
                    return Err(refusal(found).at(self.now));
                }
                found.sets
            }
            WriteVerb::Insert if !write.reads.is_empty() => {
                self.check_types(text, self.now)?;
                self.selected_types(table, text)
            }
            _ => return Ok(()),
        };
        for (column, from) in given {
            let Some(to) = self.column_type(table, &column) else { continue };
            if self.assignable(&from, &to) == Some(false) {
                let (to, from) = (format_type(&to), format_type(&from));
                let message = format!("column \"{column}\" is of type {to} but expression is of type {from}");
                return Err(Refusal::new(IssueKind::InvalidType, "42804", message).at(self.now));
            }
        }
        Ok(())
    }

    /// The columns of an INSERT with the types of the query that fills them.
    fn selected_types(&self, table: &QualifiedName, text: &str) -> Vec<(String, TypeName)> {
        let Some(RowWrite::Insert { columns, query: Some(query), .. }) = read_write(text) else { return Vec::new() };
        let Some(found) = self.dialect.query_columns(&query, self) else { return Vec::new() };
        let names = if columns.is_empty() { self.columns_of_relation(table).unwrap_or_default() } else { columns };
        let typed = names.into_iter().zip(found).filter(|(_, column)| !column.is_literal);
        typed.filter_map(|(name, column)| Some((name, column.ty?))).collect()
    }
}

fn refusal(found: TypeMismatch) -> Refusal {
    let is_call = found.code == "42883" && found.message.starts_with("function ");
    let kind = if is_call { IssueKind::UnknownFunction } else { IssueKind::InvalidType };
    Refusal::new(kind, found.code, found.message)
}
