//! Many sections at once, on threads that deep nesting cannot overflow.

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::parse::{Parsed, parse_section};
use crate::migrations::Splitting;
use crate::source::{SourceFile, Span};

/// Reserved, not used: libpg_query's guards and the recursion over its trees end well below it.
const STACK_BYTES: usize = 128 << 20;

/// One section to parse.
#[derive(Clone, Debug)]
pub struct Job {
    pub file: Arc<SourceFile>,
    pub section: Span,
    pub splitting: Splitting,
}

/// Parses all sections; results are in the order of the jobs.
#[must_use]
pub fn parse_all(jobs: &[Job]) -> Vec<Vec<Parsed>> {
    let parse = |job: &Job| parse_section(&job.file, job.section, job.splitting);
    on_large_stack(|| jobs.par_iter().map(parse).collect())
}

/// Runs `work` on a thread with a large stack, as all that parses SQL of unknown depth should. Nested calls stay on their thread.
pub fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match pool() {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

fn pool() -> Option<&'static rayon::ThreadPool> {
    static POOL: OnceLock<Option<rayon::ThreadPool>> = OnceLock::new();
    POOL.get_or_init(|| rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build().ok()).as_ref()
}
