//! `GET /metrics`: for Prometheus. No token, as Prometheus sends none, and so nothing of sites or members in it.

use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::{IntoResponse, Response};

use crate::observe;
use crate::openapi::Doc;
use crate::problem::Problem;
use crate::state::AppState;

const TEXT_FORMAT: (HeaderName, &str) = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");

pub(crate) const METRICS: Doc = Doc::new("GetMetrics", "What the operator watches, in the text format of Prometheus.")
    .answers(&[(200, "text/plain")])
    .refuses(&[&["metrics.none"]]);

pub(super) async fn metrics(State(state): State<AppState>) -> Result<Response, Problem> {
    let text = observe::render(&state).await;
    let text = text.ok_or_else(|| Problem::unavailable("metrics.none", "this process keeps no metrics"))?;
    Ok(([TEXT_FORMAT], text).into_response())
}
