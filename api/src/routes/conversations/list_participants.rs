//! `GET /v1/sites/{site}/conversations/{conversation}/participants`: ListParticipants, by standing.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use causerie_domain::permission::ConversationAct;
use causerie_events::ConversationId;
use causerie_projections::{Cursor, conversation_list};
use serde::Deserialize;

use crate::auth::Caller;
use crate::problem::Problem;
use crate::request::{MinPosition, Path, Query};
use crate::routes::paging::Limit;
use crate::state::AppState;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

pub(crate) async fn list_participants(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
    MinPosition(position): MinPosition,
    Query(parameters): Query<Parameters>,
) -> Result<impl IntoResponse, Problem> {
    caller.reader_of(&state, ConversationAct::Inspect, id).await?;
    let after = parameters.cursor.as_deref().map(Cursor::read).transpose()?;
    state.wait_for(conversation_list::NAME, position).await?;
    let pool = state.database.pool();
    Ok(Json(conversation_list::participants(pool, &caller.site, id, after, parameters.limit.get()).await?))
}
