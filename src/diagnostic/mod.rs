//! Findings as plain data. Rules make them, one sink sets severities, applies suppressions and the baseline, sorts and dedupes; reports
//! render them. Nothing here prints.

mod baseline;
mod comments;
mod finding;
mod fingerprint;
mod levels;
mod severity;
mod sink;
mod suppression;
#[cfg(test)]
mod tests;

pub use baseline::{BASELINE_FILE, Baseline, BaselineError};
pub use finding::{Aspect, Diagnostic, Fix, Label};
pub use levels::{LevelEntry, Levels};
pub use severity::{RuleLevel, Severity};
pub use sink::{Counts, Finding, Settled, SinkSettings, settle};
