//! Events of a site, the tenant. Stream id: `<site>`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::aggregate::DomainEvent;
use crate::text::SiteName;

/// What happened to a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum SiteEvent {
    /// The operator registered the site. Member chat starts switched off.
    SiteRegistered(SiteRegistered),
    /// The owner switched member chat on.
    MemberChatEnabled,
    /// The owner switched member chat off: members talk to the business only; nothing is deleted.
    MemberChatDisabled,
    /// The owner chose how new members come in. Who waits already goes on waiting.
    ApprovalChanged(ApprovalChanged),
    /// The owner chose who may create groups.
    GroupCreationChanged(GroupCreationChanged),
    /// The owner chose how large a group may be. Larger ones stay as they are and take nobody more.
    MaxParticipantsChanged(MaxParticipantsChanged),
    /// The owner or the operator gave the site another name.
    SiteRenamed(SiteRenamed),
    /// The owner or the operator chose another language.
    LocaleChanged(LocaleChanged),
    /// The owner or the operator chose which web pages may call the API.
    AllowedOriginsChanged(AllowedOriginsChanged),
    /// The operator closed the site: only operators read and change it until it is reopened. Nothing is deleted.
    SiteClosed,
    /// The operator reopened the site.
    SiteReopened,
}

/// How new members come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// At once.
    Automatic,
    /// When owner or staff approve them.
    Manual,
}

/// Who may create groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GroupCreation {
    /// Any active community member.
    Members,
    /// Staff and the owner.
    Staff,
}

/// The data of [`SiteEvent::ApprovalChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ApprovalChanged {
    /// How new members come in from now on.
    pub approval: Approval,
}

/// The data of [`SiteEvent::GroupCreationChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupCreationChanged {
    /// Who may create groups from now on.
    pub group_creation: GroupCreation,
}

/// The data of [`SiteEvent::MaxParticipantsChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MaxParticipantsChanged {
    /// The largest group, 2 to 1,000 participants.
    pub max_participants: u32,
}

/// The data of [`SiteEvent::SiteRegistered`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SiteRegistered {
    /// Its name.
    pub name: SiteName,
    /// Its language as a BCP 47 tag, for example `fr` or `en-GB`.
    pub locale: String,
    /// The web origins that may call the API from a browser, for example `https://acme.example`.
    pub allowed_origins: Vec<String>,
}

/// The data of [`SiteEvent::SiteRenamed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SiteRenamed {
    /// Its name from now on.
    pub name: SiteName,
}

/// The data of [`SiteEvent::LocaleChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LocaleChanged {
    /// Its language from now on, as a BCP 47 tag.
    pub locale: String,
}

/// The data of [`SiteEvent::AllowedOriginsChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AllowedOriginsChanged {
    /// All web origins that may call the API from a browser from now on, as browsers send them.
    pub allowed_origins: Vec<String>,
}

impl DomainEvent for SiteEvent {
    fn event_type(&self) -> String {
        match self {
            Self::SiteRegistered(_) => "SiteRegistered",
            Self::MemberChatEnabled => "MemberChatEnabled",
            Self::MemberChatDisabled => "MemberChatDisabled",
            Self::ApprovalChanged(_) => "ApprovalChanged",
            Self::GroupCreationChanged(_) => "GroupCreationChanged",
            Self::MaxParticipantsChanged(_) => "MaxParticipantsChanged",
            Self::SiteRenamed(_) => "SiteRenamed",
            Self::LocaleChanged(_) => "LocaleChanged",
            Self::AllowedOriginsChanged(_) => "AllowedOriginsChanged",
            Self::SiteClosed => "SiteClosed",
            Self::SiteReopened => "SiteReopened",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
