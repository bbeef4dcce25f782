//! What is wrong with a schema, collected while reading goes on.

use std::cell::RefCell;

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::Span;

/// A list of findings that all passes append to.
#[derive(Debug, Default)]
pub(super) struct Problems {
    found: RefCell<Vec<Diagnostic>>,
}

impl Problems {
    /// A line that is no schema language.
    pub(super) fn syntax(&self, span: Span, message: impl Into<String>) {
        self.add("input/syntax", Severity::Error, span, message);
    }

    /// A declaration that has no meaning; Prisma itself would refuse the schema.
    pub(super) fn invalid(&self, span: Span, message: impl Into<String>) {
        self.add("input/invalid-schema", Severity::Error, span, message);
    }

    /// A detail that cannot be told from the files.
    pub(super) fn unresolved(&self, span: Span, message: impl Into<String>) {
        self.add("input/unresolved", Severity::Warning, span, message);
    }

    pub(super) fn add(&self, rule: &'static str, severity: Severity, span: Span, message: impl Into<String>) {
        self.found.borrow_mut().push(Diagnostic::new(rule, severity, message, Label::new(span, "")));
    }

    /// All of them, in the order of their places.
    pub(super) fn into_vec(self) -> Vec<Diagnostic> {
        let mut found = self.found.into_inner();
        found.sort_by(|a, b| (a.primary.span, &a.message).cmp(&(b.primary.span, &b.message)));
        found.dedup();
        found
    }
}
