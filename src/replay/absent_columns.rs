//! Column references that nothing in reach can give (`colNameToVar` and `scanRTEForColumn` in src/backend/parser/parse_relation.c).

use super::IssueKind;
use super::refusal::{Ran, Refusal};
use super::state::State;
use crate::dialect::{NameKind, NameUse, NamesIn, Scope, Source, SqlForm};
use crate::model::{ObjectKind, ObjectRef};
use crate::source::Span;

impl State {
    /// The columns that a statement on rows, or a query, names. Not for what a program runs, whose variables may be meant.
    pub(super) fn check_columns_of(&self, text: &str, statement: Span) -> Ran<()> {
        let Some(names) = self.dialect.names_in(text, SqlForm::Statement) else { return Ok(()) };
        self.check_columns_in(&names, statement)
    }

    /// Column references that none of the sources in reach can give. Only where the columns of every source in reach are known.
    pub(super) fn check_columns_in(&self, names: &NamesIn, span: Span) -> Ran<()> {
        for name in names.uses.iter().filter(|n| n.kind == NameKind::Column) {
            match name.parts.as_slice() {
                [column] if self.is_absent(names, name, column) => {
                    let message = format!("column \"{column}\" does not exist");
                    let mut refusal =
                        Refusal::new(IssueKind::UnknownColumn, "42703", message).at(span).uncertain_if(!self.knows_all);
                    if let Some([source]) = names.scopes.get(name.scope).map(|scope| scope.sources.as_slice())
                        && let Some(relation) = source.relation.as_ref().and_then(|p| self.relation_of(p))
                    {
                        refusal = refusal.of(ObjectRef::part(ObjectKind::Column, &relation, column));
                    }
                    return Err(refusal);
                }
                [qualifier, column] => self.check_qualified_column(names, name, qualifier, column, span)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether no level, from the one of the name outwards, has a column of this name, or a source that is called so.
    fn is_absent(&self, names: &NamesIn, name: &NameUse, column: &str) -> bool {
        if super::builtin::is_system_column(column) {
            return false;
        }
        let mut level = names.scopes.get(name.scope);
        let mut sources = 0;
        while let Some(scope) = level {
            if scope.output_names.iter().any(|output| output == column) {
                return false;
            }
            for source in &scope.sources {
                if called(source).is_some_and(|name| name == column) {
                    return false;
                }
                match self.columns_of_source(names, source) {
                    Some(columns) if !columns.iter().any(|c| c == column) => sources += 1,
                    _ => return false,
                }
            }
            level = outer(names, scope);
        }
        sources > 0
    }

    /// The columns that an item of FROM gives, as it calls them.
    fn columns_of_source(&self, names: &NamesIn, source: &Source) -> Option<Vec<String>> {
        let mut columns = match (&source.relation, source.subquery) {
            (Some(relation), _) => self.columns_of_relation(&self.relation_of(relation)?)?,
            // What a statement returns is not followed, and a query without columns is none that anybody asks.
            (None, Some(inner)) => self.outputs_of(names, inner, 0).filter(|columns| !columns.is_empty())?,
            (None, None) => return None,
        };
        for (column, alias) in columns.iter_mut().zip(&source.column_aliases) {
            column.clone_from(alias);
        }
        Some(columns)
    }

    /// `t.z` where `t` has no `z`: the nearest source of that name is meant.
    fn check_qualified_column(
        &self,
        names: &NamesIn,
        name: &NameUse,
        qualifier: &str,
        column: &str,
        span: Span,
    ) -> Ran<()> {
        let mut level = names.scopes.get(name.scope);
        while let Some(scope) = level {
            let source = scope.sources.iter().find(|source| called(source).is_some_and(|name| name == qualifier));
            let Some(source) = source else {
                level = outer(names, scope);
                continue;
            };
            let columns = self.columns_of_source(names, source);
            if columns.is_some_and(|columns| !columns.iter().any(|c| c == column))
                && !super::builtin::is_system_column(column)
                && !self.may_take_a_row(column)
            {
                let message = format!("column {qualifier}.{column} does not exist");
                let refusal = self.refuse(IssueKind::UnknownColumn, "42703", message).at(span);
                let relation = source.relation.as_ref().and_then(|parts| self.relation_of(parts));
                return Err(match relation {
                    Some(relation) => refusal.of(ObjectRef::part(ObjectKind::Column, &relation, column)),
                    None => refusal,
                });
            }
            break;
        }
        Ok(())
    }
}

fn outer<'n>(names: &'n NamesIn, scope: &Scope) -> Option<&'n Scope> {
    scope.parent.and_then(|parent| names.scopes.get(parent))
}

/// What a query calls a source.
fn called(source: &Source) -> Option<&String> {
    source.alias.as_ref().or(source.relation.as_ref().and_then(|relation| relation.last()))
}
