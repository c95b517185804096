//! The duration and strictness of the overload tests. In `make test` a few seconds, with limits that hold on a shared
//! machine. With `CAUSERIE_OVERLOAD_SECONDS`, on a dedicated machine with a release build (`CAUSERIE_BIN`), the documented
//! limits.

use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode, header};
use tokio::time::Instant;

/// The duration of each part, and whether the documented limits are required.
pub(crate) struct Measure {
    pub(crate) time: Duration,
    pub(crate) exact: bool,
}

impl Measure {
    pub(crate) fn from_environment() -> Self {
        let seconds = std::env::var("CAUSERIE_OVERLOAD_SECONDS").ok().map(|seconds| seconds.parse().unwrap());
        Self { time: Duration::from_secs(seconds.unwrap_or(2)), exact: seconds.is_some() }
    }

    /// The documented limit, or one that holds on any machine.
    pub(crate) const fn limit<T: Copy>(&self, exact: T, anywhere: T) -> T {
        if self.exact { exact } else { anywhere }
    }
}

pub(crate) fn p99(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len().saturating_sub(1) * 99 / 100).copied().unwrap_or_default()
}

/// A response without its body, so that reading it takes little of the machine that the flood and the service share.
pub(crate) struct TimedResponse {
    pub(crate) status: StatusCode,
    pub(crate) retry: bool,
    pub(crate) took: Duration,
    pub(crate) at: Instant,
}

pub(crate) async fn ask(request: RequestBuilder) -> TimedResponse {
    let asked = Instant::now();
    let response = request.send().await.unwrap();
    let (status, retry) = (response.status(), response.headers().contains_key(header::RETRY_AFTER));
    response.bytes().await.unwrap();
    let at = Instant::now();
    TimedResponse { status, retry, took: at - asked, at }
}
