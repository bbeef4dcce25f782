//! The threads on which everything of unknown depth is read: one pool, with stacks that deep nesting cannot overflow.
//!
//! Parsers recurse, and an overflow of the stack cannot be caught. Every reader bounds the nesting that it accepts; these stacks hold that
//! bound many times over. One pool for all keeps the cores from being given out twice, and a small project from paying for threads of its own.

use std::sync::OnceLock;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Of each thread, in bytes; only what is touched is ever mapped. The deepest TypeScript that is parsed needs the most of it.
const STACK_BYTES: usize = 512 << 20;

/// Runs `work` on a thread with a large stack, as all that parses SQL of unknown depth should. Nested calls stay on their thread.
pub(crate) fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match pool() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

/// As [`on_large_stack`], for what must not run on any other.
///
/// # Errors
/// When the machine cannot give those threads.
pub(crate) fn only_on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, String> {
    pool().map(|pool| pool.install(work))
}

fn pool() -> Result<&'static ThreadPool, String> {
    static POOL: OnceLock<Result<ThreadPool, String>> = OnceLock::new();
    let pool = POOL.get_or_init(|| {
        let built = ThreadPoolBuilder::new().stack_size(STACK_BYTES).build();
        built.map_err(|error| format!("no thread could be started: {error}"))
    });
    pool.as_ref().map_err(Clone::clone)
}
