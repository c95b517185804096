//! Members of a site.

mod community;
mod contacts;
mod count_members;
mod get_member;
mod labels;
mod list_members;
mod moderate;
mod registration;
mod succession;

use aide::axum::ApiRouter;
use aide::axum::routing::{get_with, post_with, put_with};
use causerie_domain::{Member, Role};
use causerie_events::MemberId;
use causerie_projections::member_list::MemberView;

use crate::caller::Caller;
use crate::codes;
use crate::commands::Receipt;
use crate::problem::Problem;
use crate::routes::response::CommandResponse;
use crate::state::AppState;
use crate::views::full_member_view;

/// The routes below `/v1/sites/{site}`.
pub(super) fn routes() -> ApiRouter<AppState> {
    ApiRouter::new()
        .api_route("/members", get_with(list_members::list_members, list_members::LIST_MEMBERS.write()))
        .api_route("/member-counts", get_with(count_members::count_members, count_members::COUNT_MEMBERS.write()))
        .api_route(
            "/members/{member}",
            put_with(registration::register_member, registration::REGISTER_MEMBER.write())
                .get_with(get_member::get_member, get_member::GET_MEMBER.write())
                .patch_with(registration::change_member, registration::CHANGE_MEMBER.write())
                .delete_with(moderate::remove_member, moderate::REMOVE_MEMBER.write()),
        )
        .api_route("/members/{member}/approve", post_with(moderate::approve_member, moderate::APPROVE_MEMBER.write()))
        .api_route("/members/{member}/block", post_with(moderate::block_member, moderate::BLOCK_MEMBER.write()))
        .api_route("/members/{member}/unblock", post_with(moderate::unblock_member, moderate::UNBLOCK_MEMBER.write()))
        .api_route("/members/{member}/mute", post_with(moderate::mute_member, moderate::MUTE_MEMBER.write()))
        .api_route("/members/{member}/unmute", post_with(moderate::unmute_member, moderate::UNMUTE_MEMBER.write()))
        .api_route(
            "/members/{member}/roles/{role}",
            put_with(labels::assign_role, labels::ASSIGN_ROLE.write())
                .delete_with(labels::unassign_role, labels::UNASSIGN_ROLE.write()),
        )
        .api_route(
            "/members/{member}/badges/{badge}",
            put_with(labels::assign_badge, labels::ASSIGN_BADGE.write())
                .delete_with(labels::unassign_badge, labels::UNASSIGN_BADGE.write()),
        )
        .api_route(
            "/members/{member}/community",
            put_with(community::join_community, community::JOIN_COMMUNITY.write())
                .delete_with(community::leave_community, community::LEAVE_COMMUNITY.write()),
        )
        .api_route(
            "/members/me/blocks",
            get_with(contacts::list_blocked_contacts, contacts::LIST_BLOCKED_CONTACTS.write()),
        )
        .api_route(
            "/members/me/blocks/{member}",
            put_with(contacts::block_contact, contacts::BLOCK_CONTACT.write())
                .delete_with(contacts::unblock_contact, contacts::UNBLOCK_CONTACT.write()),
        )
        .with_path_items(|item| item.tag("Members"))
}

/// The member that a command of the operator or owner names.
fn target_member(caller: &Caller, member: &str) -> Result<MemberId, Problem> {
    // An operator is not a member: a host that registers a user of this id would register the operator.
    if member == "me" && caller.role == Role::Operator {
        return Err(Problem::new(codes::ID_INVALID, "`me` is not a member id"));
    }
    caller.named(member)
}

type CommandResult = Result<CommandResponse<MemberView>, Problem>;

/// The member with all fields, as owner and staff see them.
fn respond(id: &MemberId, receipt: Receipt<Member>) -> CommandResult {
    let Receipt { aggregate, version, position } = receipt;
    CommandResponse::of(full_member_view(id, &aggregate), version, position)
}
