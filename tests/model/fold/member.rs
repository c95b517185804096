//! A member of the site.

use std::collections::BTreeSet;

use causerie_tests::LogEvent as Event;

/// Somebody who was registered, whatever became of them.
#[expect(clippy::struct_excessive_bools, reason = "each is one switch of the brief, set by events of its own")]
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) display_name: String,
    pub(crate) avatar_url: Option<String>,
    pub(crate) community: bool,
    pub(crate) pending: bool,
    pub(crate) blocked: bool,
    pub(crate) removed: bool,
    pub(crate) muted: bool,
    pub(crate) roles: BTreeSet<String>,
    pub(crate) badges: BTreeSet<String>,
    /// Whom they blocked.
    pub(crate) blocks: BTreeSet<String>,
}

/// Where somebody stands on the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Unregistered,
    Removed,
    Blocked,
    Pending,
    Outside,
    Muted,
    Voiced,
}

impl Standing {
    /// What bars them from everything.
    pub(crate) const fn bar(self) -> Option<&'static str> {
        match self {
            Self::Unregistered => Some("member.not_registered"),
            Self::Removed => Some("member.removed"),
            Self::Blocked => Some("member.blocked"),
            Self::Pending => Some("member.pending"),
            Self::Outside | Self::Muted | Self::Voiced => None,
        }
    }

    /// Whether members see them.
    pub(crate) const fn in_roster(self) -> bool {
        matches!(self, Self::Muted | Self::Voiced)
    }
}

impl Member {
    /// Fresh, also after a removal.
    pub(super) fn registered(event: &Event) -> Self {
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
            blocks: BTreeSet::new(),
        }
    }

    pub(super) fn take_in(&mut self, event: &Event) {
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
            "ContactBlocked" => drop(self.blocks.insert(event.text("member_id").to_owned())),
            "ContactUnblocked" => drop(self.blocks.remove(event.text("member_id"))),
            "LogReplayed" => {}
            other => panic!("the model does not know {other}"),
        }
    }

    pub(crate) fn standing(&self) -> Standing {
        match self {
            Self { removed: true, .. } => Standing::Removed,
            Self { blocked: true, .. } => Standing::Blocked,
            Self { pending: true, .. } => Standing::Pending,
            Self { community: false, .. } => Standing::Outside,
            Self { muted: true, .. } => Standing::Muted,
            _ => Standing::Voiced,
        }
    }

    /// In the words of the API.
    pub(crate) const fn status(&self) -> &'static str {
        match self {
            Self { removed: true, .. } => "removed",
            Self { blocked: true, .. } => "blocked",
            Self { pending: true, .. } => "pending",
            _ => "active",
        }
    }
}
