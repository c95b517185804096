//! `GET /v1/sites/{site}/conversations`: ListConversations, the caller's own, latest first. Staff see those with the
//! business too: the inbox.

use axum::Json;
use axum::extract::State;
use causerie_events::conversation::ConversationKind;
use causerie_projections::conversation_list::{self, ListConversations};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::request::{MinPosition, Query};
use crate::routes::paging::Limit;
use crate::state::AppState;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Parameters {
    /// Only of this kind.
    kind: Option<ConversationKind>,
    /// Those put out of the list; without it, the list.
    #[serde(default)]
    archived: bool,
    /// Only those that the caller has pinned, or only those they have not.
    pinned: Option<bool>,
    /// The `next` of the page before.
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

pub(crate) const LIST_CONVERSATIONS: Doc = Doc::new("ListConversations", "The caller's conversations, latest first.")
    .more("Owner and staff see all conversations with the business too.")
    .refuses(&[STANDING, &[codes::CURSOR_INVALID]]);

pub(crate) async fn list_conversations(
    State(state): State<AppState>,
    caller: Caller,
    MinPosition(position): MinPosition,
    Query(parameters): Query<Parameters>,
) -> Result<Json<conversation_list::Page>, Problem> {
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
