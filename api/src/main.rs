//! The binary `causerie`.

use std::process::ExitCode;

/// A third of the service's time went into `malloc` and `free` of the C library: with this one 8 rooms of 4 send a quarter more.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    causerie_api::cli::main()
}
