//! Blocks between members: `PUT` and `DELETE /v1/sites/{site}/members/me/blocks/{member}`: BlockContact, UnblockContact;
//! `GET /v1/sites/{site}/members/me/blocks`: ListBlockedContacts, so that a block can be lifted.

use axum::Json;
use axum::extract::State;
use causerie_domain::member::MAX_BLOCKED_CONTACTS;
use causerie_events::MemberId;
use causerie_projections::member_list::{self, MemberView};
use schemars::JsonSchema;
use serde::Serialize;

use crate::caller::Caller;
use crate::codes;
use crate::commands::BlockContact;
use crate::openapi::{Doc, STANDING};
use crate::problem::Problem;
use crate::request::{MinPosition, Path};
use crate::routes::answer::Answer;
use crate::state::AppState;

/// Whether a block of the caller's stands.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "BlockedContact")]
pub(crate) struct ContactView {
    id: MemberId,
    blocked: bool,
}

/// Whom the caller has blocked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "BlockedContacts")]
pub(crate) struct BlockedContacts {
    items: Vec<MemberView>,
}

pub(crate) const BLOCK_CONTACT: Doc = Doc::new("BlockContact", "Blocks another member, for the caller.")
    .more("Silent: each is to the other as if they had left the community.")
    .at_most(MAX_BLOCKED_CONTACTS, "others")
    .refuses(&[
        STANDING,
        &[codes::MEMBER_ONESELF_ONLY, codes::MEMBER_NOT_FOUND, codes::MEMBER_ONESELF, codes::MEMBER_IS_STAFF],
        &[codes::MEMBER_NOT_IN_COMMUNITY, codes::CONTACT_TOO_MANY_BLOCKED],
    ]);
pub(crate) const UNBLOCK_CONTACT: Doc = Doc::new("UnblockContact", "Lifts a block of one's own.")
    .refuses(&[STANDING, &[codes::MEMBER_ONESELF_ONLY, codes::MEMBER_NOT_FOUND]]);
pub(crate) const LIST_BLOCKED_CONTACTS: Doc =
    Doc::new("ListBlockedContacts", "Whom the caller has blocked.").refuses(&[STANDING]);

pub(crate) async fn block_contact(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> Result<Answer<ContactView>, Problem> {
    change(state, caller, &member, true).await
}

pub(crate) async fn unblock_contact(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> Result<Answer<ContactView>, Problem> {
    change(state, caller, &member, false).await
}

async fn change(state: AppState, caller: Caller, other: &str, blocked: bool) -> Result<Answer<ContactView>, Problem> {
    let other = caller.named(other)?;
    let block = BlockContact { site: caller.site.clone(), other: other.clone(), blocked };
    let receipt = state.commands.execute(caller.registered(&state).await?, block).await?;
    let resource = ContactView { id: other, blocked };
    Ok(Answer { resource, version: receipt.version, position: receipt.position })
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
