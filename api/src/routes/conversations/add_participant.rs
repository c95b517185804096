//! `PUT /v1/sites/{site}/conversations/{conversation}/participants/{member}`: AddParticipant.

use axum::extract::State;
use causerie_events::ConversationId;

use crate::caller::Caller;
use crate::codes;
use crate::commands::AddParticipant;
use crate::openapi::{Doc, MANAGER, STANDING, VOICE};
use crate::request::Path;
use crate::routes::conversations::Answered;
use crate::state::AppState;

pub(crate) const ADD_PARTICIPANT: Doc =
    Doc::new("AddParticipant", "Brings a member into a group.").more(
            "By its admins and the owner. Participants whom the site has blocked or removed, or who wait for approval, do not count \
             towards `max_participants`.",
        ).refuses(&[
        STANDING,
        VOICE,
        MANAGER,
        &[codes::CONVERSATION_CLOSED, codes::GROUP_PARTICIPANT_NOT_IN_ROSTER, codes::GROUP_TOO_MANY_PARTICIPANTS],
    ]);

pub(crate) async fn add_participant(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id, member)): Path<(String, ConversationId, String)>,
) -> Answered {
    let member = caller.named(&member)?;
    state.limits.participant(caller.limited())?;
    let add = AddParticipant { site: caller.site.clone(), conversation: id, member };
    let receipt = state.commands.execute(caller.registered(&state).await?, add).await?;
    super::answer(id, receipt)
}
