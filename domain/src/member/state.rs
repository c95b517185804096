//! The state of a member.

use std::collections::BTreeSet;

use causerie_events::member::MemberProfile;
use causerie_events::{Aggregate, Label, MemberEvent, MemberId};
use jiff::Timestamp;
use serde::Serialize;

use crate::actor::{Actor, Role, Standing};
use crate::error::MemberError;

/// The assigned role that grants the permissions of staff.
pub const STAFF: &str = "staff";

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub enum Member {
    #[default]
    Missing,
    Registered(RegisteredMember),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and they come in any combination")]
pub struct RegisteredMember {
    pub profile: MemberProfile,
    /// The time of the profile at the host, if recorded.
    pub profile_as_of: Option<Timestamp>,
    pub community: bool,
    /// Waiting for approval.
    pub pending: bool,
    pub blocked: bool,
    pub removed: bool,
    /// May write to the business only.
    pub muted: bool,
    pub roles: BTreeSet<Label>,
    pub badges: BTreeSet<Label>,
    pub blocked_contacts: BTreeSet<MemberId>,
}

impl Member {
    #[must_use]
    pub const fn standing(&self) -> Standing {
        match self {
            Self::Missing => Standing::Unregistered,
            Self::Registered(member) if member.removed => Standing::Removed,
            Self::Registered(member) if member.blocked => Standing::Blocked,
            Self::Registered(member) if member.pending => Standing::Pending,
            Self::Registered(member) if !member.community => Standing::Outside,
            Self::Registered(member) if member.muted => Standing::Muted,
            Self::Registered(_) => Standing::InRoster,
        }
    }

    #[must_use]
    pub fn actor(&self, id: MemberId, token_role: Role) -> Actor {
        let role = if token_role == Role::Member && self.is_staff() { Role::Staff } else { token_role };
        Actor { member: id, role, standing: self.standing() }
    }

    /// Whether the log assigns the member the role `staff`.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.registered().is_some_and(RegisteredMember::is_staff)
    }

    /// Whether one of the two members has blocked the other, so that they do not see each other. A block of a
    /// staff member has no effect.
    #[must_use]
    pub fn has_block_with(&self, id: &MemberId, other: &Self, other_id: &MemberId) -> bool {
        let has_blocked = |blocker: &Self, blocked: &Self, blocked_id: &MemberId| {
            blocker.registered().is_some_and(|member| member.blocked_contacts.contains(blocked_id))
                && !blocked.is_staff()
        };
        has_blocked(self, other, other_id) || has_blocked(other, self, id)
    }

    #[must_use]
    pub const fn registered(&self) -> Option<&RegisteredMember> {
        match self {
            Self::Missing => None,
            Self::Registered(member) => Some(member),
        }
    }
}

impl RegisteredMember {
    pub(super) fn is_staff(&self) -> bool {
        self.roles.iter().any(|role| role.as_str() == STAFF)
    }

    fn apply(&mut self, event: MemberEvent) {
        match event {
            MemberEvent::MemberProfileChanged(changed) => {
                self.profile = changed.profile;
                self.profile_as_of = changed.profile_as_of;
            }
            MemberEvent::CommunityJoined => self.community = true,
            MemberEvent::CommunityLeft => self.community = false,
            MemberEvent::MemberApproved => self.pending = false,
            MemberEvent::MemberBlocked => self.blocked = true,
            MemberEvent::MemberUnblocked => self.blocked = false,
            MemberEvent::MemberMuted => self.muted = true,
            MemberEvent::MemberUnmuted => self.muted = false,
            MemberEvent::MemberRemoved => self.removed = true,
            MemberEvent::RoleAssigned(assigned) => {
                self.roles.insert(assigned.role);
            }
            MemberEvent::RoleUnassigned(assigned) => {
                self.roles.remove(&assigned.role);
            }
            MemberEvent::BadgeAssigned(assigned) => {
                self.badges.insert(assigned.badge);
            }
            MemberEvent::BadgeUnassigned(assigned) => {
                self.badges.remove(&assigned.badge);
            }
            MemberEvent::ContactBlocked(contact) => {
                self.blocked_contacts.insert(contact.member_id);
            }
            MemberEvent::ContactUnblocked(contact) => {
                self.blocked_contacts.remove(&contact.member_id);
            }
            MemberEvent::MemberRegistered(_) | MemberEvent::LogReplayed(_) => {}
        }
    }
}

impl Aggregate for Member {
    type Event = MemberEvent;
    type Error = MemberError;

    fn apply(&mut self, event: MemberEvent) {
        match (&mut *self, event) {
            (_, MemberEvent::MemberRegistered(registered)) => {
                *self = Self::Registered(RegisteredMember {
                    profile: registered.profile,
                    profile_as_of: registered.profile_as_of,
                    community: registered.community,
                    pending: registered.pending,
                    blocked: false,
                    removed: false,
                    muted: false,
                    roles: BTreeSet::new(),
                    badges: BTreeSet::new(),
                    blocked_contacts: BTreeSet::new(),
                });
            }
            (Self::Registered(member), event) => member.apply(event),
            (Self::Missing, _) => {}
        }
    }
}
