//! `GET /v1/sites/{site}/conversations`: ListConversations, the caller's own, latest first.

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
    caller.require_reader(&state).await?;
    let query = ListConversations {
        site: caller.site,
        member: caller.actor.member,
        kind: parameters.kind,
        only: None,
        after: parameters.cursor.as_deref().map(ListConversations::place).transpose()?,
        limit: parameters.limit.get(),
    };
    state.wait_for(conversation_list::NAME, position).await?;
    Ok(Json(conversation_list::list(state.database.pool(), &query).await?))
}
