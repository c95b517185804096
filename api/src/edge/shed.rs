//! How many requests are worked on at once. What is too much is told so at once: whoever waits in a long line has given up
//! when their turn comes, and the work on it is lost to all.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// Lets in so many requests at once.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// For this many.
    #[must_use]
    pub fn of(requests: usize) -> Self {
        // Shown from the start.
        metrics::counter!("causerie_requests_shed_total").increment(0);
        Self(Arc::new(Semaphore::new(requests)))
    }
}

/// Lets a request in, or not. A stream's place is free again when its answer has begun.
pub async fn let_in(State(Gate(places)): State<Gate>, request: Request, next: Next) -> Response {
    // Who asks how the service is must learn it then of all times.
    let watched = ["/livez", "/readyz", "/metrics"].contains(&request.uri().path());
    if watched {
        return next.run(request).await;
    }
    let Ok(_place) = places.try_acquire() else {
        metrics::counter!("causerie_requests_shed_total").increment(1);
        return Problem::unavailable("service.busy", "too many requests at once; nothing was done").into_response();
    };
    next.run(request).await
}
