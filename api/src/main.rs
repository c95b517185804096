//! The binary `causerie`.

use std::process::ExitCode;

/// A third of the service's time went into `malloc` and `free` of the C library: with this one 8 rooms of 4 send a quarter more.
/// mimalloc is as quick, and keeps the large buffers of images for a while (170 MiB more under bombs, not 60).
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    causerie_api::cli::main()
}
