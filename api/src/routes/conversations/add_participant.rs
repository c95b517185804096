//! `PUT /v1/sites/{site}/conversations/{conversation}/participants/{member}`: AddParticipant.

use axum::extract::State;
use causerie_events::ConversationId;

use crate::auth::Caller;
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
        &["conversation.closed", "group.participant_not_in_roster", "group.too_many_participants"],
    ]);

pub(crate) async fn add_participant(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id, member)): Path<(String, ConversationId, String)>,
) -> Answered {
    let member = caller.named(&member)?;
    state.limits.participant(&caller)?;
    let add = AddParticipant { site: caller.site.clone(), conversation: id, member };
    let receipt = state.commands.execute(caller.registered(&state).await?, add).await?;
    super::answer(id, receipt)
}
