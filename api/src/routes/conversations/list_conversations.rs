//! `GET /v1/sites/{site}/conversations`: ListConversations, those of the caller, latest first. Staff also see the inbox:
//! all conversations with the business.

use axum::Json;
use axum::extract::State;
use causerie_events::conversation::ConversationKind;
use causerie_projections::Cursor;
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
pub(crate) struct ListConversationsParameters {
    /// Only conversations of this kind.
    kind: Option<ConversationKind>,
    /// Whether to list the archived conversations instead of the others.
    #[serde(default)]
    archived: bool,
    /// Only conversations that the caller has pinned, or only the others.
    pinned: Option<bool>,
    /// Whether to list only conversations with unread messages. A page may then have fewer items than `limit`, also none, and
    /// a `next`.
    #[serde(default)]
    unread: bool,
    /// The `next` of the previous page.
    cursor: Option<String>,
    #[serde(default)]
    limit: Limit,
}

pub(crate) const LIST_CONVERSATIONS: Doc = Doc::new("ListConversations", "The caller's conversations, latest first.")
    .more("Owner and staff also see all conversations with the business.")
    .refuses(&[STANDING, &[codes::CURSOR_INVALID]]);

pub(crate) async fn list_conversations(
    State(state): State<AppState>,
    caller: Caller,
    MinPosition(position): MinPosition,
    Query(parameters): Query<ListConversationsParameters>,
) -> Result<Json<conversation_list::ConversationPage>, Problem> {
    let actor = caller.reader(&state).await?;
    let query = ListConversations {
        site: caller.site,
        staff: actor.is_staff(),
        member: actor.member,
        kind: parameters.kind,
        archived: Some(parameters.archived),
        pinned: parameters.pinned,
        unread: parameters.unread,
        only: None,
        after: parameters.cursor.as_deref().map(Cursor::read).transpose()?,
        limit: parameters.limit.get(),
    };
    for model in conversation_list::READS {
        state.wait_for(model, position).await?;
    }
    Ok(Json(conversation_list::list(state.database.pool(), &query).await?))
}
