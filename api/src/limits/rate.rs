//! A rate limit with a burst, for each key.

use std::hash::Hash;
use std::num::NonZeroU32;
use std::time::Duration;

use causerie_events::{MemberId, SiteId};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use super::quota::RemainingQuota;
use crate::codes;
use crate::problem::Problem;

pub(super) type Key = (SiteId, MemberId);

type Counter<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

#[derive(Debug)]
pub(super) struct Rate<K: Hash + Eq + Clone> {
    name: &'static str,
    detail: &'static str,
    /// The time until one more is available.
    interval: Duration,
    burst: NonZeroU32,
    counter: Counter<K>,
}

impl<K: Hash + Eq + Clone> Rate<K> {
    /// `None` for an `amount` of 0, which disables the limit. A `burst` of 0 means `amount`.
    pub(super) fn new(
        name: &'static str,
        detail: &'static str,
        amount: u32,
        per: Duration,
        burst: u32,
    ) -> Option<Self> {
        let amount = NonZeroU32::new(amount)?;
        let burst = NonZeroU32::new(burst).unwrap_or(amount);
        let interval = per / amount.get();
        let counter = RateLimiter::keyed(Quota::with_period(interval)?.allow_burst(burst)).with_middleware();
        Some(Self { name, detail, interval, burst, counter })
    }

    /// Counts a cost, at most the burst, because a larger one would always be rejected.
    pub(super) fn count(&self, key: &K, cost: u32) -> (RemainingQuota, Result<(), Problem>) {
        let Self { name, detail, interval, burst, counter } = self;
        let cost = NonZeroU32::new(cost).unwrap_or(NonZeroU32::MIN).min(*burst);
        // Fails for a cost above the burst only.
        let counted = counter.check_key_n(key, cost).ok();
        let (remaining, wait) = match &counted {
            Some(Ok(after)) => (after.remaining_burst_capacity(), *interval),
            Some(Err(not_until)) => (0, not_until.wait_time_from(DefaultClock::default().now())),
            None => (0, *interval),
        };
        // Rounded up, so that a request after this time is admitted.
        let wait = wait.as_secs() + 1;
        let window = u32::try_from((*interval * burst.get()).as_nanos().div_ceil(NANOS_PER_SECOND)).unwrap_or(u32::MAX);
        let quota = RemainingQuota { name, burst: burst.get(), window, remaining, wait };
        if matches!(counted, Some(Ok(_))) {
            return (quota, Ok(()));
        }
        metrics::counter!("causerie_rate_limited_total", "limit" => *name).increment(1);
        (quota, Err(Problem::new(codes::RATE_EXCEEDED, *detail).retry_after(wait)))
    }

    /// Removes keys whose quota is full again.
    pub(super) fn forget_idle(&self) {
        self.counter.retain_recent();
        self.counter.shrink_to_fit();
    }
}

const NANOS_PER_SECOND: u128 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cost_is_subtracted_and_limited_to_the_burst() {
        let rate = Rate::new("sends", "too many", 1, Duration::from_hours(1), 10).unwrap();
        let (left, counted) = rate.count(&"ada", 4);
        assert!(counted.is_ok());
        assert_eq!((left.remaining, left.burst, left.window), (6, 10, 36_000));
        let (left, counted) = rate.count(&"ada", 7);
        assert!(counted.is_err());
        assert!((3_590..=3_601).contains(&left.wait), "{}", left.wait);
        assert!(rate.count(&"ada", 6).1.is_ok());
        assert!(rate.count(&"bo", 1_000).1.is_ok(), "counts as ten");
        assert!(rate.count(&"bo", 1).1.is_err());
        assert!(Rate::<&str>::new("sends", "too many", 0, Duration::from_secs(1), 10).is_none());
    }
}
