//! Whether the process lives, and whether it can serve.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::state::AppState;

/// The process answers.
pub(super) async fn livez() -> Json<serde_json::Value> {
    Json(json!({ "status": "ok" }))
}

/// The service can take commands. NATS is named but not required: sends do not need it.
pub(super) async fn readyz(State(state): State<AppState>) -> Response {
    let postgres = state.database.ping().await.is_ok();
    let stopping = state.stop.is_cancelled();
    let word = |works| if works { "ok" } else { "unavailable" };
    let body = json!({
        "status": if postgres && !stopping { "ok" } else { "unavailable" },
        "stopping": stopping,
        "parts": { "postgres": word(postgres), "nats": word(state.nats.is_connected()) },
    });
    let status = if postgres && !stopping { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}
