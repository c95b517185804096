//! Who gives a command.

use causerie_events::MemberId;
use serde::{Deserialize, Serialize};

/// What the caller is on the site, as their token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A member of the site.
    Member,
    /// Works for the business.
    Staff,
    /// Owns the site.
    Owner,
    /// Runs the service: registers sites and members.
    Operator,
}

impl Role {
    /// The name in tokens and in the log.
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

/// Who gives a command, and in which role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Their member id.
    pub member: MemberId,
    /// Their role.
    pub role: Role,
}
