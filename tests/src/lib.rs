//! The harness that the tests of the whole service share: the real binary on real servers, an HTTP client,
//! a reader of its streams, and the log and JetStream as seen from outside.
//!
//! Starts, calls and observes a service from outside. Uses no crate of the service but the sandbox, which
//! runs the servers. Start at [`Service`]; [`Site`] is where most tests begin. [`oracle`] has the rules
//! that the suites compare the service with.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "a harness: a failure fails the test"
)]

mod caller;
mod chance;
mod commands;
pub mod contract;
mod downstream;
mod live;
mod log;
mod nginx;
pub mod oracle;
mod pooler;
mod process;
mod proxy;
mod raw;
mod response;
mod service;
mod site;
mod statements;
mod token;
mod wait;

pub use caller::Caller;
pub use chance::Chance;
pub use downstream::{Published, jetstream};
pub use live::{Live, Shown};
pub use log::{At, LogEvent, START, at, messages, read_log, token};
pub use nginx::{Nginx, free_port};
pub use pooler::Pooler;
pub use process::{Process, alive, buried, command, descendants, kill_all};
pub use proxy::{Link, Proxy};
pub use raw::{Raw, RawResponse};
pub use response::ApiResponse;
pub use service::{NO_LIMITS, SECRET, Service};
pub use site::Site;
pub use statements::Statements;
pub use token::sign_token;
pub use wait::{LIMIT, eventually};
