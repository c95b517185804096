//! In which order queries are worked on. A few at once use the machine to the full; more only slow each other down, and the
//! caller who sends most gets most. So the others wait: sites take turns, and within a site its callers do. No caller has more
//! than half of the turns at once and no site all of them, so that beside a flood a query of another one need not wait for
//! the flood.
//!
//! Commands do not wait here: sends share their commits, and the others are few. How many may wait says [`super::shed`].

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::oneshot;

use super::principal::{Key, Principal};
use crate::tally::Tally;

/// A query that is not done by then waits for something else, such as a position of a read model: it goes on, and another
/// one begins.
const LONGEST_TURN: Duration = Duration::from_millis(250);

/// Gives turns to so many queries at once.
#[derive(Debug, Clone)]
pub(super) struct Queue(Arc<Mutex<Lines>>);

#[derive(Debug)]
struct Lines {
    free: usize,
    max_of_caller: usize,
    max_of_site: usize,
    /// The turns that each site and each caller has.
    busy: Tally<Key>,
    /// Sites with waiting queries, in the order of their turns.
    sites: VecDeque<Key>,
    waiting: HashMap<Key, SiteLine>,
}

/// The waiting queries of a site.
#[derive(Debug, Default)]
struct SiteLine {
    /// In the order of their turns.
    callers: VecDeque<Key>,
    waiting: HashMap<Key, VecDeque<oneshot::Sender<Turn>>>,
}

/// The right to work. When it is dropped, the next query gets it.
#[derive(Debug)]
pub(super) struct Turn(Option<(Queue, Principal)>);

impl Queue {
    /// For this many queries at once.
    #[must_use]
    pub(super) fn of(queries: usize) -> Self {
        let queries = queries.max(1);
        Self(Arc::new(Mutex::new(Lines {
            free: queries,
            max_of_caller: (queries / 2).max(1),
            max_of_site: (queries - 1).max(1),
            busy: Tally::default(),
            sites: VecDeque::new(),
            waiting: HashMap::new(),
        })))
    }

    /// Works on a query when its turn has come.
    pub(super) async fn in_turn(&self, principal: Principal, request: Request, next: Next) -> Response {
        let turn = self.turn(principal).await;
        let mut response = std::pin::pin!(next.run(request));
        if let Ok(response) = tokio::time::timeout(LONGEST_TURN, &mut response).await {
            return response;
        }
        drop(turn);
        response.await
    }

