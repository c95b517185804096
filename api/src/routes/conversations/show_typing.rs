//! `POST /v1/sites/{site}/conversations/{conversation}/typing`: ShowTyping. Never stored; lost while NATS is unavailable.

use axum::extract::State;
use axum::response::NoContent;
use causerie_events::ConversationId;
use causerie_events::conversation::ConversationKind;

use crate::caller::Caller;
use crate::codes;
use crate::live::typing::{self, TypingNotification};
use crate::openapi::{CONVERSATION, Doc, STANDING, VOICE};
use crate::problem::Problem;
use crate::request::Path;
use crate::state::AppState;

pub(crate) const SHOW_TYPING: Doc = Doc::new("ShowTyping", "Shows the other participants that the caller is typing.")
    .more("Never stored. The configuration limits the rate: once per second after a short burst.")
    .refuses(&[STANDING, VOICE, CONVERSATION, &[codes::CONVERSATION_CLOSED]]);

pub(crate) async fn show_typing(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation)): Path<(String, ConversationId)>,
) -> Result<NoContent, Problem> {
    state.limits.typing(caller.limited())?;
    let context = state.commands.may_send(&caller.registered(&state).await?, &caller.site, conversation).await?;
    let business = context.access.is_some_and(|access| access.kind == ConversationKind::Business);
    let typing = TypingNotification { site: caller.site, conversation, member: caller.member, business };
    typing::publish(&state.nats, &typing).await;
    Ok(NoContent)
}
