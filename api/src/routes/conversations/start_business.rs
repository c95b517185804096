//! `PUT /v1/sites/{site}/business/{member}`: StartBusinessConversation. Its id follows from the member.

use axum::extract::State;
use causerie_events::ConversationId;

use crate::auth::Caller;
use crate::commands::StartBusinessConversation;
use crate::openapi::{Doc, STANDING};
use crate::request::Path;
use crate::routes::conversations::Answered;
use crate::state::AppState;

pub(crate) const START_BUSINESS_CONVERSATION: Doc =
    Doc::new("StartBusinessConversation", "Starts the conversation of a member with the business, or finds it.")
        .more("By the member (`me`), or by owner and staff. Its id follows from the member: use the one of the answer.")
        .refuses(&[STANDING, &["member.oneself_only", "member.not_found", "conversation.id_taken"]]);

pub(crate) async fn start_business_conversation(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> Answered {
    let member = caller.named(&member)?;
    let id = ConversationId::business(&caller.site, &member);
    let start = StartBusinessConversation { site: caller.site.clone(), member };
    let receipt = state.commands.execute(caller.sender(), start).await?;
    super::answer(id, receipt)
}
