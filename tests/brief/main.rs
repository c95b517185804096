//! The capabilities of the brief, tested through HTTP and live streams on real servers, including refusals and missing
//! frames.
//!
//! A test is named after its row (`m6_…` for row M6). `rows.rs` has all rows, and fails if one has no test.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail the test")]

mod business;
mod contacts;
mod direct;
mod groups;
mod ids;
mod images;
mod live;
mod members;
mod messages;
mod moderation;
mod participants;
mod races;
mod reading;
mod replay;
mod rows;
mod sites;
mod succession;

use causerie_tests::Caller;
use serde_json::Value;
use uuid::Uuid;

async fn group(creator: &Caller, participants: &[&str]) -> Uuid {
    creator.group(participants).await
}

fn types<'a>(events: impl IntoIterator<Item = &'a Value>) -> Vec<&'a str> {
    events.into_iter().filter_map(|event| event["type"].as_str()).collect()
}

/// Sorted, to compare values without an order.
fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort();
    items
}
