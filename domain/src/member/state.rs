//! What a member is.

use causerie_events::MemberEvent;
use causerie_events::member::MemberProfile;
use serde::{Deserialize, Serialize};

use crate::aggregate::aggregate;
use crate::member::{MemberCommand, MemberError, Standing};

/// A member of a site.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub enum Member {
    /// Not registered.
    #[default]
    Missing,
    /// Registered.
    Registered(Membership),
}

/// What is known of a registered member.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Membership {
    /// How the member appears to others.
    pub profile: MemberProfile,
    /// Whether the member has joined the community.
    pub community: bool,
    /// Whether the member waits for approval.
    pub pending: bool,
    /// Whether owner or staff barred the member.
    pub blocked: bool,
}

impl Member {
    /// The member's standing on the site.
    #[must_use]
    pub const fn standing(&self) -> Standing {
        match self {
            Self::Missing => Standing::Unregistered,
            Self::Registered(member) if member.blocked => Standing::Blocked,
            Self::Registered(member) if member.pending => Standing::Pending,
            Self::Registered(member) if member.community => Standing::InRoster,
            Self::Registered(_) => Standing::Outside,
        }
    }

    pub(super) fn evolve(&mut self, event: MemberEvent) {
        match (&mut *self, event) {
            (_, MemberEvent::MemberRegistered(registered)) => {
                *self = Self::Registered(Membership {
                    profile: registered.profile,
                    community: registered.community,
                    pending: registered.pending,
                    blocked: false,
                });
            }
            (Self::Registered(member), MemberEvent::MemberProfileChanged(profile)) => member.profile = profile,
            (Self::Registered(member), MemberEvent::CommunityJoined) => member.community = true,
            (Self::Registered(member), MemberEvent::CommunityLeft) => member.community = false,
            (Self::Registered(member), MemberEvent::MemberBlocked) => member.blocked = true,
            (Self::Registered(member), MemberEvent::MemberUnblocked) => member.blocked = false,
            (Self::Missing, _) => {}
        }
    }
}

aggregate!(Member, "member", MemberCommand, MemberEvent, MemberError);
