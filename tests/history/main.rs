//! Histories: many callers of two processes do what they like at random, and afterwards the log is held against what they
//! were told, and against a model of its own.
//!
//! Start at `forbidden.rs`. `database.rs` makes the windows wide that are meant to be hit, and counts the hits: a window
//! never hit counts as not tried.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "what fails here fails the test, with a sentence; seeds and counts are printed"
)]

mod database;
mod forbidden;
mod hang_ups;
mod log;
mod lost_connections;
mod model;
mod one_id;
mod random;
mod tries;
