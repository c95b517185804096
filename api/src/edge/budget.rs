//! Limits an amount that a caller, a site and the process hold at once: slow request bodies,
//! uploads, bytes of unread responses.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::principal::{Key, Principal};
use crate::codes;
use crate::problem::Problem;
use crate::tally::Tally;

#[derive(Debug, Clone, Copy)]
pub(super) struct BudgetLimits {
    pub(super) caller: usize,
    pub(super) site: usize,
    pub(super) all: usize,
}

/// The amounts in use. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Budget(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    name: &'static str,
    limits: BudgetLimits,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    all: usize,
    by_key: Tally<Key>,
}

/// An amount of a budget, released on drop.
#[derive(Debug)]
pub(super) struct BudgetShare {
    budget: Budget,
    principal: Principal,
    amount: usize,
}

impl Budget {
    /// `name` is the label of the limit in metrics.
    #[must_use]
    pub(super) fn new(name: &'static str, limits: BudgetLimits) -> Self {
        Self(Arc::new(Shared { name, limits, held: Mutex::default() }))
    }

    /// Returns 429 if the caller holds too much, 503 if its site or all callers do.
    ///
    /// A caller that holds nothing gets any amount that is left to its site, so that a single
    /// amount above the limit of a caller is possible.
    pub(super) fn acquire(&self, principal: Principal, amount: usize) -> Result<BudgetShare, Problem> {
        let Shared { name, limits, .. } = *self.0;
        let mut held = self.lock();
        let (by_caller, by_site) = (held.by_key.of(&principal.caller), held.by_key.of(&principal.site));
        if by_caller > 0 && by_caller + amount > limits.caller {
            drop(held);
            metrics::counter!("causerie_rate_limited_total", "limit" => name).increment(1);
            return Err(Problem::new(codes::RATE_EXCEEDED, "too many requests at once"));
        }
        if by_site + amount > limits.site || held.all + amount > limits.all {
            drop(held);
            metrics::counter!("causerie_requests_shed_total").increment(1);
            return Err(Problem::new(codes::SERVICE_BUSY, "too many requests at once; nothing was done"));
        }
        held.all += amount;
        held.by_key.hold(principal, amount);
        drop(held);
        Ok(BudgetShare { budget: self.clone(), principal, amount })
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for BudgetShare {
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
    fn callers_sites_and_all_hold_at_most_their_limits() {
        let budget = Budget::new("bodies", BudgetLimits { caller: 4, site: 10, all: 15 });
        let fill = |site: &str, member: &str| {
            std::iter::from_fn(|| budget.acquire(principal(site, member), 1).ok()).collect::<Vec<_>>()
        };
        let ada = fill("acme", "ada");
        assert_eq!(ada.len(), 4);
        let (bo, cem, dia) = (fill("acme", "bo"), fill("acme", "cem"), fill("acme", "dia"));
        assert_eq!([bo.len(), cem.len(), dia.len()], [4, 2, 0], "a site has ten");
        assert_eq!(fill("globex", "ada").len(), 4, "another site has some left");
        let globex_ada = fill("globex", "ada");
        let globex_bo = fill("globex", "bo");
        assert_eq!([globex_ada.len(), globex_bo.len()], [4, 1], "all have fifteen");
        drop((ada, bo, cem, globex_ada, globex_bo));
        let held = budget.lock();
        assert!(held.all == 0 && held.by_key.is_empty(), "{held:?}");
    }

    #[test]
    fn amount_above_a_callers_limit_is_held_alone() {
        let budget = Budget::new("unread", BudgetLimits { caller: 4, site: 10, all: 15 });
        let large = budget.acquire(principal("acme", "ada"), 9).unwrap();
        assert!(budget.acquire(principal("acme", "ada"), 1).is_err());
        assert!(budget.acquire(principal("acme", "bo"), 2).is_err());
        assert!(budget.acquire(principal("acme", "bo"), 1).is_ok());
        drop(large);
        assert!(budget.acquire(principal("acme", "ada"), 11).is_err(), "more than a site has");
    }
}
