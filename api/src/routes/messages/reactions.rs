//! `PUT` and `DELETE /v1/sites/{site}/conversations/{conversation}/messages/{message}/reactions/{emoji}`: AddReaction,
//! RemoveReaction.

use axum::extract::State;
use causerie_domain::message::MAX_EMOJI;
use causerie_events::{ConversationId, Emoji, MessageId};

use crate::auth::Caller;
use crate::commands::ChangeReaction;
use crate::openapi::{CONVERSATION, Doc, STANDING, VOICE};
use crate::request::Path;
use crate::routes::messages::{Answered, answer};
use crate::state::AppState;

const EMOJI: &[&str] =
    &["message.not_found", "reaction.emoji_empty", "reaction.emoji_too_long", "reaction.emoji_invalid"];

pub(crate) const ADD_REACTION: Doc = Doc::new("AddReaction", "Reacts to a message with an emoji.")
    .at_most(MAX_EMOJI, "different ones on a message")
    .refuses(&[
        STANDING,
        VOICE,
        CONVERSATION,
        EMOJI,
        &["conversation.closed", "message.deleted", "reaction.not_an_emoji", "reaction.too_many_emoji"],
    ]);
pub(crate) const REMOVE_REACTION: Doc =
    Doc::new("RemoveReaction", "Takes a reaction back.").refuses(&[STANDING, CONVERSATION, EMOJI]);

type Ids = (String, ConversationId, MessageId, String);

pub(crate) async fn add_reaction(State(state): State<AppState>, caller: Caller, Path(ids): Path<Ids>) -> Answered {
    react(state, caller, ids, true).await
}

pub(crate) async fn remove_reaction(State(state): State<AppState>, caller: Caller, Path(ids): Path<Ids>) -> Answered {
    react(state, caller, ids, false).await
}

async fn react(state: AppState, caller: Caller, (_, conversation, message, emoji): Ids, on: bool) -> Answered {
    let react =
        ChangeReaction { site: caller.site.clone(), conversation, message, emoji: Emoji::parse(emoji)?, added: on };
    answer(message, state.commands.execute(caller.registered(&state).await?, react).await?)
}
