//! `PATCH /v1/sites/{site}/conversations/{conversation}`: ChangeGroup, what is given.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_events::conversation::History;
use causerie_events::{ConversationId, GroupName};
use serde::Deserialize;

use crate::auth::Caller;
use crate::commands::ChangeGroup;
use crate::problem::Problem;
use crate::request::{Json, Path, optional_choice};
use crate::state::AppState;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    name: Option<String>,
    #[serde(default, deserialize_with = "optional_choice")]
    history: Option<History>,
}

pub(crate) async fn change_group(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
    Json(request): Json<Request>,
) -> Result<impl IntoResponse, Problem> {
    let name = request.name.map(GroupName::parse).transpose().map_err(|error| Problem::from(error).at("/name"))?;
    let change = ChangeGroup { site: caller.site.clone(), conversation: id, name, history: request.history };
    let receipt = state.commands.execute(caller.sender(), change).await?;
    Ok(super::answer(StatusCode::OK, id, receipt))
}
