//! How many requests are worked on at once. What is too much is told so at once: whoever waits in a long line has given up
//! when their turn comes, and the work on it is lost to all.
//!
//! No site takes all places: one that floods the service leaves room for the others. A crowd that comes at once is let in; one
//! that stays is not, beyond what makes the work go fastest: it would only wait longer, and who is refused with it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, header};
use axum::response::Response;
use tokio::time::Instant;
use tower::ServiceExt;

use super::headers::secure;
use crate::problem::Problem;
use crate::request::trace_id_of;

/// A site is let in while it has less than this many times what is free: alone it gets three quarters of all places, two get
/// three sevenths each, and however many there are, one more finds some.
const SHARE: usize = 3;
/// Of one site so many at once are let in for as long as it likes: enough for full batches (measured: at three times what the
/// service can do, 750 get no more done than 128, and wait five times as long).
const CROWD: usize = 128;
/// More than that, only for so long.
const CROWD_TIME: Duration = Duration::from_millis(100);

/// Lets in so many requests at once.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Mutex<Places>>);

#[derive(Debug)]
struct Places {
    free: usize,
    /// Those that have some.
    sites: HashMap<Box<str>, usize>,
    crowds: HashMap<Box<str>, Crowd>,
}

/// When somebody has met it. It is over when nobody has for as long as it is let in.
#[derive(Debug)]
struct Crowd {
    first: Instant,
    last: Instant,
}

/// A place, until it is dropped.
#[derive(Debug)]
struct Place {
    gate: Gate,
    site: Box<str>,
}

impl Gate {
    /// For this many.
    #[must_use]
    pub fn of(requests: usize) -> Self {
        // Shown from the start.
        metrics::counter!("causerie_requests_shed_total").increment(0);
        Self(Arc::new(Mutex::new(Places { free: requests, sites: HashMap::new(), crowds: HashMap::new() })))
    }

    fn enter(&self, site: &str) -> Option<Place> {
        let mut places = self.lock();
        let held = places.sites.get(site).copied().unwrap_or_default();
        if (held >= CROWD && places.is_lasting_crowd(site)) || held >= places.free.saturating_mul(SHARE) {
            return None;
        }
        places.free -= 1;
        *places.sites.entry(site.into()).or_default() += 1;
        Some(Place { gate: self.clone(), site: site.into() })
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    fn is_lasting_crowd(&mut self, site: &str) -> bool {
        let now = Instant::now();
        let is_over = |crowd: &Crowd| now - crowd.last >= CROWD_TIME;
        match self.crowds.get_mut(site) {
            Some(crowd) if !is_over(crowd) => {
                crowd.last = now;
                now - crowd.first >= CROWD_TIME
            }
            _ => {
                self.crowds.retain(|_, crowd| !is_over(crowd));
                self.crowds.insert(site.into(), Crowd { first: now, last: now });
                false
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.gate.lock();
        places.free += 1;
        if let Some(held) = places.sites.get_mut(&self.site) {
            *held -= 1;
            if *held == 0 {
                places.sites.remove(&self.site);
            }
        }
    }
}

/// Lets a request in to its route, or not. A stream's place is free again when its answer has begun.
///
/// Outside of everything: who is refused is one of many, when the service has the least time for them.
pub(super) async fn let_in(gate: &Gate, request: Request, routes: Router) -> Response {
    // Who asks how the service is must learn it then of all times; a preflight is done at once.
    let watched = ["/livez", "/readyz", "/metrics"].contains(&request.uri().path());
    let place = if watched || request.method() == Method::OPTIONS {
        None
    } else {
        let Some(place) = gate.enter(site_of(request.uri().path())) else { return refusal(&request) };
        Some(place)
    };
    let answered = routes.oneshot(request).await;
    drop(place);
    match answered {
        Ok(answer) => answer,
        Err(never) => match never {},
    }
}

/// Written here and now. Any page may read it, as it says nothing of anybody.
fn refusal(request: &Request) -> Response {
    metrics::counter!("causerie_requests_shed_total").increment(1);
    let busy = Problem::unavailable("service.busy", "too many requests at once; nothing was done");
    let mut answer = busy.write(&trace_id_of(request.headers()));
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    secure(answer)
}

/// As the path names it, whether there is one or not. What is of no site shares a place of its own.
pub(super) fn site_of(path: &str) -> &str {
    let below = path.strip_prefix("/v1/sites/").unwrap_or_default();
    below.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_site_leaves_room_for_others_and_gets_its_places_back() {
        let gate = Gate::of(1_000);
        let fill = |site: &str| std::iter::from_fn(|| gate.enter(site)).collect::<Vec<_>>();
        let loud = fill("loud");
        assert_eq!(loud.len(), 750);
        let second = fill("second");
        assert!((100..250).contains(&second.len()), "{}", second.len());
        assert!(gate.enter("quiet").is_some());
        drop((loud, second));
        assert!(gate.lock().sites.is_empty());
        // Let go of the lock before somebody enters.
        let free = gate.lock().free;
        assert_eq!((free, fill("loud").len()), (1_000, 750));
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_is_let_in_but_not_for_long() {
        let gate = Gate::of(1_000);
        let fill = |site: &str| std::iter::from_fn(|| gate.enter(site)).collect::<Vec<_>>();
        let mut loud = fill("loud");
        assert_eq!(loud.len(), 750);
        tokio::time::advance(CROWD_TIME / 2).await;
        assert!(gate.enter("loud").is_none());
        tokio::time::advance(CROWD_TIME / 2).await;
        // However many are done at once, there is room for no more than a crowd.
        loud.truncate(0);
        loud = fill("loud");
        assert_eq!(loud.len(), CROWD);
        assert_eq!(fill("quiet").len(), 654);
        // It was met for the last time just now.
        tokio::time::advance(CROWD_TIME).await;
        assert_eq!(loud.len() + fill("loud").len(), 750);
        assert_eq!(gate.lock().crowds.len(), 1);
    }

    #[test]
    fn no_more_are_let_in_than_there_are_places() {
        let gate = Gate::of(4);
        let all: Vec<_> = (0..50).filter_map(|site| gate.enter(&site.to_string())).collect();
        assert_eq!(all.len(), 4);
        assert!(Gate::of(0).enter("acme").is_none());
    }

    #[test]
    fn a_request_is_of_the_site_that_its_path_names() {
        for (path, site) in [("/v1/sites/acme/stream", "acme"), ("/v1/sites/acme", "acme"), ("/docs", ""), ("/", "")] {
            assert_eq!(site_of(path), site);
        }
    }
}
