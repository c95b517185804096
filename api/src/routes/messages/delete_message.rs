//! `DELETE /v1/sites/{site}/conversations/{conversation}/messages/{message}`: DeleteMessage. A placeholder remains.

use axum::extract::State;
use causerie_domain::message::DeleteMessage;
use causerie_events::{ConversationId, MessageId};

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{CONVERSATION, Doc, STANDING};
use crate::request::Path;
use crate::routes::messages::{CommandResult, respond};
use crate::state::AppState;

pub(crate) const DELETE_MESSAGE: Doc = Doc::new("DeleteMessage", "Deletes a message. A placeholder remains.")
    .more("By the author, admins of the group and the owner.")
    .refuses(&[STANDING, CONVERSATION, &[codes::MESSAGE_NOT_FOUND, codes::GROUP_ADMIN_ONLY]]);

pub(crate) async fn delete_message(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, conversation, message)): Path<(String, ConversationId, MessageId)>,
) -> CommandResult {
    let delete = DeleteMessage { site: caller.site.clone(), conversation, message };
    respond(message, state.commands.execute(caller.registered(&state).await?, delete).await?)
}
