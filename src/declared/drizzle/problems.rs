//! What could not be read, as findings.

use crate::diagnostic::{Diagnostic, Label};
use crate::model::{ObjectKind, ObjectRef, Unknown};
use crate::rules::input::unresolved::UNRESOLVED;

/// Findings of one load, in the order in which they were made.
#[derive(Default)]
pub(super) struct Problems {
    pub list: Vec<Diagnostic>,
}

impl Problems {
    /// One fact of an object (`type`, `default`, …; `whole` for all of it) that cannot be compared.
    pub(super) fn unresolved(&mut self, object: &ObjectRef, fact: &str, unknown: &Unknown) {
        let message = match fact {
            "whole" => format!("`{object}` is not fully read, because {}", unknown.reason),
            fact => format!("the {fact} of `{object}` is not compared, because {}", unknown.reason),
        };
        let mut diagnostic = self.diagnostic(message, unknown);
        diagnostic.object = Some(object.clone());
        self.list.push(diagnostic);
    }

    /// Parts of a table that are not known one by one (`columns`, `constraints`).
    pub(super) fn unresolved_parts(&mut self, table: &ObjectRef, parts: &str, unknown: &Unknown) {
        let message = format!("`{table}` may have {parts} that are not compared, because {}", unknown.reason);
        let mut diagnostic = self.diagnostic(message, unknown);
        diagnostic.object = Some(table.clone());
        self.list.push(diagnostic);
    }

    /// Something exported that may be any object.
    pub(super) fn unresolved_object(&mut self, what: &str, unknown: &Unknown) {
        let diagnostic = self.diagnostic(format!("{what} is not compared, because {}", unknown.reason), unknown);
        self.list.push(diagnostic);
    }

    fn diagnostic(&self, message: String, unknown: &Unknown) -> Diagnostic {
        Diagnostic::new(
            UNRESOLVED.id,
            UNRESOLVED.severity,
            message,
            Label::new(unknown.span, "this is not known without running it"),
        )
    }
}

/// A table, view, enum… as the object of a finding.
pub(super) fn table_object(name: &crate::model::QualifiedName) -> ObjectRef {
    ObjectRef::top(ObjectKind::Table, name)
}
