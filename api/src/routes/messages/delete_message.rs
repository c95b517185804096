//! `DELETE /v1/sites/{site}/conversations/{conversation}/messages/{message}`: DeleteMessage. A placeholder stays.

use axum::extract::State;
use axum::response::IntoResponse;
use causerie_events::{ConversationId, MessageId};

use crate::auth::Caller;
use crate::commands::DeleteMessage;
use crate::problem::Problem;
use crate::request::Path;
use crate::routes::messages::answer;
use crate::state::AppState;

pub(crate) async fn delete_message(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation, message)): Path<(String, ConversationId, MessageId)>,
) -> Result<impl IntoResponse, Problem> {
    let delete = DeleteMessage { site: caller.site.clone(), conversation, message };
    Ok(answer(message, state.commands.execute(caller.sender(), delete).await?))
}
