//! `GET /metrics`: for Prometheus. No token, as Prometheus sends none, and so nothing of sites or members in it.

use axum::extract::State;
use axum::http::{HeaderName, header};
use axum::response::IntoResponse;

use crate::observe;
use crate::problem::Problem;
use crate::state::AppState;

const TEXT_FORMAT: (HeaderName, &str) = (header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");

pub(super) async fn metrics(State(state): State<AppState>) -> Result<impl IntoResponse, Problem> {
    let text = observe::render(&state).await;
    let text = text.ok_or_else(|| Problem::unavailable("metrics.none", "this process keeps no metrics"))?;
    Ok(([TEXT_FORMAT], text))
}
