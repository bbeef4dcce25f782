//! Rules about undrift's own inputs: comments that silence findings, and the baseline. The sink of `diagnostic` reports them.

pub(super) mod malformed_suppression;
pub(super) mod stale_baseline;
pub(super) mod unused_suppression;
