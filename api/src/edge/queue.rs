//! Orders concurrent queries. A few queries at once use the machine fully and more only slow each
//! other down, so the others wait for a slot: round robin between sites, and between callers within
//! a site. A caller holds at most half of the slots and a site all but one, so a query rarely waits
//! for the queries of a caller that floods the service.
//!
//! Commands do not wait here: sends share their commits and other commands are few. [`super::shed`]
//! limits how many queries can wait.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::oneshot;

use super::principal::{Key, Principal};
use crate::tally::Tally;

/// A query that runs longer than this, for example because it waits for a read model, gives its
/// slot back and continues without one.
const SLOT_TIMEOUT: Duration = Duration::from_millis(250);

#[derive(Debug, Clone)]
pub(super) struct QueryQueue(Arc<Mutex<QueueState>>);

#[derive(Debug)]
struct QueueState {
    free: usize,
    max_per_caller: usize,
    max_per_site: usize,
    /// Slots in use, by site and by caller.
    busy: Tally<Key>,
    /// Sites with waiting queries, the next one first.
    sites: VecDeque<Key>,
    waiting: HashMap<Key, SiteQueue>,
}

#[derive(Debug, Default)]
struct SiteQueue {
    /// The next one first.
    callers: VecDeque<Key>,
    waiting: HashMap<Key, VecDeque<oneshot::Sender<QuerySlot>>>,
}

/// The slot of a running query, passed to the next one on drop.
#[derive(Debug)]
pub(super) struct QuerySlot(Option<(QueryQueue, Principal)>);

impl QueryQueue {
    #[must_use]
    pub(super) fn new(slots: usize) -> Self {
        let slots = slots.max(1);
        Self(Arc::new(Mutex::new(QueueState {
            free: slots,
            max_per_caller: (slots / 2).max(1),
            max_per_site: (slots - 1).max(1),
            busy: Tally::default(),
            sites: VecDeque::new(),
            waiting: HashMap::new(),
        })))
    }

    /// Runs a query as soon as it gets a slot.
    pub(super) async fn run(&self, principal: Principal, request: Request, next: Next) -> Response {
        let slot = self.acquire(principal).await;
        let mut response = std::pin::pin!(next.run(request));
        if let Ok(response) = tokio::time::timeout(SLOT_TIMEOUT, &mut response).await {
            return response;
        }
        drop(slot);
        response.await
    }

    async fn acquire(&self, principal: Principal) -> QuerySlot {
        let receiver = self.lock().enqueue(principal);
        let Some(receiver) = receiver else { return QuerySlot(Some((self.clone(), principal))) };
        // Senders are dropped with the whole queue only.
        receiver.await.unwrap_or(QuerySlot(None))
    }

