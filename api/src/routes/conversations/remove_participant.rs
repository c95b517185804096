//! `DELETE /v1/sites/{site}/conversations/{conversation}/participants/{member}`: RemoveParticipant; of oneself, LeaveGroup.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_events::ConversationId;

use crate::auth::Caller;
use crate::commands::RemoveParticipant;
use crate::problem::Problem;
use crate::request::Path;
use crate::routes::answer::Answer;
use crate::state::AppState;

pub(crate) async fn remove_participant(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id, member)): Path<(String, ConversationId, String)>,
) -> Result<impl IntoResponse, Problem> {
    let member = caller.named(&member)?;
    let leaving = member == caller.member;
    let remove = RemoveParticipant { site: caller.site.clone(), conversation: id, member };
    let receipt = state.commands.execute(caller.sender(), remove).await?;
    let answer = super::answer(StatusCode::OK, id, receipt);
    // Who has left does not see who is in the group any more.
    Ok(Answer { resource: answer.resource.filter(|_| !leaving), ..answer })
}
