//! Tests with real servers.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod faults;
mod life;
mod owner;
mod standby;
mod support;
