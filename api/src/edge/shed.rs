//! Limits concurrent requests. Excess requests get 503 immediately, because a queued request has
//! usually timed out on the client by the time it is served.
//!
//! Slots are shared by the same rule between sites and, within a site, between its callers, so a
//! flood of one leaves slots for the others (docs/adr/0021). A burst is absorbed; a sustained load
//! is rejected beyond what keeps the machine busy.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::principal::{Key, Principal};
use crate::codes;
use crate::problem::Problem;
use crate::tally::Tally;

/// A site gets a slot while it holds less than this many times the free ones: alone it gets three
/// quarters of all slots, two get three sevenths each, and one more always finds some. A caller
/// gets one by the same rule among the slots that are left to its site.
pub(super) const FAIR_SHARE_FACTOR: usize = 3;
/// Sustained concurrent requests of a site: enough for full batches of the append.
const SITE_SUSTAINED_REQUESTS: usize = 128;
/// How long a site or a caller may exceed its sustained limit.
const MAX_BURST_DURATION: Duration = Duration::from_millis(100);

/// Admits a limited number of concurrent requests.
#[derive(Debug, Clone)]
pub(super) struct Gate(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// Sustained concurrent requests of a caller; 0 disables the limit.
    caller_sustained: usize,
    slots: Mutex<Slots>,
}

#[derive(Debug)]
struct Slots {
    free: usize,
    /// By site and by caller.
    held: Tally<Key>,
    bursts: HashMap<Key, Burst>,
}

/// When a site or a caller was at its sustained limit. A burst ends [`MAX_BURST_DURATION`] after
/// the last time.
#[derive(Debug)]
struct Burst {
    first: Instant,
    last: Instant,
}

/// The slot of an admitted request, released on drop.
#[derive(Debug)]
pub(super) struct RequestPermit {
    gate: Gate,
    principal: Principal,
}

impl Gate {
    /// `caller_sustained` limits the sustained requests of each caller; 0 disables that limit.
    #[must_use]
    pub(super) fn new(requests: usize, caller_sustained: usize) -> Self {
        // Registers the counter, so that it is exported before the first rejection.
        metrics::counter!("causerie_requests_shed_total").increment(0);
        let slots = Mutex::new(Slots { free: requests, held: Tally::default(), bursts: HashMap::new() });
        Self(Arc::new(Shared { caller_sustained, slots }))
    }

    /// Returns 429 if the caller has too many requests, 503 if its site or all callers do.
    pub(super) fn admit(&self, principal: Principal) -> Result<RequestPermit, Problem> {
        let sustained = self.0.caller_sustained;
        let mut slots = self.lock();
        let site_held = slots.held.of(&principal.site);
        let caller_held = slots.held.of(&principal.caller);
        let left_to_site = slots.free.saturating_mul(FAIR_SHARE_FACTOR).saturating_sub(site_held);
        if sustained > 0 && caller_held >= sustained && slots.exceeds_burst(principal.caller) {
            drop(slots);
            metrics::counter!("causerie_rate_limited_total", "limit" => "in_progress").increment(1);
            return Err(Problem::new(codes::RATE_EXCEEDED, "too many requests at once"));
        }
        // Evaluated for rejected requests too, which prolong the burst.
        let site_exceeds = site_held >= SITE_SUSTAINED_REQUESTS && slots.exceeds_burst(principal.site);
        if site_exceeds || left_to_site == 0 || caller_held >= left_to_site.saturating_mul(FAIR_SHARE_FACTOR) {
            drop(slots);
            metrics::counter!("causerie_requests_shed_total").increment(1);
            return Err(Problem::new(codes::SERVICE_BUSY, "too many requests at once; nothing was done"));
        }
        slots.free -= 1;
        slots.held.hold(principal, 1);
        drop(slots);
        Ok(RequestPermit { gate: self.clone(), principal })
    }

