//! `DELETE /v1/sites/{site}/conversations/{conversation}`: DeleteGroup. Its participants see it closed.

use axum::extract::State;
use causerie_events::ConversationId;

use crate::caller::Caller;
use crate::commands::DeleteGroup;
use crate::openapi::{Doc, MANAGER, STANDING};
use crate::request::Path;
use crate::routes::conversations::Answered;
use crate::state::AppState;

pub(crate) const DELETE_GROUP: Doc =
    Doc::new("DeleteGroup", "Closes a group for good: its participants see it closed.")
        .more("By its admins and the owner.")
        .refuses(&[STANDING, MANAGER]);

pub(crate) async fn delete_group(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, id)): Path<(String, ConversationId)>,
) -> Answered {
    let delete = DeleteGroup { site: caller.site.clone(), conversation: id };
    let receipt = state.commands.execute(caller.registered(&state).await?, delete).await?;
    state.images.delete_if_closed(&caller.site, id, &receipt.aggregate);
    super::answer(id, receipt)
}
