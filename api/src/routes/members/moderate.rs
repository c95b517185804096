//! What owner and staff do to a member: ApproveMember, BlockMember, UnblockMember, MuteMember, UnmuteMember by
//! `POST /v1/sites/{site}/members/{member}/<act>`, and RemoveMember by `DELETE /v1/sites/{site}/members/{member}`.

use axum::extract::State;
use causerie_domain::member::Moderation;

use crate::caller::Caller;
use crate::codes;
use crate::commands::ModerateMember;
use crate::openapi::{Codes, Doc};
use crate::request::Path;
use crate::routes::members::Answered;
use crate::routes::members::succession::appoint_admins;
use crate::state::AppState;

const REFUSALS: &[Codes] = &[&[codes::MEMBER_STAFF_ONLY, codes::MEMBER_NOT_FOUND]];
const BARRING: &[Codes] = &[&[
    codes::MEMBER_STAFF_ONLY,
    codes::MEMBER_NOT_FOUND,
    codes::MEMBER_IS_STAFF,
    codes::MEMBER_IS_OWNER,
    codes::MEMBER_ONESELF,
]];
const MUTING: &[Codes] = &[&[codes::MEMBER_STAFF_ONLY, codes::MEMBER_NOT_FOUND, codes::MEMBER_IS_OWNER]];

pub(crate) const APPROVE_MEMBER: Doc = Doc::new("ApproveMember", "Lets in a member who waits.").refuses(REFUSALS);
pub(crate) const BLOCK_MEMBER: Doc = Doc::new("BlockMember", "Bars a member: they read and send nothing, at once.")
    .more(
            "Their streams end. Staff lose their role before they can be blocked; staff bar neither \
             the owner nor who has shown a token of staff that still holds. Groups that are left without an admin who can \
             act get one: the longest-standing participant who can.",
        )
    .refuses(BARRING);
pub(crate) const UNBLOCK_MEMBER: Doc = Doc::new("UnblockMember", "Lifts the block of a member.").refuses(REFUSALS);
pub(crate) const MUTE_MEMBER: Doc =
    Doc::new("MuteMember", "Lets a member read, and write to the business only.").refuses(MUTING);
pub(crate) const UNMUTE_MEMBER: Doc = Doc::new("UnmuteMember", "Gives a member their voice back.").refuses(REFUSALS);
pub(crate) const REMOVE_MEMBER: Doc = Doc::new("RemoveMember", "Removes a member from the site.")
    .more(
        "They read and send nothing, at once. Only the owner can register them again. Groups get another admin, as when a member \
         is blocked.",
    )
    .refuses(BARRING);

macro_rules! acts {
    ($($handler:ident => $act:ident),+) => {
        $(pub(crate) async fn $handler(
            State(state): State<AppState>,
            caller: Caller,
            Path((_, member)): Path<(String, String)>,
        ) -> Answered {
            moderate(state, caller, member, Moderation::$act).await
        })+
    };
}
acts!(
    approve_member => Approve,
    block_member => Block,
    unblock_member => Unblock,
    mute_member => Mute,
    unmute_member => Unmute,
    remove_member => Remove
);

async fn moderate(state: AppState, caller: Caller, member: String, action: Moderation) -> Answered {
    let member = caller.named(&member)?;
    let token_role = state.token_roles.of(&caller.site, &member);
    let moderate = ModerateMember { site: caller.site.clone(), member: member.clone(), action, token_role };
    let receipt = state.commands.execute(caller.registered(&state).await?, moderate).await?;
    super::answer(&member, appoint_admins(&state, &caller, &member, receipt).await)
}
