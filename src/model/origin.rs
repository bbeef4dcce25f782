//! Where an object comes from.

use crate::source::Span;

/// The places that made an object what it is. On the declared side `created` is the declaration and `changed` is empty; on the migrated
/// side they are statements, and the migration is the file of the span.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    pub created: Span,
    /// Statements that changed it afterwards, in the order they ran.
    pub changed: Vec<Span>,
}

impl Origin {
    #[must_use]
    pub fn at(created: Span) -> Self {
        Self { created, changed: Vec::new() }
    }

    /// The last statement that made or changed the object.
    #[must_use]
    pub fn last(&self) -> Span {
        self.changed.last().copied().unwrap_or(self.created)
    }

    pub fn touch(&mut self, span: Span) {
        if self.last() != span {
            self.changed.push(span);
        }
    }
}
