//! How often a caller may ask and a member may send.

use std::num::NonZeroU32;

use causerie_events::{MemberId, SiteId};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::auth::Caller;
use crate::config::LimitsConfig;
use crate::problem::Problem;

use axum::http::StatusCode;

type Key = (SiteId, MemberId);

/// The rate limits of this process.
#[derive(Debug)]
pub struct Limits {
    requests: Option<DefaultKeyedRateLimiter<Key>>,
    sends: Option<DefaultKeyedRateLimiter<Key>>,
    typing: Option<DefaultKeyedRateLimiter<Key>>,
}

/// How often a member may show that they type, and how often in a row: a box says it every few seconds.
pub const TYPING_PER_SECOND: u32 = 1;
const TYPING_BURST: u32 = 3;

impl Limits {
    /// Limits as configured; 0 is none.
    #[must_use]
    pub fn new(config: &LimitsConfig) -> Self {
        Self {
            requests: limiter(config.requests_per_second, config.requests_burst),
            sends: limiter(config.sends_per_second, config.sends_burst),
            typing: limiter(TYPING_PER_SECOND, TYPING_BURST),
        }
    }

    /// Counts a request of this caller.
    pub fn request(&self, caller: &Caller) -> Result<(), Problem> {
        check("requests", self.requests.as_ref(), caller, "too many requests")
    }

    /// Counts a message of this caller.
    pub fn send(&self, caller: &Caller) -> Result<(), Problem> {
        check("sends", self.sends.as_ref(), caller, "too many messages")
    }

    /// Counts a sign of typing of this caller.
    pub fn typing(&self, caller: &Caller) -> Result<(), Problem> {
        check("typing", self.typing.as_ref(), caller, "too many signs of typing")
    }

    /// Forgets callers who have not been seen for a while.
    pub fn forget_idle(&self) {
        for limiter in self.requests.iter().chain(&self.sends).chain(&self.typing) {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

fn limiter(per_second: u32, burst: u32) -> Option<DefaultKeyedRateLimiter<Key>> {
    let per_second = NonZeroU32::new(per_second)?;
    let burst = NonZeroU32::new(burst).unwrap_or(per_second);
    Some(RateLimiter::keyed(Quota::per_second(per_second).allow_burst(burst)))
}

fn check(
    limit: &'static str,
    limiter: Option<&DefaultKeyedRateLimiter<Key>>,
    caller: &Caller,
    detail: &str,
) -> Result<(), Problem> {
    let Some(limiter) = limiter else { return Ok(()) };
    let key = (caller.site.clone(), caller.member.clone());
    limiter.check_key(&key).map_err(|not_until| {
        metrics::counter!("causerie_rate_limited_total", "limit" => limit).increment(1);
        let wait = not_until.wait_time_from(DefaultClock::default().now());
        Problem::new(StatusCode::TOO_MANY_REQUESTS, "rate.exceeded", detail).retry_after(wait.as_secs() + 1)
    })
}
