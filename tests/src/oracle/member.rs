//! A member of a site.

use std::collections::BTreeSet;

use super::refusal::{BLOCKED, MUTED, NOT_IN_COMMUNITY, NOT_REGISTERED, PENDING, REMOVED, Refusal};
use crate::LogEvent;

/// A member who was registered, and may have been blocked or removed since.
#[expect(clippy::struct_excessive_bools, reason = "each is set by events of its own, in any combination")]
#[derive(Debug, Clone)]
pub struct Member {
    pub display_name: String,
    pub avatar_url: Option<String>,
    pub community: bool,
    pub pending: bool,
    pub blocked: bool,
    pub removed: bool,
    pub muted: bool,
    pub roles: BTreeSet<String>,
    pub badges: BTreeSet<String>,
    pub blocked_contacts: BTreeSet<String>,
}

/// What a member may do on the site. The first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Unregistered,
    Removed,
    Blocked,
    Pending,
    /// Not in the community.
    Outside,
    Muted,
    Active,
}

impl Standing {
    /// Why members of this standing may neither read nor send.
    pub const fn inactive(self) -> Option<Refusal> {
        match self {
            Self::Unregistered => Some(NOT_REGISTERED),
            Self::Removed => Some(REMOVED),
            Self::Blocked => Some(BLOCKED),
            Self::Pending => Some(PENDING),
            Self::Outside | Self::Muted | Self::Active => None,
        }
    }

    /// Why members of this standing may not write to other members.
    pub const fn cannot_write_to_members(self) -> Option<Refusal> {
        match self {
            Self::Outside => Some(NOT_IN_COMMUNITY),
            Self::Muted => Some(MUTED),
            _ => self.inactive(),
        }
    }

    pub const fn in_roster(self) -> bool {
        matches!(self, Self::Muted | Self::Active)
    }
}

impl Member {
    /// A new member, also after a removal.
    pub(super) fn registered(event: &LogEvent) -> Self {
        Self {
            display_name: event.text("display_name").to_owned(),
            avatar_url: event.data["avatar_url"].as_str().map(str::to_owned),
            community: event.data["community"] == true,
            pending: event.data["pending"] == true,
            blocked: false,
            removed: false,
            muted: false,
            roles: BTreeSet::new(),
            badges: BTreeSet::new(),
            blocked_contacts: BTreeSet::new(),
        }
    }

    pub(super) fn apply(&mut self, event: &LogEvent) {
        match event.kind.as_str() {
            "MemberProfileChanged" => {
                event.text("display_name").clone_into(&mut self.display_name);
                self.avatar_url = event.data["avatar_url"].as_str().map(str::to_owned);
            }
            "CommunityJoined" => self.community = true,
            "CommunityLeft" => self.community = false,
            "MemberApproved" => self.pending = false,
            "MemberBlocked" => self.blocked = true,
            "MemberUnblocked" => self.blocked = false,
            "MemberMuted" => self.muted = true,
            "MemberUnmuted" => self.muted = false,
            "MemberRemoved" => self.removed = true,
            "RoleAssigned" => drop(self.roles.insert(event.text("role").to_owned())),
            "RoleUnassigned" => drop(self.roles.remove(event.text("role"))),
            "BadgeAssigned" => drop(self.badges.insert(event.text("badge").to_owned())),
            "BadgeUnassigned" => drop(self.badges.remove(event.text("badge"))),
            "ContactBlocked" => drop(self.blocked_contacts.insert(event.text("member_id").to_owned())),
            "ContactUnblocked" => drop(self.blocked_contacts.remove(event.text("member_id"))),
            "LogReplayed" => {}
            other => panic!("the oracle does not know {other}"),
        }
    }

    pub const fn standing(&self) -> Standing {
        match self {
            Self { removed: true, .. } => Standing::Removed,
            Self { blocked: true, .. } => Standing::Blocked,
            Self { pending: true, .. } => Standing::Pending,
            Self { community: false, .. } => Standing::Outside,
            Self { muted: true, .. } => Standing::Muted,
            _ => Standing::Active,
        }
    }

    /// The field `status` of the API.
    pub const fn status(&self) -> &'static str {
        match self {
            Self { removed: true, .. } => "removed",
            Self { blocked: true, .. } => "blocked",
            Self { pending: true, .. } => "pending",
            _ => "active",
        }
    }
}
