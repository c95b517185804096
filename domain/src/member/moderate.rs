//! Moderation of members by the owner and staff; roles and badges.

use causerie_events::member::{Badge, Role as AssignedRole};
use causerie_events::{Label, MemberEvent, MemberId, SiteId, StreamId};

use crate::actor::{Actor, Role};
use crate::decide::{Decide, Decided};
use crate::error::MemberError;
use crate::member::{Member, RegisteredMember, STAFF};
use crate::permission::{SiteAction, allowed};

/// The maximum number of roles of a member, and of badges.
pub const MAX_LABELS: usize = 20;
/// Roles that only a token can contain.
const RESERVED_ROLES: [&str; 3] = ["member", "owner", "operator"];

/// ApproveMember, BlockMember, UnblockMember, MuteMember, UnmuteMember, RemoveMember.
#[derive(Debug, Clone)]
pub struct ModerateMember {
    pub site: SiteId,
    pub member: MemberId,
    pub action: Moderation,
    /// Staff or owner, if the member has used a token with this role that is still valid.
    pub token_role: Option<Role>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moderation {
    Approve,
    Block,
    Unblock,
    Mute,
    Unmute,
    Remove,
}

impl Decide for ModerateMember {
    type Aggregate = Member;
    type Facts = ();

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::member(&self.site, &self.member)
    }

    fn decide(&self, member: &Member, actor: &Actor, (): &()) -> Decided<Member> {
        if !allowed(SiteAction::Moderate, actor, &self.member) {
            return Err(MemberError::StaffOnly);
        }
        if self.action == Moderation::Remove && member.registered().is_some_and(|member| member.removed) {
            return Ok(Vec::new());
        }
        let member = member.require_present()?;
        let revokes_access = matches!(self.action, Moderation::Block | Moderation::Remove);
        if revokes_access && member.is_staff() {
            return Err(MemberError::IsStaff);
        }
        if revokes_access && actor.member == self.member {
            return Err(MemberError::NotSelf);
        }
        // The owner may: a block is the only way to revoke a staff token before it expires.
        if actor.role == Role::Staff {
            match self.token_role {
                Some(Role::Owner) if revokes_access || self.action == Moderation::Mute => {
                    return Err(MemberError::IsOwner);
                }
                Some(Role::Staff) if revokes_access => return Err(MemberError::IsStaff),
                _ => {}
            }
        }
        Ok(if member.is_already(self.action) { Vec::new() } else { vec![event(self.action)] })
    }
}

/// AssignRole, UnassignRole, AssignBadge, UnassignBadge.
#[derive(Debug, Clone)]
pub struct LabelMember {
    pub site: SiteId,
    pub member: MemberId,
    pub role_or_badge: RoleOrBadge,
    pub assigned: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleOrBadge {
    Role(Label),
    Badge(Label),
}

impl Decide for LabelMember {
    type Aggregate = Member;
    type Facts = ();

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::member(&self.site, &self.member)
    }

    fn decide(&self, member: &Member, actor: &Actor, (): &()) -> Decided<Member> {
        let staff = matches!(&self.role_or_badge, RoleOrBadge::Role(role) if role.as_str() == STAFF);
        if !allowed(SiteAction::AssignLabel, actor, &self.member) {
            return Err(MemberError::StaffOnly);
        }
        if staff && !allowed(SiteAction::AssignStaff, actor, &self.member) {
            return Err(MemberError::RoleOwnerOnly);
        }
        if matches!(&self.role_or_badge, RoleOrBadge::Role(role) if RESERVED_ROLES.contains(&role.as_str())) {
            return Err(MemberError::ReservedRole);
        }
        let member = member.require_present()?;
        let (labels, label) = match &self.role_or_badge {
            RoleOrBadge::Role(role) => (&member.roles, role),
            RoleOrBadge::Badge(badge) => (&member.badges, badge),
        };
        if labels.contains(label) == self.assigned {
            return Ok(Vec::new());
        }
        if self.assigned && labels.len() >= MAX_LABELS {
            return Err(MemberError::TooManyLabels);
        }
        if self.assigned && staff && member.blocked {
            return Err(MemberError::RoleMemberBlocked);
        }
        Ok(vec![match (self.role_or_badge.clone(), self.assigned) {
            (RoleOrBadge::Role(role), true) => MemberEvent::RoleAssigned(AssignedRole { role }),
            (RoleOrBadge::Role(role), false) => MemberEvent::RoleUnassigned(AssignedRole { role }),
            (RoleOrBadge::Badge(badge), true) => MemberEvent::BadgeAssigned(Badge { badge }),
            (RoleOrBadge::Badge(badge), false) => MemberEvent::BadgeUnassigned(Badge { badge }),
        }])
    }
}

impl RegisteredMember {
    const fn is_already(&self, action: Moderation) -> bool {
        match action {
            Moderation::Approve => !self.pending,
            Moderation::Block => self.blocked,
            Moderation::Unblock => !self.blocked,
            Moderation::Mute => self.muted,
            Moderation::Unmute => !self.muted,
            Moderation::Remove => self.removed,
        }
    }
}

const fn event(action: Moderation) -> MemberEvent {
    match action {
        Moderation::Approve => MemberEvent::MemberApproved,
        Moderation::Block => MemberEvent::MemberBlocked,
        Moderation::Unblock => MemberEvent::MemberUnblocked,
        Moderation::Mute => MemberEvent::MemberMuted,
        Moderation::Unmute => MemberEvent::MemberUnmuted,
        Moderation::Remove => MemberEvent::MemberRemoved,
    }
}
