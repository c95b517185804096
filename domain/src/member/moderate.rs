//! What owner and staff do to members: let in, bar, silence, remove; roles and badges.

use causerie_events::member::{Badge, Role as AssignedRole};
use causerie_events::{Label, MemberEvent, MemberId, SiteId, StreamId};

use crate::actor::{Actor, Role};
use crate::decide::{Decide, Decided};
use crate::member::{Member, MemberError, Membership, STAFF};
use crate::permission::{SiteAct, allowed};

/// The most roles of one member, and the most badges.
pub const MAX_LABELS: usize = 20;
/// Names that a token gives and the log cannot.
const RESERVED: [&str; 3] = ["member", "owner", "operator"];

/// ApproveMember, BlockMember, UnblockMember, MuteMember, UnmuteMember, RemoveMember.
#[derive(Debug, Clone)]
pub struct Moderate {
    pub site: SiteId,
    pub member: MemberId,
    pub act: Moderation,
    /// The role in a token of theirs that was used and is still valid, where that is staff or owner.
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

impl Decide for Moderate {
    type Aggregate = Member;
    type Facts = ();

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::member(&self.site, &self.member)
    }

    fn decide(&self, member: &Member, actor: &Actor, (): &()) -> Decided<Member> {
        if !allowed(SiteAct::Moderate, actor, &self.member) {
            return Err(MemberError::StaffOnly);
        }
        if self.act == Moderation::Remove && member.membership().is_some_and(|member| member.removed) {
            return Ok(Vec::new());
        }
        let member = member.here()?;
        let bars = matches!(self.act, Moderation::Block | Moderation::Remove);
        if bars && member.is_staff() {
            return Err(MemberError::IsStaff);
        }
        if bars && actor.member == self.member {
            return Err(MemberError::NotOneself);
        }
        // The owner can: a block is all that ends a token of staff at once.
        if actor.role == Role::Staff {
            match self.token_role {
                Some(Role::Owner) if bars || self.act == Moderation::Mute => return Err(MemberError::IsOwner),
                Some(Role::Staff) if bars => return Err(MemberError::IsStaff),
                _ => {}
            }
        }
        Ok(if member.is_already(self.act) { Vec::new() } else { vec![event(self.act)] })
    }
}

/// AssignRole, UnassignRole, AssignBadge, UnassignBadge.
#[derive(Debug, Clone)]
pub struct LabelMember {
    pub site: SiteId,
    pub member: MemberId,
    pub tag: Tag,
    /// Whether the member is to have it.
    pub on: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tag {
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
        let staff = matches!(&self.tag, Tag::Role(role) if role.as_str() == STAFF);
        if !allowed(SiteAct::AssignLabel, actor, &self.member) {
            return Err(MemberError::StaffOnly);
        }
        if staff && !allowed(SiteAct::AssignStaff, actor, &self.member) {
            return Err(MemberError::AssignsStaff);
        }
        if matches!(&self.tag, Tag::Role(role) if RESERVED.contains(&role.as_str())) {
            return Err(MemberError::ReservedRole);
        }
        let member = member.here()?;
        let (labels, label) = match &self.tag {
            Tag::Role(role) => (&member.roles, role),
            Tag::Badge(badge) => (&member.badges, badge),
        };
        if labels.contains(label) == self.on {
            return Ok(Vec::new());
        }
        if self.on && labels.len() >= MAX_LABELS {
            return Err(MemberError::TooManyLabels);
        }
        if self.on && staff && member.blocked {
            return Err(MemberError::BarredStaff);
        }
        Ok(vec![match (self.tag.clone(), self.on) {
            (Tag::Role(role), true) => MemberEvent::RoleAssigned(AssignedRole { role }),
            (Tag::Role(role), false) => MemberEvent::RoleUnassigned(AssignedRole { role }),
            (Tag::Badge(badge), true) => MemberEvent::BadgeAssigned(Badge { badge }),
            (Tag::Badge(badge), false) => MemberEvent::BadgeUnassigned(Badge { badge }),
        }])
    }
}

impl Membership {
    const fn is_already(&self, act: Moderation) -> bool {
        match act {
            Moderation::Approve => !self.pending,
            Moderation::Block => self.blocked,
            Moderation::Unblock => !self.blocked,
            Moderation::Mute => self.muted,
            Moderation::Unmute => !self.muted,
            Moderation::Remove => self.removed,
        }
    }
}

const fn event(act: Moderation) -> MemberEvent {
    match act {
        Moderation::Approve => MemberEvent::MemberApproved,
        Moderation::Block => MemberEvent::MemberBlocked,
        Moderation::Unblock => MemberEvent::MemberUnblocked,
        Moderation::Mute => MemberEvent::MemberMuted,
        Moderation::Unmute => MemberEvent::MemberUnmuted,
        Moderation::Remove => MemberEvent::MemberRemoved,
    }
}
