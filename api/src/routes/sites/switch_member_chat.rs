//! `POST /v1/sites/{site}/member-chat/enable` and `/disable`: EnableMemberChat, DisableMemberChat.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;

use crate::auth::Caller;
use crate::commands::SwitchMemberChat;
use crate::problem::Problem;
use crate::state::AppState;

pub(crate) async fn enable_member_chat(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<impl IntoResponse, Problem> {
    switch(state, caller, true).await
}

pub(crate) async fn disable_member_chat(
    State(state): State<AppState>,
    caller: Caller,
) -> Result<impl IntoResponse, Problem> {
    switch(state, caller, false).await
}

async fn switch(state: AppState, caller: Caller, on: bool) -> Result<impl IntoResponse, Problem> {
    let switch = SwitchMemberChat { site: caller.site.clone(), on };
    let receipt = state.commands.execute(caller.sender(), switch).await?;
    Ok(super::answer(StatusCode::OK, caller.site, receipt))
}
