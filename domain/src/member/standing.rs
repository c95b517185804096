//! The standing of a member: whether the member may read, and whether they may write to other members.

use crate::member::MemberError;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    Unregistered,
    Removed,
    /// Waiting for approval.
    Pending,
    /// May neither read nor send.
    Blocked,
    /// Has not joined the community: may write to the business only.
    Outside,
    /// In the roster; may write to the business only.
    Muted,
    /// An active member of the community.
    InRoster,
}

impl Standing {
    /// Returns an error unless the member may read and send.
    pub const fn require_active(self) -> Result<(), MemberError> {
        match self {
            Self::Unregistered => Err(MemberError::NotRegistered),
            Self::Removed => Err(MemberError::Removed),
            Self::Pending => Err(MemberError::Pending),
            Self::Blocked => Err(MemberError::Blocked),
            Self::Outside | Self::Muted | Self::InRoster => Ok(()),
        }
    }

    /// Returns an error unless other members can see the member.
    pub const fn require_in_roster(self) -> Result<(), MemberError> {
        match self {
            Self::Outside => Err(MemberError::NotInCommunity),
            _ => self.require_active(),
        }
    }

    /// Returns an error unless the member may write to other members.
    pub const fn require_voice(self) -> Result<(), MemberError> {
        match self {
            Self::Muted => Err(MemberError::Muted),
            _ => self.require_in_roster(),
        }
    }

    /// Whether other members see this member.
    #[must_use]
    pub const fn in_roster(self) -> bool {
        matches!(self, Self::Muted | Self::InRoster)
    }
}
