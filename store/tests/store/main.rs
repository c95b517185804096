//! The promises of this crate, against real servers: what is appended, in which order it is read,
//! how it gets to JetStream and from there to who follows.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod acknowledged;
mod append;
mod epochs;
mod feed;
mod fence;
mod follower;
mod guards;
mod jetstream;
mod load;
mod middle;
mod migrate;
mod moved;
mod reader;
mod recover;
mod refill;
mod relay;
mod relay_faults;
mod silence;
mod standby;
mod stream;
mod support;
