//! Permissions on a site and its members.

use causerie_events::MemberId;

use crate::actor::{Actor, Role};
use crate::error::SiteError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SiteAction {
    RegisterSite,
    SwitchMemberChat,
    ChangeSettings,
    /// Name, language, origins.
    ChangeSite,
    /// Also reopening.
    CloseSite,
    ReplayLog,
    /// Without the messages.
    ListGroups,
    RegisterMember,
    /// By the first visit of the member.
    RegisterSelf,
    /// Registering a removed member again.
    ReregisterRemoved,
    ChangeCommunity,
    /// Approve, block, unblock, mute, unmute, remove.
    Moderate,
    AssignStaff,
    /// Any other role, and badges.
    AssignLabel,
    BlockContact,
}

enum AllowedActor {
    Operator,
    Owner,
    Staff,
    /// The member that the action is about.
    TheMember,
}

#[expect(clippy::match_same_arms, reason = "a table with one row per action")]
const fn table(action: SiteAction) -> &'static [AllowedActor] {
    use AllowedActor::{Operator, Owner, Staff, TheMember};
    match action {
        SiteAction::RegisterSite | SiteAction::CloseSite => &[Operator],
        SiteAction::SwitchMemberChat | SiteAction::ChangeSettings => &[Owner],
        SiteAction::ReplayLog | SiteAction::ListGroups => &[Owner],
        SiteAction::ChangeSite | SiteAction::RegisterMember => &[Operator, Owner],
        SiteAction::ChangeCommunity => &[Operator, Owner, TheMember],
        SiteAction::ReregisterRemoved | SiteAction::AssignStaff => &[Owner],
        SiteAction::Moderate | SiteAction::AssignLabel => &[Owner, Staff],
        SiteAction::RegisterSelf | SiteAction::BlockContact => &[TheMember],
    }
}

/// Whether the actor may do this to a member. For actions on the site, `member` is the actor.
pub(crate) fn allowed(action: SiteAction, actor: &Actor, member: &MemberId) -> bool {
    table(action).iter().any(|allowed| match allowed {
        AllowedActor::Operator => actor.role == Role::Operator,
        AllowedActor::Owner => actor.role == Role::Owner,
        AllowedActor::Staff => actor.role == Role::Staff && actor.require_active().is_ok(),
        AllowedActor::TheMember => actor.role != Role::Operator && actor.member == *member,
    })
}

pub fn permit_list_groups(actor: &Actor) -> Result<(), SiteError> {
    if allowed(SiteAction::ListGroups, actor, &actor.member) { Ok(()) } else { Err(SiteError::OwnerOnly) }
}
