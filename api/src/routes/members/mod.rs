//! Members of a site.

mod block_member;
mod list_members;
mod register_member;

use axum::http::StatusCode;
use causerie_domain::Member;
use causerie_domain::member::Standing;
use causerie_events::MemberId;
use causerie_projections::member_list::{MemberView, Status};

pub(super) use block_member::{block_member, unblock_member};
pub(super) use list_members::list_members;
pub(super) use register_member::register_member;

use crate::commands::Receipt;
use crate::routes::answer::Answer;

/// What a command to a member answers: the member, as owner and staff see them.
fn answer(id: &MemberId, receipt: Receipt<Member>) -> Answer<Option<MemberView>> {
    let Receipt { aggregate, version, position } = receipt;
    Answer { status: StatusCode::OK, resource: view(id, aggregate), version, position }
}

fn view(id: &MemberId, member: Member) -> Option<MemberView> {
    let status = match member.standing() {
        Standing::Unregistered => return None,
        Standing::Pending => Status::Pending,
        Standing::Blocked => Status::Blocked,
        Standing::Outside | Standing::InRoster => Status::Active,
    };
    let Member::Registered(member) = member else { return None };
    Some(MemberView {
        id: id.to_string(),
        display_name: member.profile.display_name.as_str().to_owned(),
        avatar_url: member.profile.avatar_url,
        status: Some(status),
        community: Some(member.community),
    })
}
