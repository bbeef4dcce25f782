//! Why one statement is refused, before it is known where in the history it stands.

use super::IssueKind;
use crate::model::ObjectRef;
use crate::source::Span;

/// The server's answer to a statement that it does not run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    pub kind: IssueKind,
    /// SQLSTATE, five characters; exception handlers of PL/pgSQL go by it.
    pub code: &'static str,
    /// The server's words, without `ERROR:`.
    pub message: String,
    /// The name or clause that is wrong, where something smaller than the statement is known.
    pub span: Option<Span>,
    /// The object that the message is about.
    pub object: Option<ObjectRef>,
    /// What is missing, or in the way: the key by which an earlier or later statement is found that explains the refusal.
    pub about: Option<ObjectRef>,
    /// What would be right, in a few words.
    pub hint: Option<String>,
    /// The catalog holds parts that could not be told, which may be the very reason: nothing may be said.
    pub uncertain: bool,
}

impl Refusal {
    pub fn new(kind: IssueKind, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            code,
            message: message.into(),
            span: None,
            object: None,
            about: None,
            hint: None,
            uncertain: false,
        }
    }

    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    #[must_use]
    pub fn at_opt(mut self, span: Option<Span>) -> Self {
        self.span = self.span.or(span);
        self
    }

    /// The object the message is about, which is also what is missing or in the way.
    #[must_use]
    pub fn of(mut self, object: ObjectRef) -> Self {
        self.about = Some(object.clone());
        self.object = Some(object);
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub fn uncertain_if(mut self, unknown: bool) -> Self {
        self.uncertain |= unknown;
        self
    }
}

/// What running a statement came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// It changed the model.
    Applied,
    /// Understood to change nothing in it: data, grants, an `IF [NOT] EXISTS` that found nothing to do.
    Carried,
    /// What it changes could not be told; this has been recorded.
    Opaque,
}

pub type Ran<T = Effect> = Result<T, Refusal>;
