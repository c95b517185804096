//! `PUT /v1/sites/{site}/conversations/{conversation}/participants/{member}`: AddParticipant.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_events::ConversationId;

use crate::auth::Caller;
use crate::problem::Problem;
use crate::request::Path;
use crate::state::AppState;

pub(crate) async fn add_participant(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id, member)): Path<(String, ConversationId, String)>,
) -> Result<impl IntoResponse, Problem> {
    let member = caller.named(&member)?;
    let receipt = state.commands.add_participant(caller.sender(), caller.site, id, member).await?;
    Ok(super::answer(StatusCode::OK, id, receipt))
}
