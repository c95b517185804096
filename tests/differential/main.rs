//! Stream, fetch and oracle agree: random histories by six members, each of whom has an open stream and one
//! that is cut repeatedly and resumes. Both are folded as the documentation says (`reducer.rs`). At the end
//! both equal the fetched conversations with their counts, messages and members, and these equal what the
//! oracle (`tests/src/oracle`) derives from the log. In half of the histories the tables of the read models
//! are locked at random.
//!
//! `make test` runs the short form. `CAUSERIE_DIFFERENTIAL_SEEDS` and `CAUSERIE_DIFFERENTIAL_OPERATIONS`
//! change the numbers; `CAUSERIE_DIFFERENTIAL_SEED` is the first seed, printed by each run. nextest ends a
//! test after four minutes, so run more with
//! `CAUSERIE_CHAOS=1 causerie-sandbox run -- cargo test -p causerie-tests --test differential -- --nocapture`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure fails the test; seeds are printed"
)]

mod client;
mod history;
mod locks;
mod reducer;

use std::time::{SystemTime, UNIX_EPOCH};

use causerie_tests::{Chance, Service};

use crate::history::{FrameCounts, History};

/// The frames that must have occurred for the comparison to be meaningful.
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

/// The maximum number of additional histories, until every kind of frame has occurred.
const MAX_MORE_SEEDS: u64 = 15;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_fetch_and_oracle_agree() {
    let long = std::env::var_os("CAUSERIE_CHAOS").is_some();
    let seeds = number("CAUSERIE_DIFFERENTIAL_SEEDS").unwrap_or(if long { 200 } else { 5 });
    let operations = number("CAUSERIE_DIFFERENTIAL_OPERATIONS").unwrap_or(if long { 200 } else { 80 });
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let first = number("CAUSERIE_DIFFERENTIAL_SEED").unwrap_or_else(|| u64::from(now.subsec_nanos()));
    let service = Service::start().await;
    let (mut differences, mut counts) = (Vec::new(), FrameCounts::new());
    for seed in first..first + seeds + MAX_MORE_SEEDS {
        // A short run continues until every kind of frame has occurred.
        if seed >= first + seeds && KINDS.iter().all(|kind| counts.contains_key(*kind)) {
            break;
        }
        eprintln!("CAUSERIE_DIFFERENTIAL_SEED={seed}");
        let history = History::begin(&service, seed).await;
        let found = history.run(usize::try_from(operations).unwrap_or_default(), Chance::of(seed), &mut counts).await;
        differences.extend(found.into_iter().map(|difference| format!("seed {seed}: {difference}")));
        if !differences.is_empty() {
            break;
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    eprintln!("{counts:?}");
    for kind in KINDS {
        assert!(counts.contains_key(kind), "did not occur: {kind}; {counts:?}");
    }
}
