//! The program: everything is in the library.

use std::process::ExitCode;

/// A request is made of many small pieces that live shortly and on several threads: what the system's allocator is slowest at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    gatepost::cli::run()
}
