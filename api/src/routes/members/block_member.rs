//! `POST /v1/sites/{site}/members/{member}/block` and `/unblock`: BlockMember, UnblockMember.

use axum::extract::State;
use axum::response::IntoResponse;

use crate::auth::Caller;
use crate::problem::Problem;
use crate::request::Path;
use crate::state::AppState;

pub(crate) async fn block_member(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> Result<impl IntoResponse, Problem> {
    moderate(state, caller, member, true).await
}

pub(crate) async fn unblock_member(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> Result<impl IntoResponse, Problem> {
    moderate(state, caller, member, false).await
}

async fn moderate(state: AppState, caller: Caller, member: String, block: bool) -> Result<impl IntoResponse, Problem> {
    let member = caller.named(&member)?;
    let receipt = state.commands.block_member(caller.sender(), caller.site.clone(), member.clone(), block).await?;
    Ok(super::answer(&member, receipt))
}
