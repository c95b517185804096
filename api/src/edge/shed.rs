//! How many requests are worked on at once. What is too much is told so at once: whoever waits in a long line has given up
//! when their turn comes, and the work on it is lost to all.
//!
//! No site takes all places: one that floods the service leaves room for the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::problem::Problem;
use crate::request::trace_id_of;

/// A site is let in while it has less than this many times what is free: alone it gets three quarters of all places, two get
/// three sevenths each, and however many there are, one more finds some.
const SHARE: usize = 3;

/// Lets in so many requests at once.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Mutex<Places>>);

#[derive(Debug)]
struct Places {
    free: usize,
    /// Those that have some.
    sites: HashMap<Box<str>, usize>,
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
        Self(Arc::new(Mutex::new(Places { free: requests, sites: HashMap::new() })))
    }

    fn enter(&self, site: &str) -> Option<Place> {
        let mut places = self.lock();
        let held = places.sites.get(site).copied().unwrap_or_default();
        if held >= places.free.saturating_mul(SHARE) {
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

/// Lets a request in, or not. A stream's place is free again when its answer has begun.
pub async fn let_in(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    // Who asks how the service is must learn it then of all times; a preflight is done at once.
    let watched = ["/livez", "/readyz", "/metrics"].contains(&request.uri().path());
    if watched || request.method() == Method::OPTIONS {
        return next.run(request).await;
    }
    let Some(_place) = gate.enter(site_of(request.uri().path())) else { return refusal(&request) };
    next.run(request).await
}

/// Written here and now. Any page may read it, as it says nothing of anybody.
fn refusal(request: &Request) -> Response {
    metrics::counter!("causerie_requests_shed_total").increment(1);
    let busy = Problem::unavailable("service.busy", "too many requests at once; nothing was done");
    let mut response = busy.write(&trace_id_of(request.headers()));
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("retry-after"));
    super::headers::add(headers);
    response
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
