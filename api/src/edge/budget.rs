//! A quantity of which a caller, a site and the process may hold only so much at once: request bodies that are slow to
//! arrive, uploads, bytes of responses that wait for their client.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::principal::{Key, Principal};
use crate::problem::Problem;
use crate::tally::Tally;

/// The most that may be held at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// By one caller.
    pub(super) caller: usize,
    /// By one site.
    pub(super) site: usize,
    /// By all.
    pub(super) all: usize,
}

/// What is held, and by whom. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct Budget(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    name: &'static str,
    bounds: Bounds,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    by_key: Tally<Key>,
}

/// A part of a budget, held until it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    budget: Budget,
    principal: Principal,
    amount: usize,
}

impl Budget {
    /// Nothing is held yet. The name is that of the limit in the metrics.
    #[must_use]
    pub(super) fn new(name: &'static str, bounds: Bounds) -> Self {
        Self(Arc::new(Shared { name, bounds, held: Mutex::default() }))
    }

    /// Holds so much more for a caller: 429 where the caller holds too much, 503 where their site or all callers do.
    ///
    /// A caller who holds nothing gets any amount that is left to their site, so a bound never forbids what is larger.
    pub(super) fn take(&self, principal: Principal, amount: usize) -> Result<Share, Problem> {
        let Shared { name, bounds, .. } = *self.0;
        let mut held = self.lock();
        let (by_caller, by_site) = (held.by_key.of(&principal.caller), held.by_key.of(&principal.site));
        if by_caller > 0 && by_caller + amount > bounds.caller {
            drop(held);
            metrics::counter!("causerie_rate_limited_total", "limit" => name).increment(1);
            return Err(Problem::too_many("too many requests at once"));
        }
        if by_site + amount > bounds.site || held.all + amount > bounds.all {
            drop(held);
            metrics::counter!("causerie_requests_shed_total").increment(1);
            return Err(Problem::unavailable("service.busy", "too many requests at once; nothing was done"));
        }
        held.all += amount;
        held.by_key.hold(principal, amount);
        drop(held);
        Ok(Share { budget: self.clone(), principal, amount })
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut held = self.budget.lock();
        held.all -= self.amount;
        held.by_key.release(self.principal, self.amount);
    }
}

#[cfg(test)]
mod tests {
    use super::super::principal::test_principal as principal;
    use super::*;

    #[test]
    fn callers_then_sites_then_all_hold_no_more_than_their_bound() {
        let budget = Budget::new("bodies", Bounds { caller: 4, site: 10, all: 15 });
        let fill = |site: &str, member: &str| {
            std::iter::from_fn(|| budget.take(principal(site, member), 1).ok()).collect::<Vec<_>>()
        };
        let ada = fill("acme", "ada");
        assert_eq!(ada.len(), 4);
        let (bo, cem, dia) = (fill("acme", "bo"), fill("acme", "cem"), fill("acme", "dia"));
        assert_eq!([bo.len(), cem.len(), dia.len()], [4, 2, 0], "a site has ten");
        assert_eq!(fill("globex", "ada").len(), 4, "another site has some left");
        let kept = fill("globex", "ada");
        let more = fill("globex", "bo");
        assert_eq!([kept.len(), more.len()], [4, 1], "all have fifteen");
        drop((ada, bo, cem, kept, more));
        let held = budget.lock();
        assert!(held.all == 0 && held.by_key.is_empty(), "{held:?}");
    }

    #[test]
    fn what_is_larger_than_a_callers_bound_is_held_alone() {
        let budget = Budget::new("unread", Bounds { caller: 4, site: 10, all: 15 });
        let large = budget.take(principal("acme", "ada"), 9).unwrap();
        assert!(budget.take(principal("acme", "ada"), 1).is_err());
        assert!(budget.take(principal("acme", "bo"), 2).is_err());
        assert!(budget.take(principal("acme", "bo"), 1).is_ok());
        drop(large);
        assert!(budget.take(principal("acme", "ada"), 11).is_err(), "more than a site has");
    }
}
