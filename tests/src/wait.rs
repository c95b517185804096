//! Waiting without sleeping for a guess: poll with a limit, and print the last value seen.

use std::fmt::Debug;
use std::time::Duration;

use tokio::time::{Instant, sleep};

/// How long a test waits for what is about to happen: far above what it takes on a busy machine.
pub const LIMIT: Duration = Duration::from_secs(15);

const POLL: Duration = Duration::from_millis(10);

/// The first value that satisfies the condition.
pub async fn eventually<T: Debug>(what: &str, mut probe: impl AsyncFnMut() -> T, holds: impl Fn(&T) -> bool) -> T {
    let deadline = Instant::now() + LIMIT;
    loop {
        let value = probe().await;
        if holds(&value) {
            return value;
        }
        assert!(Instant::now() < deadline, "not within {LIMIT:?}: {what}; the last value was {value:#?}");
        sleep(POLL).await;
    }
}
