//! `GET /metrics`: for Prometheus. Prometheus sends no token, so the metrics contain no data of sites or members.

use aide::axum::ApiRouter;
use aide::axum::routing::get_with;
use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};

use crate::codes;
use crate::observe::Monitor;
use crate::openapi::Doc;
use crate::problem::Problem;
use crate::state::AppState;

pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/metrics", get_with(metrics, METRICS.write()))
        .with_path_items(|item| item.tag("Service"))
}

const TEXT_FORMAT: (HeaderName, &str) = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");

pub(crate) const METRICS: Doc = Doc::new("GetMetrics", "Metrics for the operator, in the text format of Prometheus.")
    .more(
        "If `server.health_listen` is set, metrics are served there, and this route returns 404 `route.not_found`. \
         `/livez` and `/readyz` are served at both addresses.",
    )
    .responds(&[(200, "text/plain")])
    .refuses(&[&[codes::METRICS_NONE, codes::ROUTE_NOT_FOUND]]);

/// On the port of the API.
pub(super) async fn metrics(State(state): State<AppState>) -> Result<Response, Problem> {
    if state.metrics_elsewhere {
        let detail = "the metrics are served at server.health_listen";
        return Err(Problem::new(codes::ROUTE_NOT_FOUND, detail));
    }
    metrics_of(State(state.monitor.clone())).await
}

/// On the port for health.
pub(super) async fn metrics_of(State(monitor): State<Monitor>) -> Result<Response, Problem> {
    let text = monitor.render().await;
    let text = text.ok_or_else(|| Problem::new(codes::METRICS_NONE, "this process records no metrics"))?;
    Ok(([TEXT_FORMAT], text).into_response())
}
