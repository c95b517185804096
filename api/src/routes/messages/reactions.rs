//! `PUT` and `DELETE /v1/sites/{site}/conversations/{conversation}/messages/{message}/reactions/{emoji}`: AddReaction,
//! RemoveReaction.

use axum::extract::State;
use axum::response::IntoResponse;
use causerie_events::{ConversationId, Emoji, MessageId};

use crate::auth::Caller;
use crate::commands::React;
use crate::problem::Problem;
use crate::request::Path;
use crate::routes::messages::answer;
use crate::state::AppState;

type Ids = (String, ConversationId, MessageId, String);

pub(crate) async fn add_reaction(
    State(state): State<AppState>,
    caller: Caller,
    Path(ids): Path<Ids>,
) -> Result<impl IntoResponse, Problem> {
    react(state, caller, ids, true).await
}

pub(crate) async fn remove_reaction(
    State(state): State<AppState>,
    caller: Caller,
    Path(ids): Path<Ids>,
) -> Result<impl IntoResponse, Problem> {
    react(state, caller, ids, false).await
}

async fn react(
    state: AppState,
    caller: Caller,
    (_, conversation, message, emoji): Ids,
    on: bool,
) -> Result<impl IntoResponse, Problem> {
    let react = React { site: caller.site.clone(), conversation, message, emoji: Emoji::parse(emoji)?, on };
    Ok(answer(message, state.commands.execute(caller.sender(), react).await?))
}
