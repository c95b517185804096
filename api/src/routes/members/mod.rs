//! Members of a site.

mod change_member;
mod community;
mod contacts;
mod get_member;
mod labels;
mod list_members;
mod moderate;
mod register_member;
mod succession;

use causerie_domain::{Member, Role};
use causerie_events::MemberId;
use causerie_projections::member_list::MemberView;

pub(super) use change_member::{CHANGE_MEMBER, change_member};
pub(super) use community::{JOIN_COMMUNITY, LEAVE_COMMUNITY, join_community, leave_community};
pub(super) use contacts::{
    BLOCK_CONTACT, LIST_BLOCKED_CONTACTS, UNBLOCK_CONTACT, block_contact, list_blocked_contacts, unblock_contact,
};
pub(super) use get_member::{GET_MEMBER, get_member};
pub(super) use labels::{
    ASSIGN_BADGE, ASSIGN_ROLE, UNASSIGN_BADGE, UNASSIGN_ROLE, assign_badge, assign_role, unassign_badge, unassign_role,
};
pub(super) use list_members::{LIST_MEMBERS, list_members};
pub(super) use moderate::{
    APPROVE_MEMBER, BLOCK_MEMBER, MUTE_MEMBER, REMOVE_MEMBER, UNBLOCK_MEMBER, UNMUTE_MEMBER, approve_member,
    block_member, mute_member, remove_member, unblock_member, unmute_member,
};
pub(super) use register_member::{REGISTER_MEMBER, register_member};

use crate::auth::Caller;
use crate::codes;
use crate::commands::Receipt;
use crate::problem::Problem;
use crate::routes::answer::Answer;
use crate::views::full_member_view;

/// The member whom operator or owner speak of.
fn hosted(caller: &Caller, member: &str) -> Result<MemberId, Problem> {
    // An operator is not a member: a host that registers a user of this id would register the operator.
    if member == "me" && caller.role == Role::Operator {
        return Err(Problem::new(codes::ID_INVALID, "`me` is not a member id"));
    }
    caller.named(member)
}

type Answered = Result<Answer<MemberView>, Problem>;

/// What a command to a member answers: the member, as owner and staff see them.
fn answer(id: &MemberId, receipt: Receipt<Member>) -> Answered {
    let Receipt { aggregate, version, position } = receipt;
    Answer::of(full_member_view(id, &aggregate), version, position)
}
