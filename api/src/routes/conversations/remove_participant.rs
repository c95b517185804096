//! `DELETE /v1/sites/{site}/conversations/{conversation}/participants/{member}`: RemoveParticipant; of the caller, LeaveGroup.

use axum::extract::State;
use causerie_events::ConversationId;

use crate::caller::Caller;
use crate::commands::RemoveParticipant;
use crate::openapi::{Doc, MANAGER, STANDING};
use crate::problem::Problem;
use crate::request::Path;
use crate::routes::answer::Answer;
use crate::routes::conversations::StartedView;
use crate::state::AppState;

pub(crate) const REMOVE_PARTICIPANT: Doc = Doc::new(
    "RemoveParticipant",
    "Puts a participant out of a group, or leaves it.",
)
.more(
    "For the caller (`me`) it is LeaveGroup, and returns null. Where no admin who can act stays (in the community, \
         not blocked, removed or waiting), the longest-standing participant who can becomes one; the last participant who \
         leaves closes the group.",
)
.refuses(&[STANDING, MANAGER]);

pub(crate) async fn remove_participant(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id, member)): Path<(String, ConversationId, String)>,
) -> Result<Answer<Option<StartedView>>, Problem> {
    let member = caller.named(&member)?;
    let leaving = member == caller.member;
    let remove = RemoveParticipant { site: caller.site.clone(), conversation: id, member };
    let receipt = state.commands.execute(caller.registered(&state).await?, remove).await?;
    state.images.delete_if_closed(&caller.site, id, &receipt.aggregate);
    let Answer { resource, version, position } = super::answer::<200>(id, receipt)?;
    // Who has left does not see who is in the group any more.
    Ok(Answer { resource: Some(resource).filter(|_| !leaving), version, position })
}
