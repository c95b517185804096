//! `PUT` and `DELETE /v1/sites/{site}/members/{member}/roles/{role}` and `…/badges/{badge}`: AssignRole, UnassignRole,
//! AssignBadge, UnassignBadge.

use axum::extract::State;
use causerie_domain::member::{MAX_LABELS, RoleOrBadge};
use causerie_events::Label;

use crate::caller::Caller;
use crate::codes;
use crate::commands::LabelMember;
use crate::openapi::{Codes, Doc};
use crate::request::Path;
use crate::routes::members::Answered;
use crate::state::AppState;

const ROLES: &[Codes] =
    &[&[codes::MEMBER_STAFF_ONLY, codes::MEMBER_NOT_FOUND, codes::ROLE_OWNER_ONLY, codes::ROLE_RESERVED]];
const GIVEN: &[Codes] = &[
    &[codes::MEMBER_STAFF_ONLY, codes::MEMBER_NOT_FOUND, codes::ROLE_OWNER_ONLY, codes::ROLE_RESERVED],
    &[codes::MEMBER_TOO_MANY_LABELS, codes::ROLE_MEMBER_BLOCKED],
];
const BADGES: &[Codes] = &[&[codes::MEMBER_STAFF_ONLY, codes::MEMBER_NOT_FOUND]];

pub(crate) const ASSIGN_ROLE: Doc = Doc::new("AssignRole", "Gives a member a role.")
    .more("By owner and staff; `staff` by the owner alone, and it gives the rights of staff at once.")
    .at_most(MAX_LABELS, "of one member")
    .refuses(GIVEN);
pub(crate) const UNASSIGN_ROLE: Doc = Doc::new("UnassignRole", "Takes a role from a member.").refuses(ROLES);
pub(crate) const ASSIGN_BADGE: Doc = Doc::new("AssignBadge", "Gives a member a badge. By owner and staff.")
    .at_most(MAX_LABELS, "of one member")
    .refuses(&[&[codes::MEMBER_STAFF_ONLY, codes::MEMBER_NOT_FOUND, codes::MEMBER_TOO_MANY_LABELS]]);
pub(crate) const UNASSIGN_BADGE: Doc = Doc::new("UnassignBadge", "Takes a badge from a member.").refuses(BADGES);

macro_rules! acts {
    ($($handler:ident => $tag:ident, $on:literal);+) => {
        $(pub(crate) async fn $handler(
            State(state): State<AppState>,
            caller: Caller,
            Path((_, member, label)): Path<(String, String, Label)>,
        ) -> Answered {
            give(state, caller, member, RoleOrBadge::$tag(label), $on).await
        })+
    };
}
acts!(
    assign_role => Role, true;
    unassign_role => Role, false;
    assign_badge => Badge, true;
    unassign_badge => Badge, false
);

async fn give(state: AppState, caller: Caller, member: String, role_or_badge: RoleOrBadge, assigned: bool) -> Answered {
    let member = caller.named(&member)?;
    let label = LabelMember { site: caller.site.clone(), member: member.clone(), role_or_badge, assigned };
    super::answer(&member, state.commands.execute(caller.registered(&state).await?, label).await?)
}
