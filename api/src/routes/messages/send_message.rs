//! `PUT /v1/sites/{site}/conversations/{conversation}/messages/{message}`: SendMessage.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_domain::Message;
use causerie_events::{ConversationId, MessageId, MessageText};
use serde::Deserialize;

use crate::auth::Caller;
use crate::commands::{Receipt, SendMessage};
use crate::problem::Problem;
use crate::request::{Json, Path};
use crate::routes::answer::Answer;
use crate::routes::messages::{MessageResource, now};
use crate::state::AppState;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    text: String,
    reply_to: Option<MessageId>,
}

pub(crate) async fn send_message(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation, id)): Path<(String, ConversationId, MessageId)>,
    Json(request): Json<Request>,
) -> Result<impl IntoResponse, Problem> {
    state.limits.send(&caller)?;
    let send = SendMessage {
        site: caller.site.clone(),
        conversation,
        message: id,
        text: MessageText::parse(request.text).map_err(|error| Problem::from(error).at("/text"))?,
        reply_to: request.reply_to,
        sent_at: now(),
    };
    let receipt = state.commands.send(caller.sender(), send).await?;
    let Receipt { aggregate, version, position } = receipt;
    // As it was sent: the same answer for ever, whatever became of the message since.
    let resource = match aggregate {
        Message::Missing => None,
        Message::Posted(posted) => Some(MessageResource::sent(id, posted.sent)),
    };
    Ok(Answer { status: StatusCode::CREATED, resource, version, position })
}
