//! The read models: given a history, when it is applied through the runner, then these are the rows and what a reader
//! gets to see.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod batches;
mod conversation_list;
mod history;
mod member_list;
mod progress;
mod support;
mod takeover;
mod timeline;
