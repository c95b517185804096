//! `PUT /v1/sites/{site}/groups/{conversation}`: CreateGroup.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_events::conversation::History;
use causerie_events::{ConversationId, GroupName, MemberId};
use serde::Deserialize;

use crate::auth::Caller;
use crate::commands::CreateGroup;
use crate::problem::Problem;
use crate::request::{Json, Path, choice};
use crate::state::AppState;

/// More names than the largest group of any site are refused before they are looked up.
const MAX_PARTICIPANTS: usize = 1000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    name: String,
    #[serde(default)]
    participants: Vec<MemberId>,
    #[serde(default, deserialize_with = "choice")]
    history: History,
}

pub(crate) async fn create_group(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
    Json(request): Json<Request>,
) -> Result<impl IntoResponse, Problem> {
    if request.participants.len() > MAX_PARTICIPANTS {
        let detail = "a group has at most 1,000 participants";
        return Err(
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "group.too_many_participants", detail).at("/participants")
        );
    }
    let create = CreateGroup {
        site: caller.site.clone(),
        conversation: id,
        name: GroupName::parse(request.name).map_err(|error| Problem::from(error).at("/name"))?,
        participants: request.participants,
        history: request.history,
    };
    let receipt = state.commands.execute(caller.sender(), create).await?;
    Ok(super::answer(StatusCode::CREATED, id, receipt))
}
