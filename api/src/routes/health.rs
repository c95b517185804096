//! Whether the process lives, and whether it can serve.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use crate::observe::Sample;
use crate::state::AppState;

/// The process answers.
pub(super) async fn livez() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

/// The service can take commands; and which part is down or behind. Commands need Postgres only: without NATS, or with a
/// read model that is behind, the service is degraded and still ready.
pub(super) async fn readyz(State(state): State<AppState>) -> Response {
    let sample = state.health.sample().await;
    let stopping = state.stop.is_cancelled();
    let (status, word) = match (sample.postgres && !stopping, sample.is_well()) {
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        (true, false) => (StatusCode::OK, "degraded"),
        (true, true) => (StatusCode::OK, "ok"),
    };
    (status, Json(json!({ "status": word, "stopping": stopping, "parts": parts(&sample) }))).into_response()
}

fn parts(sample: &Sample) -> Value {
    let word = |works| json!({ "status": if works { "ok" } else { "unavailable" } });
    let projections: Map<String, Value> =
        sample.projections.iter().map(|(name, keeping)| ((*name).to_owned(), json!(keeping))).collect();
    json!({
        "postgres": word(sample.postgres),
        "nats": word(sample.nats),
        "relay": sample.relay,
        "projections": projections,
    })
}
