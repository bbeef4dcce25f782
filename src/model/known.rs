//! What could not be read statically is a value too.

use crate::source::Span;

/// A fact, or the reason why it is not known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Known<T> {
    Known(T),
    Unknown(Unknown),
}

/// Why and where a fact could not be read. Stops the comparison of that one fact, and is reported as `input/unresolved`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unknown {
    pub span: Span,
    /// Reads after "because": `it comes from the package `@acme/columns``.
    pub reason: String,
}

impl Unknown {
    pub fn new(span: Span, reason: impl Into<String>) -> Self {
        Self { span, reason: reason.into() }
    }
}

impl<T> Known<T> {
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    pub fn known_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown(_) => None,
        }
    }

    pub fn unknown(&self) -> Option<&Unknown> {
        match self {
            Self::Known(_) => None,
            Self::Unknown(unknown) => Some(unknown),
        }
    }

    pub fn is_known(&self) -> bool {
        matches!(self, Self::Known(_))
    }

    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Self::Known(value) => Known::Known(f(value)),
            Self::Unknown(unknown) => Known::Unknown(unknown),
        }
    }

    pub fn as_ref(&self) -> Known<&T> {
        match self {
            Self::Known(value) => Known::Known(value),
            Self::Unknown(unknown) => Known::Unknown(unknown.clone()),
        }
    }
}

impl<T> From<T> for Known<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}
