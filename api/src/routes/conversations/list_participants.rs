//! `GET /v1/sites/{site}/conversations/{conversation}/participants`: ListParticipants, by standing.

use axum::Json;
use axum::extract::State;
use causerie_domain::permission::ConversationAction;
use causerie_events::ConversationId;
use causerie_projections::Cursor;
use causerie_projections::conversation_list::{self, ParticipantsPage};

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{CONVERSATION, Doc, STANDING};
use crate::problem::Problem;
use crate::request::{MinPosition, Path, Query};
use crate::routes::paging::Paging;
use crate::state::AppState;

pub(crate) const LIST_PARTICIPANTS: Doc = Doc::new("ListParticipants", "Who is in a conversation, the longest first.")
    .refuses(&[STANDING, CONVERSATION, &[codes::CURSOR_INVALID]]);

pub(crate) async fn list_participants(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
    MinPosition(position): MinPosition,
    Query(paging): Query<Paging>,
) -> Result<Json<ParticipantsPage>, Problem> {
    caller.reader_of(&state, ConversationAction::Inspect, id).await?;
    let after = paging.cursor.as_deref().map(Cursor::read).transpose()?;
    state.wait_for(conversation_list::NAME, position).await?;
    let pool = state.database.pool();
    Ok(Json(conversation_list::participants(pool, &caller.site, id, after, paging.limit.get()).await?))
}