    fn lock(&self) -> MutexGuard<'_, Slots> {
        self.0.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slots {
    /// Records that a site or a caller is at its limit. Returns whether its burst is too long.
    fn exceeds_burst(&mut self, key: Key) -> bool {
        let now = Instant::now();
        let is_over = |burst: &Burst| now - burst.last >= MAX_BURST_DURATION;
        match self.bursts.get_mut(&key) {
            Some(burst) if !is_over(burst) => {
                burst.last = now;
                now - burst.first >= MAX_BURST_DURATION
            }
            _ => {
                self.bursts.retain(|_, burst| !is_over(burst));
                self.bursts.insert(key, Burst { first: now, last: now });
                false
            }
        }
    }
}

impl Drop for RequestPermit {
    fn drop(&mut self) {
        let mut slots = self.gate.lock();
        slots.free += 1;
        slots.held.release(self.principal, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::super::principal::test_principal as principal;
    use super::*;

    /// Requests of different callers of a site, until one is rejected.
    fn fill(gate: &Gate, site: &str) -> Vec<RequestPermit> {
        let callers = (0..).map(|caller| principal(site, &caller.to_string()));
        callers.map_while(|caller| gate.admit(caller).ok()).collect()
    }

    #[test]
    fn site_leaves_slots_for_other_sites_and_releases_its_own() {
        let gate = Gate::new(1_000, 0);
        let loud = fill(&gate, "loud");
        assert_eq!(loud.len(), 750);
        let second = fill(&gate, "second");
        assert!((100..250).contains(&second.len()), "{}", second.len());
        assert!(gate.admit(principal("quiet", "ada")).is_ok());
        drop((loud, second));
        assert!(gate.lock().held.is_empty());
        let free = gate.lock().free;
        assert_eq!((free, fill(&gate, "loud").len()), (1_000, 750));
    }

    #[test]
    fn caller_leaves_slots_for_others_of_their_site() {
        let gate = Gate::new(1_000, 0);
        let one_caller: Vec<_> = std::iter::from_fn(|| gate.admit(principal("acme", "ada")).ok()).collect();
        assert!((600..720).contains(&one_caller.len()), "{}", one_caller.len());
        assert!(gate.admit(principal("acme", "bo")).is_ok());
        assert!(gate.admit(principal("globex", "ada")).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn site_exceeds_its_sustained_limit_for_one_burst_only() {
        let gate = Gate::new(1_000, 0);
        let mut loud = fill(&gate, "loud");
        assert_eq!(loud.len(), 750);
        tokio::time::advance(MAX_BURST_DURATION / 2).await;
        assert!(gate.admit(principal("loud", "late")).is_err());
        tokio::time::advance(MAX_BURST_DURATION / 2).await;
        // After the burst only the sustained number is admitted.
        loud.truncate(0);
        loud = fill(&gate, "loud");
        assert_eq!(loud.len(), SITE_SUSTAINED_REQUESTS);
        assert_eq!(fill(&gate, "quiet").len(), 654);
        // The burst ends this long after the last rejection.
        tokio::time::advance(MAX_BURST_DURATION).await;
        assert_eq!(loud.len() + fill(&gate, "loud").len(), 750);
        assert_eq!(gate.lock().bursts.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn caller_exceeds_its_sustained_limit_for_one_burst_only() {
        let gate = Gate::new(1_000, 32);
        let admit = |member: &str| gate.admit(principal("acme", member));
        let mut burst: Vec<_> = (0..100).map(|_| admit("ada").unwrap()).collect();
        tokio::time::advance(MAX_BURST_DURATION / 2).await;
        burst.push(admit("ada").unwrap());
        tokio::time::advance(MAX_BURST_DURATION / 2).await;
        assert!(admit("ada").is_err());
        let others: Vec<_> = (0..20).map(|_| admit("bo").unwrap()).collect();
        burst.truncate(31);
        burst.push(admit("ada").unwrap());
        assert!(admit("ada").is_err(), "at the limit again");
        assert_eq!(others.len(), 20);
    }

    #[test]
    fn gate_admits_at_most_its_number_of_requests() {
        let gate = Gate::new(4, 0);
        let all: Vec<_> = (0..50).filter_map(|site| gate.admit(principal(&format!("s{site}"), "ada")).ok()).collect();
        assert_eq!(all.len(), 4);
        assert!(Gate::new(0, 0).admit(principal("acme", "ada")).is_err());
    }
}
