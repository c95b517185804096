//! How often a caller may ask and a member may send, and how many streams a member has open. `quota.rs` tells callers what
//! is left to them; `streams.rs` counts streams.

mod quota;
mod streams;

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use causerie_events::{MemberId, SiteId};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use self::quota::Left;
use self::streams::OpenStreams;
use crate::auth::Caller;
use crate::config::LimitsConfig;
use crate::problem::Problem;

pub use self::quota::Counted;
pub use self::streams::StreamPlace;

type Key = (SiteId, MemberId);
type Counter = RateLimiter<Key, DefaultKeyedStateStore<Key>, DefaultClock, StateInformationMiddleware>;

/// The limits of this process.
#[derive(Debug)]
pub struct Limits {
    requests: Option<Rate>,
    sends: Option<Rate>,
    typing: Option<Rate>,
    streams: Arc<OpenStreams>,
}

/// So many a second, and so many at once.
#[derive(Debug)]
struct Rate {
    name: &'static str,
    detail: &'static str,
    per_second: NonZeroU32,
    burst: NonZeroU32,
    counter: Counter,
}

impl Limits {
    /// Limits as configured; 0 is none.
    #[must_use]
    pub fn new(config: &LimitsConfig) -> Self {
        let rate = Rate::of;
        Self {
            requests: rate("requests", "too many requests", config.requests_per_second, config.requests_burst),
            sends: rate("sends", "too many messages", config.sends_per_second, config.sends_burst),
            typing: rate("typing", "too many signs of typing", config.typing_per_second, config.typing_burst),
            streams: OpenStreams::at_most(config.streams_per_member),
        }
    }

    /// Counts a request of this caller.
    pub fn request(&self, caller: &Caller) -> Result<(), Problem> {
        self.requests.as_ref().map_or(Ok(()), |rate| rate.count(caller))
    }

    /// Counts a message of this caller.
    pub fn send(&self, caller: &Caller) -> Result<(), Problem> {
        self.sends.as_ref().map_or(Ok(()), |rate| rate.count(caller))
    }

    /// Counts a sign of typing of this caller.
    pub fn typing(&self, caller: &Caller) -> Result<(), Problem> {
        self.typing.as_ref().map_or(Ok(()), |rate| rate.count(caller))
    }

    /// The place of one more stream of this caller.
    pub fn stream(&self, caller: &Caller) -> Result<StreamPlace, Problem> {
        self.streams.take((caller.site.clone(), caller.member.clone()))
    }

    /// Forgets callers who have not been seen for a while.
    pub fn forget_idle(&self) {
        for Rate { counter, .. } in self.requests.iter().chain(&self.sends).chain(&self.typing) {
            counter.retain_recent();
            counter.shrink_to_fit();
        }
    }
}

impl Rate {
    fn of(name: &'static str, detail: &'static str, per_second: u32, burst: u32) -> Option<Self> {
        let per_second = NonZeroU32::new(per_second)?;
        let burst = NonZeroU32::new(burst).unwrap_or(per_second);
        let counter = RateLimiter::keyed(Quota::per_second(per_second).allow_burst(burst)).with_middleware();
        Some(Self { name, detail, per_second, burst, counter })
    }

    fn count(&self, caller: &Caller) -> Result<(), Problem> {
        let Self { name, detail, per_second, burst, counter } = self;
        let counted = counter.check_key(&(caller.site.clone(), caller.member.clone()));
        let (remaining, wait) = match &counted {
            Ok(after) => (after.remaining_burst_capacity(), Duration::from_secs(1) / per_second.get()),
            Err(not_until) => (0, not_until.wait_time_from(DefaultClock::default().now())),
        };
        // Rounded up: who comes then is let in.
        let wait = wait.as_secs() + 1;
        let window = burst.get().div_ceil(per_second.get());
        caller.counted.note(Left { name, burst: burst.get(), window, remaining, wait });
        counted.map(drop).map_err(|_| {
            metrics::counter!("causerie_rate_limited_total", "limit" => *name).increment(1);
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate.exceeded", *detail).retry_after(wait)
        })
    }
}
