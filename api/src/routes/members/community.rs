//! `PUT` and `DELETE /v1/sites/{site}/members/{member}/community`: JoinCommunity, LeaveCommunity.

use axum::extract::State;
use causerie_domain::member::ChangeCommunity;

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{Codes, Doc, STANDING};
use crate::request::Path;
use crate::routes::members::CommandResult;
use crate::routes::members::succession::appoint_admins;
use crate::state::AppState;

const REFUSALS: &[Codes] = &[STANDING, &[codes::MEMBER_ONESELF_ONLY, codes::MEMBER_NOT_FOUND]];

pub(crate) const JOIN_COMMUNITY: Doc =
    Doc::new("JoinCommunity", "Adds a member to the community, so that the roster shows them.")
        .more("By the member, an operator or the owner.")
        .refuses(REFUSALS);
pub(crate) const LEAVE_COMMUNITY: Doc = Doc::new("LeaveCommunity", "Removes a member from the community and the roster.")
    .more(
        "By the member, an operator or the owner. The member can still write to the business. Groups without an active admin get \
         another one, as after BlockMember.",
    )
    .refuses(REFUSALS);

pub(crate) async fn join_community(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> CommandResult {
    change(state, caller, member, true).await
}

pub(crate) async fn leave_community(
    State(state): State<AppState>,
    caller: Caller,
    Path((_, member)): Path<(String, String)>,
) -> CommandResult {
    change(state, caller, member, false).await
}

async fn change(state: AppState, caller: Caller, member: String, joined: bool) -> CommandResult {
    let member = caller.named(&member)?;
    let change = ChangeCommunity { site: caller.site.clone(), member: member.clone(), joined };
    let receipt = state.commands.execute(caller.registered(&state).await?, change).await?;
    super::respond(&member, appoint_admins(&state, &caller, &member, receipt).await)
}
