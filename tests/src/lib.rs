//! What the tests that cross rooms share: the real binary on real servers, a client that speaks its HTTP, a reader of its
//! streams, and the log and JetStream as somebody outside sees them.
//!
//! Owns how a service is started, asked and watched from outside. Must not know the inside: no crate of the service is
//! used here but the sandbox, which runs the servers. Start at [`Service`]; [`Site`] is where most tests begin.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "a harness: what fails here fails the test, with a sentence"
)]

mod answer;
mod caller;
mod chance;
mod commands;
pub mod contract;
mod downstream;
mod live;
mod log;
mod nginx;
mod pooler;
mod process;
mod proxy;
mod raw;
mod service;
mod site;
mod statements;
mod token;
mod wait;

pub use answer::Answer;
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
pub use service::{NO_LIMITS, SECRET, Service};
pub use site::Site;
pub use statements::Statements;
pub use token::sign_token;
pub use wait::{LIMIT, eventually};
