//! Measures HTTP requests by route, method and status. The label is the route pattern, because each
//! path would be a separate time series.

use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::{Method, Request, StatusCode};
use tokio::time::Instant;
use tower_http::classify::ServerErrorsFailureClass;
use tracing::{Span, info_span};

use crate::request::RequestId;

pub struct RequestTimer {
    started: Instant,
    method: &'static str,
    route: Option<MatchedPath>,
}

impl RequestTimer {
    pub fn start<B>(request: &Request<B>) -> Self {
        let route = request.extensions().get::<MatchedPath>().cloned();
        Self { started: Instant::now(), method: name(request.method()), route }
    }

    /// Records the time until the start of the response.
    pub fn finish(self, status: StatusCode) {
        let Self { started, method, route } = self;
        let route = route.as_ref().map_or("none", MatchedPath::as_str).to_owned();
        let status = status.as_u16().to_string();
        metrics::histogram!("causerie_http_request_seconds", "route" => route.clone(), "method" => method)
            .record(started.elapsed());
        metrics::counter!("causerie_http_requests_total", "route" => route, "method" => method, "status" => status)
            .increment(1);
    }
}

/// The span of a request. Its log lines contain the `trace_id` of the response as `request_id`. The
/// path has no query, because a query can contain search texts and tickets.
pub fn request_span<B>(request: &Request<B>) -> Span {
    let request_id = request.extensions().get::<RequestId>().map(|id| id.0.as_str());
    info_span!("request", method = name(request.method()), path = request.uri().path(), request_id)
}

/// Logs a failed response. 503 only at debug level, because clients can cause it; faults of the
/// service are logged where they occur.
#[expect(clippy::needless_pass_by_value, reason = "signature of the layer")]
pub fn log_failure(class: ServerErrorsFailureClass, latency: Duration, _: &Span) {
    if let ServerErrorsFailureClass::StatusCode(StatusCode::SERVICE_UNAVAILABLE) = class {
        tracing::debug!(?latency, "request rejected with 503");
    } else {
        tracing::error!(classification = %class, ?latency, "response failed");
    }
}

/// Maps unknown methods to one label, because clients can send any method.
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
