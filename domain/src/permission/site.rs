//! The acts on a site and its members.

use causerie_events::MemberId;

use crate::actor::{Actor, Role};
use crate::site::SiteError;

/// An act on a site or on a member of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SiteAct {
    RegisterSite,
    SwitchMemberChat,
    ChangeSettings,
    /// Name, language, origins.
    ChangeSite,
    /// Also reopening it.
    CloseSite,
    ReplayLog,
    /// Without their messages.
    ListGroups,
    RegisterMember,
    /// Registration by the member's own first visit.
    VisitFirst,
    /// Registering again a member who was removed.
    RegisterRemoved,
    ChangeCommunity,
    /// Approve, block, unblock, mute, unmute, remove.
    Moderate,
    /// The role that gives the rights of staff.
    AssignStaff,
    /// Any other role, and badges.
    AssignLabel,
    /// Blocks between members.
    BlockContact,
}

enum Who {
    Operator,
    Owner,
    Staff,
    /// The member that the act is about.
    Oneself,
}

#[expect(clippy::match_same_arms, reason = "a table, read by act")]
const fn table(act: SiteAct) -> &'static [Who] {
    use Who::{Oneself, Operator, Owner, Staff};
    match act {
        SiteAct::RegisterSite | SiteAct::CloseSite => &[Operator],
        SiteAct::SwitchMemberChat | SiteAct::ChangeSettings | SiteAct::ReplayLog | SiteAct::ListGroups => &[Owner],
        SiteAct::ChangeSite | SiteAct::RegisterMember => &[Operator, Owner],
        SiteAct::ChangeCommunity => &[Operator, Owner, Oneself],
        SiteAct::RegisterRemoved | SiteAct::AssignStaff => &[Owner],
        SiteAct::Moderate | SiteAct::AssignLabel => &[Owner, Staff],
        SiteAct::VisitFirst | SiteAct::BlockContact => &[Oneself],
    }
}

/// Whether the actor may do this to a member; `member` is the actor where it is about the site.
pub(crate) fn allowed(act: SiteAct, actor: &Actor, member: &MemberId) -> bool {
    table(act).iter().any(|who| match who {
        Who::Operator => actor.role == Role::Operator,
        Who::Owner => actor.role == Role::Owner,
        Who::Staff => actor.role == Role::Staff && actor.require_active().is_ok(),
        Who::Oneself => actor.role != Role::Operator && actor.member == *member,
    })
}

/// Rejects actors who may not see which groups a site has.
pub fn permit_list_groups(actor: &Actor) -> Result<(), SiteError> {
    if allowed(SiteAct::ListGroups, actor, &actor.member) { Ok(()) } else { Err(SiteError::OwnerOnly) }
}
