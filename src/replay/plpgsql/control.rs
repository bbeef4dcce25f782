//! How control leaves a statement of the language.

use super::super::Refusal;
use super::code::{kind_of, known_code};
use crate::ddl::postgres::eval::{Answer, Stop};
use crate::source::Span;

/// What comes after a statement.
pub(super) enum Flow {
    Next,
    /// EXIT and CONTINUE, of the innermost loop or of a labelled one.
    Exit(Option<String>),
    Continue(Option<String>),
    Return(Answer),
}

/// An error on its way to a handler.
#[derive(Clone, Debug)]
pub(super) struct Raised {
    pub(super) code: String,
    pub(super) message: String,
    /// The statement's own refusal, where one was refused.
    refusal: Option<Box<Refusal>>,
    at: Option<Span>,
}

impl Raised {
    pub(super) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), refusal: None, at: None }
    }

    pub(super) fn refused(refusal: Refusal) -> Self {
        Self {
            code: refusal.code.to_owned(),
            message: refusal.message.clone(),
            refusal: Some(Box::new(refusal)),
            at: None,
        }
    }

    /// Where the error arose, unless something inside said so.
    pub(super) fn at(mut self, span: Span) -> Self {
        self.at = self.at.or(Some(span));
        self
    }

    pub(super) fn into_refusal(self) -> Refusal {
        let span = self.at;
        match self.refusal {
            Some(refusal) => refusal.at_opt(span),
            None => Refusal::new(kind_of(&self.code), known_code(&self.code), self.message).at_opt(span),
        }
    }
}

/// A raised error, or the reason why a value is unknown.
pub(super) fn split(answer: Answer) -> Result<Result<crate::ddl::postgres::eval::Value, String>, Raised> {
    match answer {
        Ok(value) => Ok(Ok(value)),
        Err(Stop::Unknown(why)) => Ok(Err(why)),
        Err(Stop::Raised { code, message }) => Err(Raised::new(&code, message)),
    }
}
