//! Blocks between members: `PUT` and `DELETE /v1/sites/{site}/members/me/blocks/{member}`: BlockContact, UnblockContact;
//! `GET /v1/sites/{site}/members/me/blocks`: ListBlockedContacts, so that a block can be lifted.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use causerie_events::MemberId;
use causerie_projections::member_list::{self, MemberView};
use serde::Serialize;

use crate::auth::Caller;
use crate::commands::BlockContact;
use crate::problem::Problem;
use crate::request::{MinPosition, Path};
use crate::routes::answer::Answer;
use crate::state::AppState;

/// Whether a block of the caller's stands.
#[derive(Debug, Serialize)]
struct ContactView {
    id: MemberId,
    blocked: bool,
}

/// Whom the caller has blocked.
#[derive(Debug, Serialize)]
struct BlockedContacts {
    items: Vec<MemberView>,
}

pub(crate) async fn block_contact(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, MemberId)>,
) -> Result<impl IntoResponse, Problem> {
    change(state, caller, member, true).await
}

pub(crate) async fn unblock_contact(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, MemberId)>,
) -> Result<impl IntoResponse, Problem> {
    change(state, caller, member, false).await
}

async fn change(state: AppState, caller: Caller, other: MemberId, blocked: bool) -> Result<impl IntoResponse, Problem> {
    let block = BlockContact { site: caller.site.clone(), other: other.clone(), blocked };
    let receipt = state.commands.execute(caller.sender(), block).await?;
    let resource = ContactView { id: other, blocked };
    Ok(Answer { status: StatusCode::OK, resource, version: receipt.version, position: receipt.position })
}

pub(crate) async fn list_blocked_contacts(
    State(state): State<AppState>,
    caller: Caller,
    MinPosition(position): MinPosition,
) -> Result<impl IntoResponse, Problem> {
    let actor = caller.reader(&state).await?;
    state.wait_for(member_list::NAME, position).await?;
    let items = member_list::blocked_by(state.database.pool(), &caller.site, &actor.member).await?;
    Ok(Json(BlockedContacts { items }))
}