    fn lock(&self) -> MutexGuard<'_, QueueState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl QueueState {
    /// Returns `None` if it could assign a slot immediately.
    fn enqueue(&mut self, principal: Principal) -> Option<oneshot::Receiver<QuerySlot>> {
        // A slot that is still free is one that no waiting query may have.
        if self.has_slot_for(principal) {
            self.assign(principal);
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        let site = self.waiting.entry(principal.site).or_insert_with(|| {
            self.sites.push_back(principal.site);
            SiteQueue::default()
        });
        site.waiting.entry(principal.caller).or_insert_with(|| {
            site.callers.push_back(principal.caller);
            VecDeque::new()
        });
        site.waiting.entry(principal.caller).or_default().push_back(sender);
        Some(receiver)
    }

    fn has_slot_for(&self, Principal { site, caller }: Principal) -> bool {
        self.free > 0 && self.busy.of(&site) < self.max_per_site && self.busy.of(&caller) < self.max_per_caller
    }

    fn assign(&mut self, principal: Principal) {
        self.free -= 1;
        self.busy.hold(principal, 1);
    }

    fn release(&mut self, principal: Principal) {
        self.free += 1;
        self.busy.release(principal, 1);
    }

    /// Assigns a slot to the next query that may have one. Moves its site and its caller to the
    /// end.
    fn assign_next(&mut self) -> Option<(oneshot::Sender<QuerySlot>, Principal)> {
        for site_index in 0..self.sites.len() {
            let site = *self.sites.get(site_index)?;
            let eligible = self.waiting.get(&site)?.callers.iter().copied().enumerate();
            let mut eligible = eligible.filter(|(_, caller)| self.has_slot_for(Principal { site, caller: *caller }));
            let Some((caller_index, caller)) = eligible.next() else { continue };
            self.sites.remove(site_index);
            let site_queue = self.waiting.get_mut(&site)?;
            site_queue.callers.remove(caller_index);
            let queries = site_queue.waiting.get_mut(&caller)?;
            let next = queries.pop_front()?;
            if queries.is_empty() {
                site_queue.waiting.remove(&caller);
            } else {
                site_queue.callers.push_back(caller);
            }
            if site_queue.callers.is_empty() {
                self.waiting.remove(&site);
            } else {
                self.sites.push_back(site);
            }
            let principal = Principal { site, caller };
            self.assign(principal);
            return Some((next, principal));
        }
        None
    }
}

impl Drop for QuerySlot {
    fn drop(&mut self) {
        let Some((queue, principal)) = self.0.take() else { return };
        let mut released = Some(principal);
        loop {
            let next = {
                let mut state = queue.lock();
                if let Some(principal) = released.take() {
                    state.release(principal);
                }
                state.assign_next()
            };
            let Some((sender, principal)) = next else { return };
            if let Err(mut slot) = sender.send(Self(Some((queue.clone(), principal)))) {
                // The client has disconnected; the slot goes to the next query.
                slot.0 = None;
                released = Some(principal);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::super::principal::test_principal as principal;
    use super::*;

    fn is_pending<T>(slot: &mut (impl Future<Output = T> + Unpin)) -> bool {
        slot.now_or_never().is_none()
    }

    #[tokio::test]
    async fn slots_go_round_robin_between_sites() {
        let queue = QueryQueue::new(1);
        let (loud, quiet) = (principal("loud", "ada"), principal("quiet", "ada"));
        let mut running = queue.acquire(loud).await;
        let mut line: VecDeque<_> = (0..100).map(|_| Box::pin(queue.acquire(loud))).collect();
        assert!(line.iter_mut().all(is_pending));
        let mut quiet = Box::pin(queue.acquire(quiet));
        assert!(is_pending(&mut quiet));
        drop(running);
        running = line.pop_front().unwrap().now_or_never().expect("the loud site was there first");
        assert!(is_pending(&mut quiet));
        drop(running);
        drop(quiet.now_or_never().expect("it is the quiet site's turn"));
        for pending in line {
            drop(pending.now_or_never().expect("no other query waits"));
        }
        let state = queue.lock();
        assert!(state.free == 1 && state.busy.is_empty(), "{state:?}");
        assert!(state.sites.is_empty() && state.waiting.is_empty(), "{state:?}");
    }

    #[tokio::test]
    async fn slots_go_round_robin_between_callers_of_a_site() {
        let queue = QueryQueue::new(1);
        let (loud, quiet) = (principal("acme", "ada"), principal("acme", "bo"));
        let running = queue.acquire(loud).await;
        let mut line: VecDeque<_> = (0..100).map(|_| Box::pin(queue.acquire(loud))).collect();
        assert!(line.iter_mut().all(is_pending));
        let mut quiet = Box::pin(queue.acquire(quiet));
        assert!(is_pending(&mut quiet));
        drop(running);
        drop(line.pop_front().unwrap().now_or_never().expect("the loud caller was there first"));
        drop(quiet.now_or_never().expect("it is the quiet caller's turn"));
    }

    #[tokio::test]
    async fn caller_holds_half_of_the_slots_and_a_site_all_but_one() {
        let queue = QueryQueue::new(4);
        let [ada, bo] = ["ada", "bo"].map(|member| principal("acme", member));
        let of_ada = [queue.acquire(ada).await, queue.acquire(ada).await];
        let mut third = Box::pin(queue.acquire(ada));
        assert!(is_pending(&mut third), "a caller has two of four");
        let of_bo = queue.acquire(bo).await;
        let mut fourth = Box::pin(queue.acquire(bo));
        assert!(is_pending(&mut fourth), "a site has three of four");
        let elsewhere = queue.acquire(principal("globex", "ada")).await;
        drop(elsewhere);
        assert!(is_pending(&mut fourth));
        drop(of_ada);
        assert!(!is_pending(&mut third));
        assert!(!is_pending(&mut fourth));
        drop(of_bo);
        assert_eq!(queue.lock().free, 4);
    }

    #[tokio::test]
    async fn slot_skips_clients_that_have_disconnected() {
        let queue = QueryQueue::new(2);
        let [ada, bo, cem] = ["ada", "bo", "cem"].map(|site| principal(site, "member"));
        let (first, second) = (queue.acquire(ada).await, queue.acquire(bo).await);
        let gone: Vec<_> = (0..10_000).map(|_| Box::pin(queue.acquire(cem))).collect();
        assert!(gone.into_iter().all(|pending| pending.now_or_never().is_none()));
        let (mut given, mut last) = (Box::pin(queue.acquire(cem)), Box::pin(queue.acquire(cem)));
        assert!(is_pending(&mut given) && is_pending(&mut last));
        drop(first);
        // Assigned to a client that disconnects before it receives the slot.
        drop(given);
        drop(last.now_or_never().expect("the last query gets the slot"));
        drop(second);
        let state = queue.lock();
        assert!(state.free == 2 && state.busy.is_empty(), "{state:?}");
    }
}
