//! How long, and how exactly. In `make test` a few seconds, with limits that hold on a machine that others use too; with
//! `CAUSERIE_OVERLOAD_SECONDS` as long as that says, on a machine of its own and a release build (`CAUSERIE_BIN`), what is
//! promised.

use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode, header};
use tokio::time::Instant;

/// The length of each part of the measurement, and whether what is promised is required to the letter.
pub(crate) struct Measure {
    pub(crate) time: Duration,
    pub(crate) exact: bool,
}

impl Measure {
    pub(crate) fn as_asked() -> Self {
        let seconds = std::env::var("CAUSERIE_OVERLOAD_SECONDS").ok().map(|seconds| seconds.parse().unwrap());
        Self { time: Duration::from_secs(seconds.unwrap_or(2)), exact: seconds.is_some() }
    }

    /// What is promised, or what holds on any machine.
    pub(crate) const fn limit<T: Copy>(&self, exact: T, anywhere: T) -> T {
        if self.exact { exact } else { anywhere }
    }
}

/// What 99 of 100 are below.
pub(crate) fn p99(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len().saturating_sub(1) * 99 / 100).copied().unwrap_or_default()
}

/// What somebody got who looks at nothing else: of the machine that a flood shares with the service, it is to take little.
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    /// Whether it says when to come again.
    pub(crate) retry: bool,
    pub(crate) took: Duration,
    pub(crate) at: Instant,
}

pub(crate) async fn ask(request: RequestBuilder) -> Answered {
    let asked = Instant::now();
    let answer = request.send().await.unwrap();
    let (status, retry) = (answer.status(), answer.headers().contains_key(header::RETRY_AFTER));
    answer.bytes().await.unwrap();
    let at = Instant::now();
    Answered { status, retry, took: at - asked, at }
}
