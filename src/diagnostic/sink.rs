//! The one place where findings are selected, ordered and counted.

use super::Diagnostic;

/// A diagnostic that is to be reported, after the sink.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    pub diagnostic: Diagnostic,
    /// Stable over edits that move it: rule, target, object and what sets it apart; no line numbers. 16 hexadecimal digits.
    pub fingerprint: String,
}
