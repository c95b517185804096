//! `PUT /v1/sites/{site}/conversations/{conversation}/participants/{member}`: AddParticipant.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_events::ConversationId;

use crate::auth::Caller;
use crate::commands::AddParticipant;
use crate::problem::Problem;
use crate::request::Path;
use crate::state::AppState;

pub(crate) async fn add_participant(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id, member)): Path<(String, ConversationId, String)>,
) -> Result<impl IntoResponse, Problem> {
    let member = caller.named(&member)?;
    let add = AddParticipant { site: caller.site.clone(), conversation: id, member };
    let receipt = state.commands.execute(caller.sender(), add).await?;
    Ok(super::answer(StatusCode::OK, id, receipt))
}
