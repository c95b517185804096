//! `PUT /v1/sites/{site}/conversations/{conversation}/messages/{message}`: SendMessage.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_domain::Message;
use causerie_events::{ConversationId, MemberId, MessageId, MessageText};
use jiff::{Timestamp, TimestampRound, Unit};
use serde::{Deserialize, Serialize};

use crate::auth::Caller;
use crate::commands::NewMessage;
use crate::problem::Problem;
use crate::request::{Json, Path};
use crate::routes::answer::Answer;
use crate::state::AppState;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    text: String,
    reply_to: Option<MessageId>,
}

/// The message as taken. Its `seq` is the read model's to give: see ListMessages and the stream.
#[derive(Debug, Serialize)]
struct TakenMessage {
    id: MessageId,
    conversation_id: ConversationId,
    author: MemberId,
    text: MessageText,
    sent_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<MessageId>,
}

pub(crate) async fn send_message(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation, id)): Path<(String, ConversationId, MessageId)>,
    Json(request): Json<Request>,
) -> Result<impl IntoResponse, Problem> {
    state.limits.send(&caller)?;
    let new = NewMessage {
        conversation,
        text: MessageText::parse(request.text).map_err(|error| Problem::from(error).at("/text"))?,
        reply_to: request.reply_to,
        sent_at: now(),
    };
    let receipt = state.commands.send_message(caller.sender(), caller.site, id, new).await?;
    let resource = match receipt.aggregate {
        Message::Missing => None,
        Message::Sent(sent) => Some(TakenMessage {
            id,
            conversation_id: sent.conversation_id,
            author: sent.author_id,
            text: sent.text,
            sent_at: sent.sent_at,
            reply_to: sent.reply_to,
        }),
    };
    Ok(Answer { status: StatusCode::CREATED, resource, version: receipt.version, position: receipt.position })
}

/// The service's clock, to the microsecond: what Postgres can keep.
fn now() -> Timestamp {
    let now = Timestamp::now();
    now.round(TimestampRound::new().smallest(Unit::Microsecond)).unwrap_or(now)
}
