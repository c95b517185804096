//! HTTP requests by route, method and status. Routes as patterns: an address in a label would be a metric for each.

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;

/// Counts a request and how long its answer took to begin; a stream's begins at once.
pub async fn count(request: Request, next: Next) -> Response {
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
