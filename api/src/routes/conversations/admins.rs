//! `PUT` and `DELETE /v1/sites/{site}/conversations/{conversation}/participants/{member}/admin`: GrantAdmin, RevokeAdmin.

use axum::extract::State;
use causerie_events::ConversationId;

use crate::caller::Caller;
use crate::codes;
use crate::commands::ChangeAdmin;
use crate::openapi::{Doc, MANAGER, STANDING};
use crate::request::Path;
use crate::routes::conversations::Answered;
use crate::state::AppState;

pub(crate) const GRANT_ADMIN: Doc = Doc::new("GrantAdmin", "Makes a participant an admin of the group.")
    .more("By its admins and the owner.")
    .refuses(&[STANDING, MANAGER, &[codes::GROUP_NOT_A_PARTICIPANT, codes::CONVERSATION_CLOSED]]);
pub(crate) const REVOKE_ADMIN: Doc = Doc::new("RevokeAdmin", "Makes an admin of the group a participant like others.")
    .more("By its admins and the owner. A group has at least one admin who can act: in the community, not blocked, removed or waiting.")
    .refuses(&[STANDING, MANAGER, &[codes::GROUP_NOT_A_PARTICIPANT, codes::GROUP_LAST_ADMIN, codes::CONVERSATION_CLOSED]]);

type Ids = (String, ConversationId, String);

pub(crate) async fn grant_admin(State(state): State<AppState>, caller: Caller, Path(ids): Path<Ids>) -> Answered {
    change(state, caller, ids, true).await
}

pub(crate) async fn revoke_admin(State(state): State<AppState>, caller: Caller, Path(ids): Path<Ids>) -> Answered {
    change(state, caller, ids, false).await
}

async fn change(state: AppState, caller: Caller, (_, id, member): Ids, admin: bool) -> Answered {
    let member = caller.named(&member)?;
    let change = ChangeAdmin { site: caller.site.clone(), conversation: id, member, admin };
    let receipt = state.commands.execute(caller.registered(&state).await?, change).await?;
    super::answer(id, receipt)
}
