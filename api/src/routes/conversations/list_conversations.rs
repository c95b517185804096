//! `GET /v1/sites/{site}/conversations`: ListConversations, the caller's own, latest first. Staff see those with the
//! business too: the inbox.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use causerie_projections::conversation_list::{self, Kind, ListConversations};
use serde::Deserialize;

use crate::auth::Caller;
use crate::problem::Problem;
use crate::request::{MinPosition, Query};
use crate::routes::paging::Limit;
use crate::state::AppState;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    kind: Option<Kind>,
    /// Those put out of the list; without it, the list.
    #[serde(default)]
    archived: bool,
    pinned: Option<bool>,
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

pub(crate) async fn list_conversations(
    State(state): State<AppState>,
    caller: Caller,
    MinPosition(position): MinPosition,
    Query(parameters): Query<Parameters>,
) -> Result<impl IntoResponse, Problem> {
    let actor = caller.reader(&state).await?;
    let query = ListConversations {
        site: caller.site,
        staff: actor.is_staff(),
        member: actor.member,
        kind: parameters.kind,
        archived: Some(parameters.archived),
        pinned: parameters.pinned,
        only: None,
        after: parameters.cursor.as_deref().map(ListConversations::place).transpose()?,
        limit: parameters.limit.get(),
    };
    for model in conversation_list::READS {
        state.wait_for(model, position).await?;
    }
    Ok(Json(conversation_list::list(state.database.pool(), &query).await?))
}
