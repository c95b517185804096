//! `PUT` and `DELETE /v1/sites/{site}/members/{member}/roles/{role}` and `…/badges/{badge}`: AssignRole, UnassignRole,
//! AssignBadge, UnassignBadge.

use axum::extract::State;
use causerie_domain::member::{LabelMember, MAX_LABELS, RoleOrBadge};
use causerie_events::Label;

use crate::caller::Caller;
use crate::codes;
use crate::openapi::{Codes, Doc};
use crate::request::Path;
use crate::routes::members::CommandResult;
use crate::state::AppState;

const UNASSIGN_ROLE_REFUSALS: &[Codes] =
    &[&[codes::MEMBER_STAFF_ONLY, codes::MEMBER_NOT_FOUND, codes::ROLE_OWNER_ONLY, codes::ROLE_RESERVED]];
const ASSIGN_ROLE_REFUSALS: &[Codes] = &[
    &[codes::MEMBER_STAFF_ONLY, codes::MEMBER_NOT_FOUND, codes::ROLE_OWNER_ONLY, codes::ROLE_RESERVED],
    &[codes::MEMBER_TOO_MANY_LABELS, codes::ROLE_MEMBER_BLOCKED],
];
const UNASSIGN_BADGE_REFUSALS: &[Codes] = &[&[codes::MEMBER_STAFF_ONLY, codes::MEMBER_NOT_FOUND]];

pub(crate) const ASSIGN_ROLE: Doc = Doc::new("AssignRole", "Assigns a role to a member.")
    .more("By owner and staff. Only the owner assigns `staff`, which grants the permissions of staff immediately.")
    .at_most(MAX_LABELS, "roles per member")
    .refuses(ASSIGN_ROLE_REFUSALS);
pub(crate) const UNASSIGN_ROLE: Doc =
    Doc::new("UnassignRole", "Removes a role from a member. By owner and staff.").refuses(UNASSIGN_ROLE_REFUSALS);
pub(crate) const ASSIGN_BADGE: Doc = Doc::new("AssignBadge", "Assigns a badge to a member. By owner and staff.")
    .at_most(MAX_LABELS, "badges per member")
    .refuses(&[&[codes::MEMBER_STAFF_ONLY, codes::MEMBER_NOT_FOUND, codes::MEMBER_TOO_MANY_LABELS]]);
pub(crate) const UNASSIGN_BADGE: Doc =
    Doc::new("UnassignBadge", "Removes a badge from a member. By owner and staff.").refuses(UNASSIGN_BADGE_REFUSALS);

macro_rules! handlers {
    ($($handler:ident => $tag:ident, $assigned:literal);+) => {
        $(pub(crate) async fn $handler(
            State(state): State<AppState>,
            caller: Caller,
            Path((_, member, label)): Path<(String, String, Label)>,
        ) -> CommandResult {
            change_label(state, caller, member, RoleOrBadge::$tag(label), $assigned).await
        })+
    };
}
handlers!(
    assign_role => Role, true;
    unassign_role => Role, false;
    assign_badge => Badge, true;
    unassign_badge => Badge, false
);

async fn change_label(
    state: AppState,
    caller: Caller,
    member: String,
    role_or_badge: RoleOrBadge,
    assigned: bool,
) -> CommandResult {
    let member = caller.named(&member)?;
    let label = LabelMember { site: caller.site.clone(), member: member.clone(), role_or_badge, assigned };
    super::respond(&member, state.commands.execute(caller.registered(&state).await?, label).await?)
}
