//! Events of a member of a site. Stream id: `<site>/<member>`.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::aggregate::DomainEvent;
use crate::id::{ConversationId, Label, MemberId};
use crate::position::Position;
use crate::text::DisplayName;

/// What happened to a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum MemberEvent {
    /// The member was registered with the site.
    MemberRegistered(MemberRegistered),
    /// The host site changed the member's name or picture: by a command, or by a newer token of the member.
    MemberProfileChanged(MemberProfileChanged),
    /// The member joined the community: appears in the roster.
    CommunityJoined,
    /// The member left the community: no longer in the roster.
    CommunityLeft,
    /// Owner or staff barred the member from reading and sending.
    MemberBlocked,
    /// Owner or staff lifted the block.
    MemberUnblocked,
    /// Owner or staff let in a member who waited.
    MemberApproved,
    /// Owner or staff removed the member, who can neither read nor send any more. The owner alone can register them anew.
    MemberRemoved,
    /// Owner or staff took away the member's voice among members; reading and talking to the business go on.
    MemberMuted,
    /// Owner or staff gave the voice back.
    MemberUnmuted,
    /// The member got a role. `staff` gives the rights of staff; any other is shown beside the name.
    RoleAssigned(Role),
    /// The member lost a role.
    RoleUnassigned(Role),
    /// The member got a badge, shown beside the name.
    BadgeAssigned(Badge),
    /// The member lost a badge.
    BadgeUnassigned(Badge),
    /// The member blocked another: neither sees or reaches the other from now on.
    ContactBlocked(Contact),
    /// The member lifted a block of their own.
    ContactUnblocked(Contact),
    /// This person read the log of the site, without the texts of conversations they are not in.
    LogReplayed(LogReplayed),
}

/// How a member appears to others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberProfile {
    /// The name as others see it.
    pub display_name: DisplayName,
    /// The address of the picture.
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
    /// Whether the member waits for approval, as the site approved members by hand at that moment.
    pub pending: bool,
    /// When the host said how the member appears: the `iat` of a token, or the time of a command. Not recorded by older
    /// versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_as_of: Option<Timestamp>,
}

/// The data of [`MemberEvent::MemberProfileChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MemberProfileChanged {
    /// How the member appears to others from now on.
    #[serde(flatten)]
    pub profile: MemberProfile,
    /// When the host said so: the `iat` of a token, or the time of a command. Not recorded by older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_as_of: Option<Timestamp>,
}

/// The role that an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// Its name.
    pub role: Label,
}

/// The badge that an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Badge {
    /// Its name.
    pub badge: Label,
}

/// The other member that an event is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// The member.
    pub member_id: MemberId,
}

/// The data of [`MemberEvent::LogReplayed`]: what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogReplayed {
    /// Only this conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// From after here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Position>,
    /// Up to here.
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
