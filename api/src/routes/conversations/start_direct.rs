//! `PUT /v1/sites/{site}/direct/{member}`: StartDirectConversation. Its id follows from the two members.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_events::ConversationId;

use crate::auth::Caller;
use crate::commands::StartDirectConversation;
use crate::problem::Problem;
use crate::request::Path;
use crate::state::AppState;

pub(crate) async fn start_direct_conversation(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> Result<impl IntoResponse, Problem> {
    let member = caller.named(&member)?;
    let id = ConversationId::direct(&caller.site, &caller.member, &member);
    let start = StartDirectConversation { site: caller.site.clone(), member };
    let receipt = state.commands.execute(caller.sender(), start).await?;
    Ok(super::answer(StatusCode::OK, id, receipt))
}
