//! `DELETE /v1/sites/{site}/conversations/{conversation}`: DeleteGroup. Its participants see it closed.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_events::ConversationId;

use crate::auth::Caller;
use crate::commands::DeleteGroup;
use crate::problem::Problem;
use crate::request::Path;
use crate::state::AppState;

pub(crate) async fn delete_group(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
) -> Result<impl IntoResponse, Problem> {
    let delete = DeleteGroup { site: caller.site.clone(), conversation: id };
    let receipt = state.commands.execute(caller.sender(), delete).await?;
    Ok(super::answer(StatusCode::OK, id, receipt))
}
