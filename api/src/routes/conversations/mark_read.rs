//! `PUT /v1/sites/{site}/conversations/{conversation}/read-marker`: MarkRead. The marker never moves back.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_events::{ConversationId, MessageId};
use serde::{Deserialize, Serialize};

use crate::auth::Caller;
use crate::commands::MarkRead;
use crate::problem::Problem;
use crate::request::{Json, Path};
use crate::routes::answer::Answer;
use crate::state::AppState;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    message: MessageId,
}

/// The marker as it stands.
#[derive(Debug, Serialize)]
struct MarkerView {
    conversation_id: ConversationId,
    message: Option<MessageId>,
}

pub(crate) async fn mark_read(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation)): Path<(String, ConversationId)>,
    Json(request): Json<Request>,
) -> Result<impl IntoResponse, Problem> {
    let mark = MarkRead { site: caller.site.clone(), conversation, message: request.message };
    let receipt = state.commands.execute(caller.sender(), mark).await?;
    let message = receipt.aggregate.marker.map(|marker| marker.message_id);
    let resource = MarkerView { conversation_id: conversation, message };
    Ok(Answer { status: StatusCode::OK, resource, version: receipt.version, position: receipt.position })
}
