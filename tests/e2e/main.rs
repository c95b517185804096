//! The service end to end, through HTTP, streams, JetStream and the command line, on real servers.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod at_once;
mod at_their_most;
mod browsers;
mod configuration;
mod connections;
mod downstream;
mod failover;
mod fields;
mod former;
mod groups;
mod idempotence;
mod keep_alive;
mod lifecycle;
mod limits;
mod live;
mod live_resume;
mod live_truth;
mod logs;
mod nats_server;
mod nats_users;
mod nodes;
mod observability;
mod pages;
mod paging;
mod poolers;
mod preconditions;
mod problems;
mod read_your_writes;
mod scenario;
mod signing;
mod stopping;
mod tickets;
mod tokens;