    async fn turn(&self, principal: Principal) -> Turn {
        let waits = self.lock().line_up(principal);
        let Some(waits) = waits else { return Turn(Some((self.clone(), principal))) };
        // The other end is dropped with all the lines only.
        waits.await.unwrap_or(Turn(None))
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// Nothing when the turn is there already.
    fn line_up(&mut self, principal: Principal) -> Option<oneshot::Receiver<Turn>> {
        // A free turn means that no waiting query may have it.
        if self.may_have(principal) {
            self.book(principal);
            return None;
        }
        let (give, get) = oneshot::channel();
        let site = self.waiting.entry(principal.site).or_insert_with(|| {
            self.sites.push_back(principal.site);
            SiteLine::default()
        });
        site.waiting.entry(principal.caller).or_insert_with(|| {
            site.callers.push_back(principal.caller);
            VecDeque::new()
        });
        site.waiting.entry(principal.caller).or_default().push_back(give);
        Some(get)
    }

    fn may_have(&self, Principal { site, caller }: Principal) -> bool {
        self.free > 0 && self.busy.of(&site) < self.max_of_site && self.busy.of(&caller) < self.max_of_caller
    }

    fn book(&mut self, principal: Principal) {
        self.free -= 1;
        self.busy.hold(principal, 1);
    }

    fn release(&mut self, principal: Principal) {
        self.free += 1;
        self.busy.release(principal, 1);
    }

    /// The next query that may have a turn: its site and its caller are the last ones then. Its turn is booked.
    fn next(&mut self) -> Option<(oneshot::Sender<Turn>, Principal)> {
        for at in 0..self.sites.len() {
            let site = *self.sites.get(at)?;
            let eligible = self.waiting.get(&site)?.callers.iter().copied().enumerate();
            let mut eligible = eligible.filter(|(_, caller)| self.may_have(Principal { site, caller: *caller }));
            let Some((place, caller)) = eligible.next() else { continue };
            self.sites.remove(at);
            let line = self.waiting.get_mut(&site)?;
            line.callers.remove(place);
            let queries = line.waiting.get_mut(&caller)?;
            let next = queries.pop_front()?;
            if queries.is_empty() {
                line.waiting.remove(&caller);
            } else {
                line.callers.push_back(caller);
            }
            if line.callers.is_empty() {
                self.waiting.remove(&site);
            } else {
                self.sites.push_back(site);
            }
            let principal = Principal { site, caller };
            self.book(principal);
            return Some((next, principal));
        }
        None
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some((queue, principal)) = self.0.take() else { return };
        let mut released = Some(principal);
        loop {
            let next = {
                let mut lines = queue.lock();
                if let Some(principal) = released.take() {
                    lines.release(principal);
                }
                lines.next()
            };
            let Some((waiting, principal)) = next else { return };
            if let Err(mut turn) = waiting.send(Self(Some((queue.clone(), principal)))) {
                // That client has hung up.
                turn.0 = None;
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

    fn waits<T>(turn: &mut (impl Future<Output = T> + Unpin)) -> bool {
        turn.now_or_never().is_none()
    }

    #[tokio::test]
    async fn sites_take_turns_however_many_wait_on_one() {
        let queue = Queue::of(1);
        let (loud, quiet) = (principal("loud", "ada"), principal("quiet", "ada"));
        let mut at_work = queue.turn(loud).await;
        let mut line: VecDeque<_> = (0..100).map(|_| Box::pin(queue.turn(loud))).collect();
        assert!(line.iter_mut().all(waits));
        let mut quiet = Box::pin(queue.turn(quiet));
        assert!(waits(&mut quiet));
        drop(at_work);
        at_work = line.pop_front().unwrap().now_or_never().expect("the loud site was there first");
        assert!(waits(&mut quiet));
        drop(at_work);
        drop(quiet.now_or_never().expect("it is the quiet site's turn"));
        for waits in line {
            drop(waits.now_or_never().expect("nobody else waits"));
        }
        let lines = queue.lock();
        assert!(lines.free == 1 && lines.busy.is_empty(), "{lines:?}");
        assert!(lines.sites.is_empty() && lines.waiting.is_empty(), "{lines:?}");
    }

    #[tokio::test]
    async fn callers_of_a_site_take_turns_however_many_one_of_them_waits_with() {
        let queue = Queue::of(1);
        let (loud, quiet) = (principal("acme", "ada"), principal("acme", "bo"));
        let at_work = queue.turn(loud).await;
        let mut line: VecDeque<_> = (0..100).map(|_| Box::pin(queue.turn(loud))).collect();
        assert!(line.iter_mut().all(waits));
        let mut quiet = Box::pin(queue.turn(quiet));
        assert!(waits(&mut quiet));
        drop(at_work);
        drop(line.pop_front().unwrap().now_or_never().expect("the loud caller was there first"));
        drop(quiet.now_or_never().expect("it is the quiet caller's turn"));
    }

    #[tokio::test]
    async fn a_caller_has_half_of_the_turns_and_a_site_not_all_of_them() {
        let queue = Queue::of(4);
        let [ada, bo] = ["ada", "bo"].map(|member| principal("acme", member));
        let of_ada = [queue.turn(ada).await, queue.turn(ada).await];
        let mut third = Box::pin(queue.turn(ada));
        assert!(waits(&mut third), "a caller has two of four");
        let of_bo = queue.turn(bo).await;
        let mut fourth = Box::pin(queue.turn(bo));
        assert!(waits(&mut fourth), "a site has three of four");
        let elsewhere = queue.turn(principal("globex", "ada")).await;
        drop(elsewhere);
        assert!(waits(&mut fourth));
        drop(of_ada);
        assert!(!waits(&mut third));
        assert!(!waits(&mut fourth));
        drop(of_bo);
        assert_eq!(queue.lock().free, 4);
    }

    #[tokio::test]
    async fn a_turn_passes_by_clients_that_have_hung_up() {
        let queue = Queue::of(2);
        let [ada, bo, cem] = ["ada", "bo", "cem"].map(|site| principal(site, "member"));
        let (first, second) = (queue.turn(ada).await, queue.turn(bo).await);
        let gone: Vec<_> = (0..10_000).map(|_| Box::pin(queue.turn(cem))).collect();
        assert!(gone.into_iter().all(|waits| waits.now_or_never().is_none()));
        let (mut given, mut last) = (Box::pin(queue.turn(cem)), Box::pin(queue.turn(cem)));
        assert!(waits(&mut given) && waits(&mut last));
        drop(first);
        // Given to a client that hangs up before it takes it.
        drop(given);
        drop(last.now_or_never().expect("it has come to the last"));
        drop(second);
        let lines = queue.lock();
        assert!(lines.free == 2 && lines.busy.is_empty(), "{lines:?}");
    }
}
