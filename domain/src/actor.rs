//! The actor of a command: the role of a caller and the standing of a member.

use causerie_events::MemberId;
use serde::{Deserialize, Serialize};

use crate::error::MemberError;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Member,
    /// Works for the business.
    Staff,
    Owner,
    /// Operates the service: registers sites and members.
    Operator,
}

impl Role {
    /// The name in tokens and in events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Staff => "staff",
            Self::Owner => "owner",
            Self::Operator => "operator",
        }
    }
}

/// Whether a member may read, and whether they may write to other members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    Unregistered,
    Removed,
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub member: MemberId,
    /// The role of the token, or `Staff` if the log assigns that role.
    pub role: Role,
    pub standing: Standing,
}

impl Actor {
    #[must_use]
    pub const fn is_staff(&self) -> bool {
        matches!(self.role, Role::Staff | Role::Owner)
    }

    /// Returns an error unless the actor may read and send. Staff and owners need no registration; staff can
    /// be blocked or removed like members.
    pub const fn require_active(&self) -> Result<(), MemberError> {
        match (self.role, self.standing) {
            (Role::Member, standing) => standing.require_active(),
            (Role::Staff, Standing::Blocked) => Err(MemberError::Blocked),
            (Role::Staff, Standing::Removed) => Err(MemberError::Removed),
            (Role::Staff | Role::Owner | Role::Operator, _) => Ok(()),
        }
    }
}
