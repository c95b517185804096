//! Members of a site.

mod community;
mod contacts;
mod get_member;
mod labels;
mod list_members;
mod moderate;
mod register_member;

use axum::http::StatusCode;
use causerie_domain::Member;
use causerie_events::MemberId;
use causerie_projections::member_list::MemberView;

pub(super) use community::{join_community, leave_community};
pub(super) use contacts::{block_contact, list_blocked_contacts, unblock_contact};
pub(super) use get_member::get_member;
pub(super) use labels::{assign_badge, assign_role, unassign_badge, unassign_role};
pub(super) use list_members::list_members;
pub(super) use moderate::{approve_member, block_member, mute_member, remove_member, unblock_member, unmute_member};
pub(super) use register_member::register_member;

use crate::commands::Receipt;
use crate::routes::answer::Answer;
use crate::views::member_in_full;

/// What a command to a member answers: the member, as owner and staff see them.
fn answer(id: &MemberId, receipt: Receipt<Member>) -> Answer<Option<MemberView>> {
    let Receipt { aggregate, version, position } = receipt;
    Answer { status: StatusCode::OK, resource: member_in_full(id, &aggregate), version, position }
}
