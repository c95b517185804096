//! `PUT /v1/sites/{site}/conversations/{conversation}/messages/{message}`: SendMessage.

use axum::extract::State;
use causerie_domain::Message;
use causerie_domain::message::SendMessage;
use causerie_events::{ConversationId, MessageId, MessageText};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::commands::Receipt;
use crate::openapi::{CONVERSATION, Doc, MESSAGE_TEXT, STANDING, VOICE};
use crate::problem::Problem;
use crate::request::{Json, Path};
use crate::routes::messages::{CommandResult, SentMessage, now};
use crate::routes::response::CommandResponse;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SendMessageRequest {
    /// Plain text.
    #[schemars(with = "MessageText")]
    text: String,
    /// The message of the same conversation that this message replies to.
    reply_to: Option<MessageId>,
}

pub(crate) const SEND_MESSAGE: Doc = Doc::new("SendMessage", "Sends a message to a conversation.")
    .more("Repeating the request returns the original response, also after an edit or a deletion.")
    .example(r#"{ "text": "Who is in on Sunday?" }"#)
    .refuses(&[
        STANDING,
        VOICE,
        CONVERSATION,
        MESSAGE_TEXT,
        &[codes::CONVERSATION_CLOSED, codes::MESSAGE_ID_TAKEN, codes::MESSAGE_REPLY_TO_UNKNOWN],
    ]);

pub(crate) async fn send_message(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation, id)): Path<(String, ConversationId, MessageId)>,
    Json(request): Json<SendMessageRequest>,
) -> CommandResult<201> {
    state.limits.send(caller.limited())?;
    let send = SendMessage {
        site: caller.site.clone(),
        conversation,
        message: id,
        text: MessageText::parse(request.text).map_err(|error| Problem::from(error).at("/text"))?,
        reply_to: request.reply_to,
        sent_at: now(),
    };
    let receipt = state.commands.send(caller.registered(&state).await?, send).await?;
    let Receipt { aggregate, version, position } = receipt;
    // As sent: repeating the request returns the original response, also after an edit or a deletion.
    let resource = match aggregate {
        Message::Missing => None,
        Message::Posted(posted) => Some(SentMessage::sent(id, posted.sent)),
    };
    CommandResponse::of(resource, version, position)
}
