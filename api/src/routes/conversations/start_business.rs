//! `PUT /v1/sites/{site}/business/{member}`: StartBusinessConversation. The service derives its id.

use axum::extract::State;
use causerie_domain::MemberError;

use crate::caller::Caller;
use crate::codes;
use crate::commands::{CommandError, StartBusinessConversation};
use crate::openapi::{Doc, STANDING};
use crate::request::Path;
use crate::routes::conversations::Answered;
use crate::state::AppState;

pub(crate) const START_BUSINESS_CONVERSATION: Doc =
    Doc::new("StartBusinessConversation", "Starts the conversation of a member with the business, or finds it.")
        .more("By the member (`me`), or by owner and staff. The service derives its id: use the one of the answer.")
        .refuses(&[STANDING, &[codes::MEMBER_ONESELF_ONLY, codes::MEMBER_NOT_FOUND, codes::CONVERSATION_ID_TAKEN]]);

pub(crate) async fn start_business_conversation(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> Answered {
    let member = caller.named(&member)?;
    // Before the conversation is looked up, so that the time of a refusal does not show whether there is one.
    let actor = caller.reader(&state).await?;
    if member != actor.member && !actor.is_staff() {
        return Err(CommandError::refused(MemberError::SelfOnly).into());
    }
    let id = state.commands.business_conversation(&caller.site, &member).await?;
    let start = StartBusinessConversation { site: caller.site.clone(), conversation: id, member };
    let receipt = state.commands.execute(caller.sender(), start).await?;
    super::answer(id, receipt)
}
