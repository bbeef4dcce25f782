//! The program: everything is in the library.
#![forbid(unsafe_code)]

use std::process::ExitCode;

// A check is many small strings and trees, made on several threads and dropped at once: the system's allocator takes a third of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    undrift::cli::main().into()
}
