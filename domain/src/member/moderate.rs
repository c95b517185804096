//! What owner and staff do to members: let in, bar, silence, remove; roles and badges.

use causerie_events::MemberEvent;
use causerie_events::member::{Badge, Role as AssignedRole};

use crate::actor::Role;
use crate::member::{LabelMember, Member, MemberError, Membership, Moderate, Moderation, STAFF, Tag};
use crate::permission::{SiteAct, allowed};

/// The most roles of one member, and the most badges.
pub const MAX_LABELS: usize = 20;
/// Names that a token gives and the log cannot.
const RESERVED: [&str; 3] = ["member", "owner", "operator"];

impl Member {
    pub(super) fn moderate(&self, command: &Moderate) -> Result<Vec<MemberEvent>, MemberError> {
        if !allowed(SiteAct::Moderate, &command.actor, &command.member) {
            return Err(MemberError::StaffOnly);
        }
        if command.act == Moderation::Remove && self.membership().is_some_and(|member| member.removed) {
            return Ok(Vec::new());
        }
        let member = self.here()?;
        let bars = matches!(command.act, Moderation::Block | Moderation::Remove);
        if bars && member.is_staff() {
            return Err(MemberError::IsStaff);
        }
        if bars && command.actor.member == command.member {
            return Err(MemberError::NotOneself);
        }
        // The owner can: a block is all that ends a token of staff at once.
        if command.actor.role == Role::Staff {
            match command.token_role {
                Some(Role::Owner) if bars || command.act == Moderation::Mute => return Err(MemberError::IsOwner),
                Some(Role::Staff) if bars => return Err(MemberError::IsStaff),
                _ => {}
            }
        }
        Ok(if member.is_already(command.act) { Vec::new() } else { vec![event(command.act)] })
    }

    pub(super) fn label(&self, command: LabelMember) -> Result<Vec<MemberEvent>, MemberError> {
        let staff = matches!(&command.tag, Tag::Role(role) if role.as_str() == STAFF);
        if !allowed(SiteAct::AssignLabel, &command.actor, &command.member) {
            return Err(MemberError::StaffOnly);
        }
        if staff && !allowed(SiteAct::AssignStaff, &command.actor, &command.member) {
            return Err(MemberError::AssignsStaff);
        }
        if matches!(&command.tag, Tag::Role(role) if RESERVED.contains(&role.as_str())) {
            return Err(MemberError::ReservedRole);
        }
        let member = self.here()?;
        let (labels, label) = match &command.tag {
            Tag::Role(role) => (&member.roles, role),
            Tag::Badge(badge) => (&member.badges, badge),
        };
        if labels.contains(label) == command.on {
            return Ok(Vec::new());
        }
        if command.on && labels.len() >= MAX_LABELS {
            return Err(MemberError::TooManyLabels);
        }
        if command.on && staff && member.blocked {
            return Err(MemberError::BarredStaff);
        }
        Ok(vec![match (command.tag, command.on) {
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
