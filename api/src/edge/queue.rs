//! In which order queries are worked on. A few at once use the machine to the full; more only make each other slow, and whoever
//! asks most takes most. So the others wait, each in the line of its site, and the sites take turns: beside a flood on one site
//! a query of another waits for the next that ends, not for the flood.
//!
//! Commands do not wait here: sends share their commits, and the others are few. How many may wait says [`super::Gate`].

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::oneshot;

use super::shed::site_of;

/// Who is not done by then waits for something else, such as a position of a read model: it goes on, and another one begins.
const LONGEST: Duration = Duration::from_millis(250);

/// Lets so many queries work at once.
#[derive(Debug, Clone)]
pub struct Queue(Arc<Mutex<Lines>>);

#[derive(Debug)]
struct Lines {
    /// While somebody waits there is none.
    free: usize,
    /// Where somebody waits, in the order of their turns.
    sites: VecDeque<Box<str>>,
    waiting: HashMap<Box<str>, VecDeque<oneshot::Sender<Turn>>>,
}

/// The right to work. When it is dropped, it is the next one's.
#[derive(Debug)]
struct Turn(Option<Queue>);

impl Queue {
    /// For this many.
    #[must_use]
    pub fn of(queries: usize) -> Self {
        let lines = Lines { free: queries.max(1), sites: VecDeque::new(), waiting: HashMap::new() };
        Self(Arc::new(Mutex::new(lines)))
    }

    async fn turn(&self, site: &str) -> Turn {
        let Some(turn) = self.lock().line_up(site) else { return Turn(Some(self.clone())) };
        // The other end is dropped with all the lines only.
        turn.await.unwrap_or(Turn(None))
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    /// Nothing when the turn is there already.
    fn line_up(&mut self, site: &str) -> Option<oneshot::Receiver<Turn>> {
        if self.free > 0 {
            self.free -= 1;
            return None;
        }
        let (give, get) = oneshot::channel();
        if !self.waiting.contains_key(site) {
            self.sites.push_back(site.into());
        }
        self.waiting.entry(site.into()).or_default().push_back(give);
        Some(get)
    }

    /// The next one: of the site whose turn it is, which then is the last.
    fn next(&mut self) -> Option<oneshot::Sender<Turn>> {
        let Some(site) = self.sites.pop_front() else {
            self.free += 1;
            return None;
        };
        let line = self.waiting.get_mut(&site)?;
        let next = line.pop_front();
        if line.is_empty() {
            self.waiting.remove(&site);
        } else {
            self.sites.push_back(site);
        }
        next
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(queue) = self.0.take() else { return };
        let mut turn = Self(Some(queue.clone()));
        loop {
            let next = queue.lock().next();
            let Some(next) = next else { break };
            match next.send(turn) {
                Ok(()) => return,
                // That client has hung up.
                Err(back) => turn = back,
            }
        }
        turn.0 = None;
    }
}

/// Works on a query of a site when its turn has come. A stream is none.
pub(super) async fn in_turn(queue: &Queue, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let site = site_of(path);
    if site.is_empty() || path.ends_with("/stream") {
        return next.run(request).await;
    }
    let turn = queue.turn(site).await;
    let mut answer = std::pin::pin!(next.run(request));
    if let Ok(answer) = tokio::time::timeout(LONGEST, &mut answer).await {
        return answer;
    }
    drop(turn);
    answer.await
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn sites_take_turns_however_many_wait_on_one() {
        let queue = Queue::of(1);
        let mut at_work = queue.turn("loud").await;
        let mut loud: VecDeque<_> = (0..100).map(|_| Box::pin(queue.turn("loud"))).collect();
        assert!(loud.iter_mut().all(|waits| waits.now_or_never().is_none()));
        let mut quiet = Box::pin(queue.turn("quiet"));
        assert!((&mut quiet).now_or_never().is_none());
        drop(at_work);
        at_work = loud.pop_front().unwrap().now_or_never().expect("the loud site was there first");
        assert!((&mut quiet).now_or_never().is_none());
        drop(at_work);
        drop(quiet.now_or_never().expect("it is the quiet site's turn"));
        for waits in loud {
            drop(waits.now_or_never().expect("nobody else waits"));
        }
        let lines = queue.lock();
        assert!(lines.free == 1 && lines.sites.is_empty() && lines.waiting.is_empty(), "{lines:?}");
    }

    #[tokio::test]
    async fn a_turn_passes_by_who_has_hung_up() {
        let queue = Queue::of(2);
        let (first, second) = (queue.turn("acme").await, queue.turn("acme").await);
        let gone: Vec<_> = (0..10_000).map(|_| Box::pin(queue.turn("acme"))).collect();
        assert!(gone.into_iter().all(|waits| waits.now_or_never().is_none()));
        let (mut given, mut last) = (Box::pin(queue.turn("acme")), Box::pin(queue.turn("acme")));
        assert!((&mut given).now_or_never().is_none() && (&mut last).now_or_never().is_none());
        drop(first);
        // Given to who hangs up before taking it.
        drop(given);
        drop(last.now_or_never().expect("it has come to the last"));
        drop(second);
        assert_eq!(queue.lock().free, 2);
    }
}
