//! The actor of a command.

use causerie_events::MemberId;
use serde::{Deserialize, Serialize};

use crate::member::{Member, MemberError, Standing};

/// The role of a caller on the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Member,
    /// Works for the business.
    Staff,
    /// Owns the site.
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

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub member: MemberId,
    /// The role of the token, or `Staff` if the log assigns that role.
    pub role: Role,
    pub standing: Standing,
}

impl Actor {
    #[must_use]
    pub fn new(id: MemberId, token_role: Role, member: &Member) -> Self {
        let role = if token_role == Role::Member && member.is_staff() { Role::Staff } else { token_role };
        Self { member: id, role, standing: member.standing() }
    }

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
