//! `PUT` and `DELETE /v1/sites/{site}/conversations/{conversation}/messages/{message}/reactions/{emoji}`: AddReaction,
//! RemoveReaction.

use axum::extract::State;
use causerie_domain::message::{ChangeReaction, MAX_EMOJI};
use causerie_events::{ConversationId, Emoji, MessageId};

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{CONVERSATION, Codes, Doc, STANDING, VOICE};
use crate::request::Path;
use crate::routes::messages::{CommandResult, respond};
use crate::state::AppState;

const EMOJI: Codes = &[
    codes::MESSAGE_NOT_FOUND,
    codes::REACTION_EMOJI_EMPTY,
    codes::REACTION_EMOJI_TOO_LONG,
    codes::REACTION_EMOJI_INVALID,
];

pub(crate) const ADD_REACTION: Doc = Doc::new("AddReaction", "Reacts to a message with an emoji.")
    .at_most(MAX_EMOJI, "different emoji per message")
    .refuses(&[
        STANDING,
        VOICE,
        CONVERSATION,
        EMOJI,
        &[
            codes::CONVERSATION_CLOSED,
            codes::MESSAGE_DELETED,
            codes::REACTION_NOT_AN_EMOJI,
            codes::REACTION_TOO_MANY_EMOJI,
        ],
    ]);
pub(crate) const REMOVE_REACTION: Doc =
    Doc::new("RemoveReaction", "Removes a reaction of the caller.").refuses(&[STANDING, CONVERSATION, EMOJI]);

type Ids = (String, ConversationId, MessageId, String);

pub(crate) async fn add_reaction(State(state): State<AppState>, caller: Caller, Path(ids): Path<Ids>) -> CommandResult {
    react(state, caller, ids, true).await
}

pub(crate) async fn remove_reaction(
    State(state): State<AppState>,
    caller: Caller,
    Path(ids): Path<Ids>,
) -> CommandResult {
    react(state, caller, ids, false).await
}

async fn react(state: AppState, caller: Caller, (_, conversation, message, emoji): Ids, added: bool) -> CommandResult {
    let react = ChangeReaction { site: caller.site.clone(), conversation, message, emoji: Emoji::parse(emoji)?, added };
    respond(message, state.commands.execute(caller.registered(&state).await?, react).await?)
}
