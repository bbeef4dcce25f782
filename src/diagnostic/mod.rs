//! Findings as plain data. Rules make them, one sink sets severities, applies suppressions and the baseline, sorts and dedupes; reports
//! render them. Nothing here prints.

mod finding;
mod severity;
mod sink;

pub use finding::{Aspect, Diagnostic, Fix, Label};
pub use severity::{RuleLevel, Severity};
pub use sink::Finding;
