//! `GET /v1/sites/{site}/conversations/{conversation}`: GetConversation, as in the caller's list. The owner of the site
//! also sees the settings of groups in which they are not a participant, without the messages.

use axum::extract::State;
use causerie_domain::ConversationError;
use causerie_domain::permission::{ConversationAction, Membership};
use causerie_events::ConversationId;
use causerie_projections::conversation_list::{self, ConversationView, ListConversations};

use crate::caller::Caller;
use crate::commands::CommandError;
use crate::openapi::{CONVERSATION, Doc, STANDING};
use crate::problem::Problem;
use crate::request::{MinPosition, Path};
use crate::routes::response::VersionedJson;
use crate::state::AppState;
use crate::views::group_view_without_messages;

pub(crate) const GET_CONVERSATION: Doc = Doc::new("GetConversation", "One conversation, as in the caller's list.")
    .more("The owner also sees the settings of groups in which they are not a participant.")
    .refuses(&[STANDING, CONVERSATION]);

pub(crate) async fn get_conversation(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
    MinPosition(position): MinPosition,
) -> Result<VersionedJson<ConversationView>, Problem> {
    let (actor, access) = caller.reader_of(&state, ConversationAction::Inspect, id).await?;
    for model in conversation_list::READS {
        state.wait_for(model, position).await?;
    }
    let version = state.commands.conversation(&caller.site, id).await?.version;
    let view = if access.is_some_and(|access| access.membership == Membership::None) {
        let now = state.commands.conversation_now(&caller.site, id).await?;
        let site = state.commands.site_now(&caller.site).await?;
        group_view_without_messages(&caller.site, id, &now.aggregate, &site.aggregate)
    } else {
        let query = ListConversations {
            site: caller.site,
            staff: actor.is_staff(),
            member: actor.member,
            kind: None,
            archived: None,
            pinned: None,
            unread: false,
            only: Some(id),
            after: None,
            limit: 1,
        };
        conversation_list::list(state.database.pool(), &query).await?.items.pop()
    };
    let view = view.ok_or_else(|| CommandError::refused(ConversationError::NotFound))?;
    Ok(VersionedJson { resource: view, version })
}
