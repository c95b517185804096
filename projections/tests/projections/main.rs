//! The read models: given a history, when it is applied through the runner, then these are the rows
//! and what a reader gets to see.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod batches;
mod conversation_list;
mod disorder;
mod explained;
mod history;
mod inbox;
mod member_list;
mod messages;
mod parked;
mod plans;
mod progress;
mod rebuild;
mod roster;
mod standby;
mod status;
mod support;
mod takeover;
mod timeline;
mod unread;
