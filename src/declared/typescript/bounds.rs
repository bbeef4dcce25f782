//! What an evaluation may cost, so that it always ends: turns of loops and calls, memory, and the nesting of values.
//!
//! Expressions that stand in no loop and no function are bounded by the size of the files.

use std::cell::Cell;
use std::rc::Rc;

use super::load::Evaluator;
use super::value::Value;
use crate::model::Unknown;
use crate::source::Span;

/// Turns of loops and calls of functions in one load.
const MAX_TURNS: u32 = 200_000;
/// Bytes of texts and arrays that are made in one load.
const MAX_BYTES: usize = 128 << 20;
/// Values within values; an object may hold itself.
const MAX_NESTING: u32 = 2_000;

/// What has been used up.
#[derive(Default)]
pub(super) struct Bounds {
    turns: u32,
    bytes: usize,
    nesting: Cell<u32>,
}

impl Evaluator<'_> {
    /// Counts a turn of a loop or a call; gives the reason when there are too many.
    pub(super) fn turn(&mut self, span: Span) -> Result<(), Rc<Unknown>> {
        self.bounds.turns += 1;
        match self.bounds.turns {
            ..=MAX_TURNS => Ok(()),
            _ => Err(Rc::new(Unknown::new(span, "it takes too many steps to evaluate"))),
        }
    }

    /// Counts the memory of a value that was made; unknown in its place when it is too much.
    pub(super) fn charged(&mut self, value: Value, span: Span) -> Value {
        self.bounds.bytes += match &value {
            Value::String(text) => text.len(),
            Value::Array(array) => array.borrow().items.len() * 64,
            _ => 0,
        };
        match self.bounds.bytes {
            ..=MAX_BYTES => value,
            _ => Value::unknown(span, "it takes too much memory to evaluate"),
        }
    }

    /// Runs `f` on the parts of a value, one level deeper.
    pub(in crate::declared) fn nested<T>(
        &self,
        span: Span,
        f: impl FnOnce() -> Result<T, Rc<Unknown>>,
    ) -> Result<T, Rc<Unknown>> {
        let depth = self.bounds.nesting.get();
        if depth >= MAX_NESTING {
            return Err(Rc::new(Unknown::new(span, "it is nested too deeply")));
        }
        self.bounds.nesting.set(depth + 1);
        let result = f();
        self.bounds.nesting.set(depth);
        result
    }
}
