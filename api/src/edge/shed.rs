//! How many requests are worked on at once. What is too much is refused at once: a request that waits in a long queue is
//! answered after its client has given up, and the work on it is lost to all.
//!
//! Places are shared by the same rule between sites and, within a site, between its callers: one that floods the service
//! leaves room for the others (docs/adr/0021). A burst is absorbed. A load that lasts is refused beyond what keeps the
//! machine busy.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::principal::{Key, Principal};
use crate::problem::Problem;
use crate::tally::Tally;

/// A site gets a place while it has less than this many times what is free: alone it gets three quarters of all places, two
/// get three sevenths each, and however many there are, one more finds some. A caller gets one by the same rule among what
/// their site has left.
pub(super) const SHARE: usize = 3;
/// As many requests of one site are worked on at once for as long as they last: enough for full batches of the append.
const SITE_LASTING: usize = 128;
/// More than that, only for so long; the same holds for a caller.
const BURST_TIME: Duration = Duration::from_millis(100);

/// Admits so many requests at once.
#[derive(Debug, Clone)]
pub(super) struct Gate(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// As many requests of one caller are worked on at once for as long as they last; 0 disables the limit.
    caller_lasting: usize,
    places: Mutex<Places>,
}

#[derive(Debug)]
struct Places {
    free: usize,
    /// Those of each site and of each caller.
    held: Tally<Key>,
    bursts: HashMap<Key, Burst>,
}

/// When a site or a caller was at its lasting bound. It is over when that has not been so for [`BURST_TIME`].
#[derive(Debug)]
struct Burst {
    first: Instant,
    last: Instant,
}

/// The place of one request, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    gate: Gate,
    principal: Principal,
}

impl Gate {
    /// A gate for this many requests, and so many lasting ones of each caller; 0 disables the bound of a caller.
    #[must_use]
    pub(super) fn new(requests: usize, caller_lasting: usize) -> Self {
        // Shown from the start.
        metrics::counter!("causerie_requests_shed_total").increment(0);
        let places = Mutex::new(Places { free: requests, held: Tally::default(), bursts: HashMap::new() });
        Self(Arc::new(Shared { caller_lasting, places }))
    }

    /// A place for a request: 429 where the caller has too many, 503 where their site or all callers do.
    pub(super) fn enter(&self, principal: Principal) -> Result<Place, Problem> {
        let lasting = self.0.caller_lasting;
        let mut places = self.lock();
        let of_site = places.held.of(&principal.site);
        let of_caller = places.held.of(&principal.caller);
        let left_to_site = places.free.saturating_mul(SHARE).saturating_sub(of_site);
        if lasting > 0 && of_caller >= lasting && places.has_lasted(principal.caller) {
            drop(places);
            metrics::counter!("causerie_rate_limited_total", "limit" => "in_progress").increment(1);
            return Err(Problem::too_many("too many requests at once"));
        }
        // Asked each time, so that a burst is known to go on while none of it gets in.
        let lasts = of_site >= SITE_LASTING && places.has_lasted(principal.site);
        if lasts || left_to_site == 0 || of_caller >= left_to_site.saturating_mul(SHARE) {
            drop(places);
            metrics::counter!("causerie_requests_shed_total").increment(1);
            return Err(Problem::unavailable("service.busy", "too many requests at once; nothing was done"));
        }
        places.free -= 1;
        places.held.hold(principal, 1);
        drop(places);
        Ok(Place { gate: self.clone(), principal })
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.0.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    /// Notes that a site or a caller is at its lasting bound, and whether it has been for too long.
    fn has_lasted(&mut self, key: Key) -> bool {
        let now = Instant::now();
        let is_over = |burst: &Burst| now - burst.last >= BURST_TIME;
        match self.bursts.get_mut(&key) {
            Some(burst) if !is_over(burst) => {
                burst.last = now;
                now - burst.first >= BURST_TIME
            }
            _ => {
                self.bursts.retain(|_, burst| !is_over(burst));
                self.bursts.insert(key, Burst { first: now, last: now });
                false
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.gate.lock();
        places.free += 1;
        places.held.release(self.principal, 1);
    }
}

#[cfg(test)]
mod tests {
    use super::super::principal::test_principal as principal;
    use super::*;

    /// As many callers of a site as there is room for, each with one request.
    fn fill(gate: &Gate, site: &str) -> Vec<Place> {
        let callers = (0..).map(|caller| principal(site, &caller.to_string()));
        callers.map_while(|caller| gate.enter(caller).ok()).collect()
    }

    #[test]
    fn one_site_leaves_room_for_others_and_gets_its_places_back() {
        let gate = Gate::new(1_000, 0);
        let loud = fill(&gate, "loud");
        assert_eq!(loud.len(), 750);
        let second = fill(&gate, "second");
        assert!((100..250).contains(&second.len()), "{}", second.len());
        assert!(gate.enter(principal("quiet", "ada")).is_ok());
        drop((loud, second));
        assert!(gate.lock().held.is_empty());
        let free = gate.lock().free;
        assert_eq!((free, fill(&gate, "loud").len()), (1_000, 750));
    }

    #[test]
    fn one_caller_leaves_room_for_others_of_their_site() {
        let gate = Gate::new(1_000, 0);
        let of_one: Vec<_> = std::iter::from_fn(|| gate.enter(principal("acme", "ada")).ok()).collect();
        assert!((600..720).contains(&of_one.len()), "{}", of_one.len());
        assert!(gate.enter(principal("acme", "bo")).is_ok());
        assert!(gate.enter(principal("globex", "ada")).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_of_a_site_is_absorbed_but_does_not_last() {
        let gate = Gate::new(1_000, 0);
        let mut loud = fill(&gate, "loud");
        assert_eq!(loud.len(), 750);
        tokio::time::advance(BURST_TIME / 2).await;
        assert!(gate.enter(principal("loud", "late")).is_err());
        tokio::time::advance(BURST_TIME / 2).await;
        // However many are done at once, there is room for no more than last.
        loud.truncate(0);
        loud = fill(&gate, "loud");
        assert_eq!(loud.len(), SITE_LASTING);
        assert_eq!(fill(&gate, "quiet").len(), 654);
        // It was met for the last time just now.
        tokio::time::advance(BURST_TIME).await;
        assert_eq!(loud.len() + fill(&gate, "loud").len(), 750);
        assert_eq!(gate.lock().bursts.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_of_a_caller_is_absorbed_and_then_bounded_before_their_site_is() {
        let gate = Gate::new(1_000, 32);
        let enter = |member: &str| gate.enter(principal("acme", member));
        let mut burst: Vec<_> = (0..100).map(|_| enter("ada").unwrap()).collect();
        tokio::time::advance(BURST_TIME / 2).await;
        burst.push(enter("ada").unwrap());
        tokio::time::advance(BURST_TIME / 2).await;
        assert!(enter("ada").is_err());
        let others: Vec<_> = (0..20).map(|_| enter("bo").unwrap()).collect();
        burst.truncate(31);
        burst.push(enter("ada").unwrap());
        assert!(enter("ada").is_err(), "at their bound again");
        assert_eq!(others.len(), 20);
    }

    #[test]
    fn no_more_are_admitted_than_there_are_places() {
        let gate = Gate::new(4, 0);
        let all: Vec<_> = (0..50).filter_map(|site| gate.enter(principal(&format!("s{site}"), "ada")).ok()).collect();
        assert_eq!(all.len(), 4);
        assert!(Gate::new(0, 0).enter(principal("acme", "ada")).is_err());
    }
}
