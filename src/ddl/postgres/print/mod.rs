//! SQL text out of parse trees.
//!
//! `pg_query::deparse` costs a trip through protobuf and C for every expression; this printer costs nothing beside the parse. What is rare it
//! still gives to `deparse`. The text means exactly what the tree means (operands are parenthesised where precedence could matter), so a server
//! stores the same expression for it.

mod call;
mod expr;
mod keywords;
mod quote;

pub(crate) use quote::quote_if_needed;
pub(super) use quote::{is_keyword, quote_always, quote_literal};

/// Collects the text of one expression, and what it saw on the way.
#[derive(Default)]
pub(super) struct Printer {
    out: String,
    /// The smallest and greatest location of a node, in bytes of the parsed text.
    pub(super) locations: Option<(i32, i32)>,
    /// Columns named, each once, in order.
    pub(super) columns: Vec<String>,
}

impl Printer {
    pub(super) fn new() -> Self {
        Self::default()
    }

    pub(super) fn into_sql(self) -> String {
        self.out
    }

    fn see(&mut self, location: i32) {
        if location >= 0 {
            let (first, last) = self.locations.unwrap_or((location, location));
            self.locations = Some((first.min(location), last.max(location)));
        }
    }

    fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn see_column(&mut self, name: &str) {
        if !self.columns.iter().any(|c| c == name) {
            self.columns.push(name.to_owned());
        }
    }
}
