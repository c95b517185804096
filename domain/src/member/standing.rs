//! The standing of a member: whether they may read, and whether they may write to members.

use crate::member::MemberError;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    Unregistered,
    Removed,
    /// Waiting for approval.
    Pending,
    /// Barred from reading and sending.
    Blocked,
    /// A member who has not joined the community: may talk to the business only.
    Outside,
    /// In the roster, but may write to the business only.
    Muted,
    /// An active member of the community: in the roster.
    InRoster,
}

impl Standing {
    /// Rejects members who may neither read nor send.
    pub const fn require_active(self) -> Result<(), MemberError> {
        match self {
            Self::Unregistered => Err(MemberError::NotRegistered),
            Self::Removed => Err(MemberError::Removed),
            Self::Pending => Err(MemberError::Pending),
            Self::Blocked => Err(MemberError::Blocked),
            Self::Outside | Self::Muted | Self::InRoster => Ok(()),
        }
    }

    /// Rejects members whom other members cannot see.
    pub const fn require_in_roster(self) -> Result<(), MemberError> {
        match self {
            Self::Outside => Err(MemberError::NotInCommunity),
            _ => self.require_active(),
        }
    }

    /// Rejects members who may not write to members.
    pub const fn require_voice(self) -> Result<(), MemberError> {
        match self {
            Self::Muted => Err(MemberError::Muted),
            _ => self.require_in_roster(),
        }
    }

    /// Whether members see this member.
    #[must_use]
    pub const fn in_roster(self) -> bool {
        matches!(self, Self::Muted | Self::InRoster)
    }
}
