//! `PATCH /v1/sites/{site}/conversations/{conversation}/preferences`: ChangePreferences, what is given.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_events::ConversationId;
use serde::{Deserialize, Serialize};

use crate::auth::Caller;
use crate::commands::ChangePreferences;
use crate::problem::Problem;
use crate::request::{Json, Path};
use crate::routes::answer::Answer;
use crate::state::AppState;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    muted: Option<bool>,
    archived: Option<bool>,
    pinned: Option<bool>,
}

/// How the caller keeps the conversation.
#[derive(Debug, Serialize)]
struct Preferences {
    muted: bool,
    archived: bool,
    pinned: bool,
}

pub(crate) async fn change_preferences(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation)): Path<(String, ConversationId)>,
    Json(request): Json<Request>,
) -> Result<impl IntoResponse, Problem> {
    let Request { muted, archived, pinned } = request;
    let change = ChangePreferences { site: caller.site.clone(), conversation, muted, archived, pinned };
    let receipt = state.commands.execute(caller.sender(), change).await?;
    let now = receipt.aggregate;
    let resource = Preferences { muted: now.muted, archived: now.archived, pinned: now.pinned };
    Ok(Answer { status: StatusCode::OK, resource, version: receipt.version, position: receipt.position })
}
