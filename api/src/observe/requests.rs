//! HTTP requests by route, method and status. Routes as patterns: an address in a label would be a metric for each.

use axum::extract::MatchedPath;
use axum::http::{Method, Request};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::{Span, info_span};

use crate::request::RequestId;

/// Counts a request and how long its answer took to begin; a stream's begins at once.
pub async fn count(request: axum::extract::Request, next: Next) -> Response {
    let started = Instant::now();
    let method = name(request.method());
    let route =
        request.extensions().get::<MatchedPath>().map_or_else(|| "none".to_owned(), |path| path.as_str().into());
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    metrics::histogram!("causerie_http_request_seconds", "route" => route.clone(), "method" => method)
        .record(started.elapsed());
    metrics::counter!("causerie_http_requests_total", "route" => route, "method" => method, "status" => status)
        .increment(1);
    response
}

/// What the log lines of a request carry: they are found by the `trace_id` of its answer. The path without its query, which
/// holds what people search for, and tickets.
pub fn span_of<B>(request: &Request<B>) -> Span {
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.as_str());
    info_span!("request", method = name(request.method()), path = request.uri().path(), request_id)
}

/// A client may make methods up.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::PUT => "PUT",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
