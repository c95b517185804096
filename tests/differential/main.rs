//! The stream shows what a fetch shows: random histories by six members, each of whom has an open stream and one that is cut
//! again and again and resumes. Both are folded as the documentation says (`fold.rs`), and at rest both equal what the
//! member fetches: conversations with their counts, messages, members. In half of the histories the tables of the read
//! models are locked at random meanwhile.
//!
//! `make test` runs the short form. `CAUSERIE_DIFFERENTIAL_SEEDS` and `CAUSERIE_DIFFERENTIAL_OPERATIONS` say how much else;
//! `CAUSERIE_DIFFERENTIAL_SEED` is the first seed, printed by each run. nextest ends a test after four minutes, so the long way
//! is `CAUSERIE_CHAOS=1 causerie-sandbox run -- cargo test -p causerie-tests --test differential -- --nocapture`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what fails here fails the test, with a sentence; seeds are printed"
)]

mod client;
mod fold;
mod history;
mod locks;

use std::time::{SystemTime, UNIX_EPOCH};

use causerie_tests::{Chance, Service};

use crate::history::{History, Hits};

/// What a history must have brought about, for the comparison to say anything.
const KINDS: [&str; 9] = [
    "message.sent",
    "message.edited",
    "message.deleted",
    "message.reacted",
    "conversation.changed",
    "conversation.removed",
    "read_marker.moved",
    "member.changed",
    "reset",
];

/// The most histories beyond those asked for, where some kind of frame was not shown yet.
const MORE_SEEDS: u64 = 15;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn open_stream_cut_stream_and_fetch_agree() {
    let long = std::env::var_os("CAUSERIE_CHAOS").is_some();
    let seeds = number("CAUSERIE_DIFFERENTIAL_SEEDS").unwrap_or(if long { 200 } else { 5 });
    let operations = number("CAUSERIE_DIFFERENTIAL_OPERATIONS").unwrap_or(if long { 200 } else { 80 });
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let first = number("CAUSERIE_DIFFERENTIAL_SEED").unwrap_or_else(|| u64::from(now.subsec_nanos()));
    let service = Service::start().await;
    let (mut differences, mut hits) = (Vec::new(), Hits::new());
    for seed in first..first + seeds + MORE_SEEDS {
        // A short run goes on until it has seen every kind of frame.
        if seed >= first + seeds && KINDS.iter().all(|kind| hits.contains_key(*kind)) {
            break;
        }
        eprintln!("CAUSERIE_DIFFERENTIAL_SEED={seed}");
        let history = History::begin(&service, seed).await;
        let found = history.play(usize::try_from(operations).unwrap_or_default(), Chance::of(seed), &mut hits).await;
        differences.extend(found.into_iter().map(|difference| format!("seed {seed}: {difference}")));
        if !differences.is_empty() {
            break;
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    eprintln!("{hits:?}");
    for kind in KINDS {
        assert!(hits.contains_key(kind), "never shown: {kind}; of the others {hits:?}");
    }
}
