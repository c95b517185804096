//! Events of a member of a site. Stream id: `<site>/<member>`.

use cqrs_es::DomainEvent;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::DisplayName;

/// What happened to a member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum MemberEvent {
    /// The member was registered with the site.
    MemberRegistered(MemberRegistered),
    /// The host site changed the member's name or picture.
    MemberProfileChanged(MemberProfile),
    /// The member joined the community: appears in the roster.
    CommunityJoined,
    /// The member left the community: no longer in the roster.
    CommunityLeft,
    /// Owner or staff barred the member from reading and sending.
    MemberBlocked,
    /// Owner or staff lifted the block.
    MemberUnblocked,
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
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
