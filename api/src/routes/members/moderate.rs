//! Moderation by owner and staff: ApproveMember, BlockMember, UnblockMember, MuteMember, UnmuteMember by
//! `POST /v1/sites/{site}/members/{member}/<action>`, and RemoveMember by `DELETE /v1/sites/{site}/members/{member}`.

use axum::extract::State;
use causerie_domain::member::{ModerateMember, Moderation};

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{Codes, Doc};
use crate::request::Path;
use crate::routes::members::CommandResult;
use crate::routes::members::succession::appoint_admins;
use crate::state::AppState;

const REFUSALS: &[Codes] = &[&[codes::MEMBER_STAFF_ONLY, codes::MEMBER_NOT_FOUND]];
const BLOCK_REFUSALS: &[Codes] = &[&[
    codes::MEMBER_STAFF_ONLY,
    codes::MEMBER_NOT_FOUND,
    codes::MEMBER_IS_STAFF,
    codes::MEMBER_IS_OWNER,
    codes::MEMBER_ONESELF,
]];
const MUTE_REFUSALS: &[Codes] = &[&[codes::MEMBER_STAFF_ONLY, codes::MEMBER_NOT_FOUND, codes::MEMBER_IS_OWNER]];

pub(crate) const APPROVE_MEMBER: Doc = Doc::new("ApproveMember", "Approves a pending member.").refuses(REFUSALS);
pub(crate) const BLOCK_MEMBER: Doc = Doc::new("BlockMember", "Blocks a member, who can neither read nor send from then on.")
    .more(
            "Open streams of the member end. Staff cannot be blocked until the role is unassigned. Staff can block neither the \
             owner nor a member who has used a token of staff that is still valid. In groups without an active admin, the \
             longest-standing active participant becomes admin.",
        )
    .refuses(BLOCK_REFUSALS);
pub(crate) const UNBLOCK_MEMBER: Doc = Doc::new("UnblockMember", "Lifts the block of a member.").refuses(REFUSALS);
pub(crate) const MUTE_MEMBER: Doc =
    Doc::new("MuteMember", "Mutes a member, who can still read, and write to the business.").refuses(MUTE_REFUSALS);
pub(crate) const UNMUTE_MEMBER: Doc = Doc::new("UnmuteMember", "Unmutes a member.").refuses(REFUSALS);
pub(crate) const REMOVE_MEMBER: Doc = Doc::new("RemoveMember", "Removes a member from the site.")
    .more(
        "The member can neither read nor send from then on. Only the owner can register them again. Groups without an active \
         admin get another one, as after BlockMember.",
    )
    .refuses(BLOCK_REFUSALS);

macro_rules! handlers {
    ($($handler:ident => $action:ident),+) => {
        $(pub(crate) async fn $handler(
            State(state): State<AppState>,
            caller: Caller,
            Path((_, member)): Path<(String, String)>,
        ) -> CommandResult {
            moderate(state, caller, member, Moderation::$action).await
        })+
    };
}
handlers!(
    approve_member => Approve,
    block_member => Block,
    unblock_member => Unblock,
    mute_member => Mute,
    unmute_member => Unmute,
    remove_member => Remove
);

async fn moderate(state: AppState, caller: Caller, member: String, action: Moderation) -> CommandResult {
    let member = caller.named(&member)?;
    let token_role = state.token_roles.of(&caller.site, &member);
    let moderate = ModerateMember { site: caller.site.clone(), member: member.clone(), action, token_role };
    let receipt = state.commands.execute(caller.registered(&state).await?, moderate).await?;
    super::respond(&member, appoint_admins(&state, &caller, &member, receipt).await)
}
