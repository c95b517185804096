//! Blocks between members: `PUT` and `DELETE /v1/sites/{site}/members/me/blocks/{member}`: BlockContact, UnblockContact;
//! `GET /v1/sites/{site}/members/me/blocks`: ListBlockedContacts.

use axum::Json;
use axum::extract::State;
use causerie_domain::member::{BlockContact, MAX_BLOCKED_CONTACTS};
use causerie_events::MemberId;
use causerie_projections::member_list::{self, MemberView};
use schemars::JsonSchema;
use serde::Serialize;

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::request::{MinPosition, Path};
use crate::routes::response::CommandResponse;
use crate::state::AppState;

/// Whether the caller blocks this member.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BlockedContact {
    id: MemberId,
    blocked: bool,
}

/// The members that the caller has blocked.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct BlockedContacts {
    items: Vec<MemberView>,
}

pub(crate) const BLOCK_CONTACT: Doc = Doc::new("BlockContact", "Blocks another member, for the caller.")
    .more("The blocked member is not notified. Each sees the other as if the other had left the community.")
    .at_most(MAX_BLOCKED_CONTACTS, "blocked members")
    .refuses(&[
        STANDING,
        &[codes::MEMBER_ONESELF_ONLY, codes::MEMBER_NOT_FOUND, codes::MEMBER_ONESELF, codes::MEMBER_IS_STAFF],
        &[codes::MEMBER_NOT_IN_COMMUNITY, codes::CONTACT_TOO_MANY_BLOCKED],
    ]);
pub(crate) const UNBLOCK_CONTACT: Doc = Doc::new("UnblockContact", "Lifts a block of the caller.")
    .refuses(&[STANDING, &[codes::MEMBER_ONESELF_ONLY, codes::MEMBER_NOT_FOUND]]);
pub(crate) const LIST_BLOCKED_CONTACTS: Doc =
    Doc::new("ListBlockedContacts", "The members that the caller has blocked.").refuses(&[STANDING]);

pub(crate) async fn block_contact(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> Result<CommandResponse<BlockedContact>, Problem> {
    change(state, caller, &member, true).await
}

pub(crate) async fn unblock_contact(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> Result<CommandResponse<BlockedContact>, Problem> {
    change(state, caller, &member, false).await
}

async fn change(
    state: AppState,
    caller: Caller,
    other: &str,
    blocked: bool,
) -> Result<CommandResponse<BlockedContact>, Problem> {
    let other = caller.named(other)?;
    let block = BlockContact { site: caller.site.clone(), other: other.clone(), blocked };
    let receipt = state.commands.execute(caller.registered(&state).await?, block).await?;
    let resource = BlockedContact { id: other, blocked };
    Ok(CommandResponse { resource, version: receipt.version, position: receipt.position })
}

pub(crate) async fn list_blocked_contacts(
    State(state): State<AppState>,
    caller: Caller,
    MinPosition(position): MinPosition,
) -> Result<Json<BlockedContacts>, Problem> {
    let actor = caller.reader(&state).await?;
    state.wait_for(member_list::NAME, position).await?;
    let items = member_list::blocked_by(state.database.pool(), &caller.site, &actor.member).await?;
    Ok(Json(BlockedContacts { items }))
}
