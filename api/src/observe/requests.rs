//! HTTP requests by route, method and status. Routes as patterns: an address in a label would be a metric for each.

use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::{Method, Request, StatusCode};
use tokio::time::Instant;
use tower_http::classify::ServerErrorsFailureClass;
use tracing::{Span, info_span};

use crate::request::RequestId;

/// A request that is worked on.
pub struct Asked {
    at: Instant,
    method: &'static str,
    route: Option<MatchedPath>,
}

impl Asked {
    /// One that has come just now.
    pub fn now<B>(request: &Request<B>) -> Self {
        let route = request.extensions().get::<MatchedPath>().cloned();
        Self { at: Instant::now(), method: name(request.method()), route }
    }

    /// Counts it, and how long its answer took to begin; a stream's begins at once.
    pub fn answered(self, status: StatusCode) {
        let Self { at, method, route } = self;
        let route = route.as_ref().map_or("none", MatchedPath::as_str).to_owned();
        let status = status.as_u16().to_string();
        metrics::histogram!("causerie_http_request_seconds", "route" => route.clone(), "method" => method)
            .record(at.elapsed());
        metrics::counter!("causerie_http_requests_total", "route" => route, "method" => method, "status" => status)
            .increment(1);
    }
}

/// What the log lines of a request carry: they are found by the `trace_id` of its answer. The path without its query, which
/// holds what people search for, and tickets.
pub fn span_of<B>(request: &Request<B>) -> Span {
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.as_str());
    info_span!("request", method = name(request.method()), path = request.uri().path(), request_id)
}

/// Notes a failure. What a client can bring about by itself, as a position that no read model shows yet, is not one: where
/// the service is at fault the cause is logged where it arises.
#[expect(clippy::needless_pass_by_value, reason = "as the layer hands it over")]
pub fn log_failure(class: ServerErrorsFailureClass, latency: Duration, _: &Span) {
    if let ServerErrorsFailureClass::StatusCode(StatusCode::SERVICE_UNAVAILABLE) = class {
        tracing::debug!(?latency, "a request is refused for now");
    } else {
        tracing::error!(classification = %class, ?latency, "response failed");
    }
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
