//! Events of a member of a site. Stream id: `<site>/<member>`.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain_event::DomainEvent;
use crate::id::{ConversationId, Label, MemberId};
use crate::position::Position;
use crate::text::DisplayName;

/// What happened to a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum MemberEvent {
    /// The member was registered with the site.
    MemberRegistered(MemberRegistered),
    /// The host changed the member's name or picture, by a command or by a newer token.
    MemberProfileChanged(MemberProfileChanged),
    /// The member joined the community and appears in the roster.
    CommunityJoined,
    /// The member left the community and no longer appears in the roster.
    CommunityLeft,
    /// Owner or staff blocked the member, who can neither read nor send.
    MemberBlocked,
    /// Owner or staff unblocked the member.
    MemberUnblocked,
    /// Owner or staff approved a pending member.
    MemberApproved,
    /// Owner or staff removed the member, who can no longer read or send. Only the owner can
    /// register them again.
    MemberRemoved,
    /// Owner or staff muted the member, who can still read and write to the business but not to
    /// other members.
    MemberMuted,
    /// Owner or staff unmuted the member.
    MemberUnmuted,
    /// The member got a role. `staff` grants the rights of staff; other roles are only shown beside
    /// the name.
    RoleAssigned(Role),
    /// The member lost a role.
    RoleUnassigned(Role),
    /// The member got a badge, shown beside the name.
    BadgeAssigned(Badge),
    /// The member lost a badge.
    BadgeUnassigned(Badge),
    /// The member blocked another member: the two can no longer see or reach each other.
    ContactBlocked(Contact),
    /// The member removed their block of another member.
    ContactUnblocked(Contact),
    /// The member read the log of the site, without the texts of conversations in which they do not
    /// participate.
    LogReplayed(LogReplayed),
}

/// How a member appears to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberProfile {
    /// The name that others see.
    pub display_name: DisplayName,
    /// The URL of the picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatar_url: Option<String>,
}

/// The data of [`MemberEvent::MemberRegistered`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberRegistered {
    /// How the member appears to others.
    #[serde(flatten)]
    pub profile: MemberProfile,
    /// Whether the member has joined the community.
    pub community: bool,
    /// Whether the member waits for approval because the site's approval was manual at that moment.
    pub pending: bool,
    /// When the host stated the profile (`iat` of a token, or time of a command), if recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_as_of: Option<Timestamp>,
}

/// The data of [`MemberEvent::MemberProfileChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberProfileChanged {
    /// How the member appears to others from now on.
    #[serde(flatten)]
    pub profile: MemberProfile,
    /// When the host stated the profile (`iat` of a token, or time of a command), if recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_as_of: Option<Timestamp>,
}

/// The data of [`MemberEvent::RoleAssigned`] and [`MemberEvent::RoleUnassigned`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// The name of the role.
    pub role: Label,
}

/// The data of [`MemberEvent::BadgeAssigned`] and [`MemberEvent::BadgeUnassigned`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Badge {
    /// The name of the badge.
    pub badge: Label,
}

/// The data of [`MemberEvent::ContactBlocked`] and [`MemberEvent::ContactUnblocked`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// The other member.
    pub member_id: MemberId,
}

/// The data of [`MemberEvent::LogReplayed`]: the requested range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogReplayed {
    /// Limits the replay to this conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// The events after this position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Position>,
    /// The events up to and including this position.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Position>,
}

impl DomainEvent for MemberEvent {
    fn event_type(&self) -> String {
        match self {
            Self::MemberRegistered(_) => "MemberRegistered",
            Self::MemberProfileChanged(_) => "MemberProfileChanged",
            Self::CommunityJoined => "CommunityJoined",
            Self::CommunityLeft => "CommunityLeft",
            Self::MemberBlocked => "MemberBlocked",
            Self::MemberUnblocked => "MemberUnblocked",
            Self::MemberApproved => "MemberApproved",
            Self::MemberRemoved => "MemberRemoved",
            Self::MemberMuted => "MemberMuted",
            Self::MemberUnmuted => "MemberUnmuted",
            Self::RoleAssigned(_) => "RoleAssigned",
            Self::RoleUnassigned(_) => "RoleUnassigned",
            Self::BadgeAssigned(_) => "BadgeAssigned",
            Self::BadgeUnassigned(_) => "BadgeUnassigned",
            Self::ContactBlocked(_) => "ContactBlocked",
            Self::ContactUnblocked(_) => "ContactUnblocked",
            Self::LogReplayed(_) => "LogReplayed",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
