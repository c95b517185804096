//! `PUT` and `DELETE /v1/sites/{site}/members/{member}/community`: JoinCommunity, LeaveCommunity.

use axum::extract::State;
use axum::response::IntoResponse;

use crate::auth::Caller;
use crate::commands::ChangeCommunity;
use crate::problem::Problem;
use crate::request::Path;
use crate::state::AppState;

pub(crate) async fn join_community(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> Result<impl IntoResponse, Problem> {
    change(state, caller, member, true).await
}

pub(crate) async fn leave_community(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> Result<impl IntoResponse, Problem> {
    change(state, caller, member, false).await
}

async fn change(state: AppState, caller: Caller, member: String, joined: bool) -> Result<impl IntoResponse, Problem> {
    let member = caller.named(&member)?;
    let change = ChangeCommunity { site: caller.site.clone(), member: member.clone(), joined };
    Ok(super::answer(&member, state.commands.execute(caller.sender(), change).await?))
}
