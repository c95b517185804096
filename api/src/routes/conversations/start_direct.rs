//! `PUT /v1/sites/{site}/direct/{member}`: StartDirectConversation. The service derives its id.

use axum::extract::State;

use crate::caller::Caller;
use crate::codes;
use crate::commands::StartDirectConversation;
use crate::openapi::{Doc, STANDING, VOICE};
use crate::request::Path;
use crate::routes::conversations::Answered;
use crate::state::AppState;

pub(crate) const START_DIRECT_CONVERSATION: Doc =
    Doc::new("StartDirectConversation", "Starts the conversation with another member, or finds it.")
        .more("The service derives its id, the same for both members: use the one of the answer.")
        .refuses(&[
            STANDING,
            VOICE,
            &[codes::MEMBER_NOT_FOUND, codes::DIRECT_WITH_ONESELF, codes::CONVERSATION_ID_TAKEN],
        ]);

pub(crate) async fn start_direct_conversation(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> Answered {
    let member = caller.named(&member)?;
    let id = state.commands.direct_conversation(&caller.site, &caller.member, &member).await?;
    let start = StartDirectConversation { site: caller.site.clone(), conversation: id, member };
    let receipt = state.commands.execute(caller.registered(&state).await?, start).await?;
    super::answer(id, receipt)
}
