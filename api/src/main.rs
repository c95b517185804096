//! The binary `causerie`.

use std::process::ExitCode;

/// The service spends much of its time in the allocator, and jemalloc is faster than the allocator of the C library. mimalloc
/// is as fast, but holds the large buffers of decoded images longer.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    causerie_api::cli::main()
}
