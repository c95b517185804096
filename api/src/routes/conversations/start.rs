//! StartDirectConversation by `PUT /v1/sites/{site}/direct/{member}` and StartBusinessConversation by
//! `PUT /v1/sites/{site}/business/{member}`. The service derives the ids.

use axum::extract::State;
use causerie_domain::MemberError;
use causerie_domain::conversation::{StartBusinessConversation, StartDirectConversation};

use crate::caller::Caller;
use crate::codes;
use crate::commands::CommandError;
use crate::openapi::{Doc, STANDING, VOICE};
use crate::request::Path;
use crate::routes::conversations::CommandResult;
use crate::state::AppState;

pub(crate) const START_DIRECT_CONVERSATION: Doc =
    Doc::new("StartDirectConversation", "Starts the conversation with another member, or returns the existing one.")
        .more("The service derives its id, the same for both members: use the id of the response.")
        .refuses(&[
            STANDING,
            VOICE,
            &[codes::MEMBER_NOT_FOUND, codes::DIRECT_WITH_ONESELF, codes::CONVERSATION_ID_TAKEN],
        ]);

pub(crate) async fn start_direct_conversation(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> CommandResult {
    let member = caller.named(&member)?;
    let id = state.commands.direct_conversation(&caller.site, &caller.member, &member).await?;
    let start = StartDirectConversation { site: caller.site.clone(), conversation: id, member };
    let receipt = state.commands.execute(caller.registered(&state).await?, start).await?;
    super::respond(id, receipt)
}

pub(crate) const START_BUSINESS_CONVERSATION: Doc = Doc::new(
    "StartBusinessConversation",
    "Starts the conversation of a member with the business, or returns the existing one.",
)
.more("By the member (`me`), or by owner and staff. The service derives its id: use the id of the response.")
.refuses(&[STANDING, &[codes::MEMBER_ONESELF_ONLY, codes::MEMBER_NOT_FOUND, codes::CONVERSATION_ID_TAKEN]]);

pub(crate) async fn start_business_conversation(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> CommandResult {
    let member = caller.named(&member)?;
    // Before the conversation is looked up, so that the time of a rejection does not show whether it exists.
    let actor = caller.reader(&state).await?;
    if member != actor.member && !actor.is_staff() {
        return Err(CommandError::refused(MemberError::SelfOnly).into());
    }
    let id = state.commands.business_conversation(&caller.site, &member).await?;
    let start = StartBusinessConversation { site: caller.site.clone(), conversation: id, member };
    let receipt = state.commands.execute(caller.sender(), start).await?;
    super::respond(id, receipt)
}
