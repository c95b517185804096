//! `PATCH /v1/sites/{site}/conversations/{conversation}/messages/{message}`: EditMessage.

use axum::extract::State;
use causerie_domain::message::EditMessage;
use causerie_events::{ConversationId, MessageId, MessageText};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{CONVERSATION, Doc, MESSAGE_TEXT, STANDING, VOICE};
use crate::problem::Problem;
use crate::request::{Json, Path};
use crate::routes::messages::{CommandResult, now, respond};
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EditMessageRequest {
    /// Plain text.
    #[schemars(with = "MessageText")]
    text: String,
}

pub(crate) const EDIT_MESSAGE: Doc = Doc::new("EditMessage", "Changes the text of a message. By the author.")
    .example(r#"{ "text": "Who is in on Saturday?" }"#)
    .refuses(&[
        STANDING,
        VOICE,
        CONVERSATION,
        MESSAGE_TEXT,
        &[codes::CONVERSATION_CLOSED, codes::MESSAGE_NOT_FOUND, codes::MESSAGE_AUTHOR_ONLY, codes::MESSAGE_DELETED],
    ]);

pub(crate) async fn edit_message(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation, message)): Path<(String, ConversationId, MessageId)>,
    Json(request): Json<EditMessageRequest>,
) -> CommandResult {
    state.limits.send(caller.limited())?;
    let edit = EditMessage {
        site: caller.site.clone(),
        conversation,
        message,
        text: MessageText::parse(request.text).map_err(|error| Problem::from(error).at("/text"))?,
        edited_at: now(),
    };
    respond(message, state.commands.execute(caller.registered(&state).await?, edit).await?)
}
