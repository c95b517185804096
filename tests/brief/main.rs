//! The brief, row by row: what site owners, members, staff and auditors were promised, through HTTP and live streams on
//! real servers, with the refusals and the silences.
//!
//! A test is named after its row (`m6_…` shows row M6); `rows.rs` holds all rows, and fails when one has no test.

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

/// A new group with these participants beside its creator.
async fn group(creator: &Caller, participants: &[&str]) -> Uuid {
    creator.create_group(Uuid::now_v7(), "Book club", participants).await.done(201).id()
}

/// The types of these events of the log.
fn types<'a>(events: impl IntoIterator<Item = &'a Value>) -> Vec<&'a str> {
    events.into_iter().filter_map(|event| event["type"].as_str()).collect()
}

/// Sorted, to compare what comes in no particular order.
fn sorted<T: Ord>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.into_iter().collect();
    items.sort();
    items
}
