//! `PUT /v1/sites/{site}/conversations/{conversation}/read-marker`: MarkRead. The marker never moves back.

use axum::extract::State;
use causerie_events::{ConversationId, MessageId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::codes;
use crate::commands::MarkRead;
use crate::openapi::{CONVERSATION, Doc, STANDING};
use crate::problem::Problem;
use crate::request::{Json, Path};
use crate::routes::answer::Answer;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    /// The last message that was read.
    message: MessageId,
}

/// The marker as it stands.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReadMarker")]
pub(crate) struct MarkerView {
    conversation_id: ConversationId,
    message: Option<MessageId>,
}

pub(crate) const MARK_READ: Doc = Doc::new("MarkRead", "Says how far the caller has read.")
    .more("The marker never moves back; the answer is the marker as it stands.")
    .example(r#"{ "message": "01980f6e-8d11-7c04-8a6b-5f4e3d2c1b0a" }"#)
    .refuses(&[STANDING, CONVERSATION, &[codes::MESSAGE_NOT_FOUND]]);

pub(crate) async fn mark_read(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation)): Path<(String, ConversationId)>,
    Json(request): Json<Request>,
) -> Result<Answer<MarkerView>, Problem> {
    let mark = MarkRead { site: caller.site.clone(), conversation, message: request.message };
    let receipt = state.commands.execute(caller.registered(&state).await?, mark).await?;
    let message = receipt.aggregate.marker.map(|marker| marker.message_id);
    let resource = MarkerView { conversation_id: conversation, message };
    Ok(Answer { resource, version: receipt.version, position: receipt.position })
}
