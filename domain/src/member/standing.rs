//! What other aggregates need to know of a member: may they read, may they talk to members.

use crate::member::MemberError;

/// A member's standing on the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Nobody registered them.
    Unregistered,
    /// Owner or staff removed them.
    Removed,
    /// Waits for approval.
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
    /// Refuses who may neither read nor send.
    pub const fn require_active(self) -> Result<(), MemberError> {
        match self {
            Self::Unregistered => Err(MemberError::NotRegistered),
            Self::Removed => Err(MemberError::Removed),
            Self::Pending => Err(MemberError::Pending),
            Self::Blocked => Err(MemberError::Blocked),
            Self::Outside | Self::Muted | Self::InRoster => Ok(()),
        }
    }

    /// Refuses whom members cannot see.
    pub const fn require_in_roster(self) -> Result<(), MemberError> {
        match self {
            Self::Outside => Err(MemberError::NotInCommunity),
            _ => self.require_active(),
        }
    }

    /// Refuses who may not write to members.
    pub const fn require_voice(self) -> Result<(), MemberError> {
        match self {
            Self::Muted => Err(MemberError::Muted),
            _ => self.require_in_roster(),
        }
    }

    /// Whether members see them.
    #[must_use]
    pub const fn in_roster(self) -> bool {
        matches!(self, Self::Muted | Self::InRoster)
    }
}
