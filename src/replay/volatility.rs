//! What must be immutable: expressions and predicates of indexes, generated columns.

use super::IssueKind;
use super::dependencies::name_of;
use super::refusal::Ran;
use super::routines::definition_of;
use super::state::State;
use crate::ddl::postgres::{Surroundings, is_mutable};
use crate::model::{Function, QualifiedName, TypeName};
use crate::source::Span;

/// An expression over the columns of a relation.
struct Over<'s> {
    state: &'s State,
    relation: &'s QualifiedName,
}

impl Surroundings for Over<'_> {
    fn type_of(&self, sql: &str) -> Option<TypeName> {
        self.state.type_of_expression(self.relation, sql).map(|ty| self.state.base_type(&ty))
    }

    fn is_immutable(&self, parts: &[String], arguments: usize) -> Option<bool> {
        let name = name_of(parts, self.state.now)?;
        let mut found = self.state.functions_named(&name).filter(|f| f.arguments.len() >= arguments).peekable();
        found.peek()?;
        Some(found.any(|function| self.may_be_immutable(function)))
    }

    fn has_extension(&self, name: &str) -> bool {
        self.state.catalog.extensions.contains_key(name)
    }
}

impl Over<'_> {
    /// The body of a function in SQL may stand in its place, whatever the function says of itself (`inline_function`).
    fn may_be_immutable(&self, function: &Function) -> bool {
        let Some(definition) = definition_of(function, self.state.now) else { return true };
        let later = function
            .definition
            .split_once(";\nALTER")
            .is_some_and(|(_, later)| later.to_ascii_lowercase().contains("immutable"));
        definition.immutable || later || definition.language.as_deref() != Some("plpgsql")
    }
}

impl State {
    /// Refuses an expression that is not immutable; `message` is the server's.
    pub(super) fn check_immutable(&self, relation: &QualifiedName, sql: &str, span: Span, message: &str) -> Ran<()> {
        if !is_mutable(sql, &Over { state: self, relation }) {
            return Ok(());
        }
        Err(self.refuse(IssueKind::InvalidDefinition, "42P17", message).at(span))
    }
}
