//! The binary `causerie`.

use std::process::ExitCode;

fn main() -> ExitCode {
    causerie_api::cli::main()
}
