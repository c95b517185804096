//! `PATCH /v1/sites/{site}/conversations/{conversation}/messages/{message}`: EditMessage, by its author.

use axum::extract::State;
use axum::response::IntoResponse;
use causerie_events::{ConversationId, MessageId, MessageText};
use serde::Deserialize;

use crate::auth::Caller;
use crate::commands::EditMessage;
use crate::problem::Problem;
use crate::request::{Json, Path};
use crate::routes::messages::{answer, now};
use crate::state::AppState;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    text: String,
}

pub(crate) async fn edit_message(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation, message)): Path<(String, ConversationId, MessageId)>,
    Json(request): Json<Request>,
) -> Result<impl IntoResponse, Problem> {
    state.limits.send(&caller)?;
    let edit = EditMessage {
        site: caller.site.clone(),
        conversation,
        message,
        text: MessageText::parse(request.text).map_err(|error| Problem::from(error).at("/text"))?,
        edited_at: now(),
    };
    Ok(answer(message, state.commands.execute(caller.sender(), edit).await?))
}
