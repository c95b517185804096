//! Events of a site, the tenant. Stream id: `<site>`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain_event::DomainEvent;
use crate::id::{Color, Label};
use crate::text::{BadgeLabel, SiteName, WelcomeText};

/// What happened to a site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum SiteEvent {
    /// The operator registered the site. Member chat is disabled at first.
    SiteRegistered(SiteRegistered),
    /// The owner enabled member chat.
    MemberChatEnabled,
    /// The owner disabled member chat: members can write to the business only. Nothing is deleted.
    MemberChatDisabled,
    /// The owner changed how new members are approved. Pending members stay pending.
    ApprovalChanged(ApprovalChanged),
    /// The owner changed who may create groups.
    GroupCreationChanged(GroupCreationChanged),
    /// The owner changed the maximum group size. Larger groups accept no new participants.
    MaxParticipantsChanged(MaxParticipantsChanged),
    /// The owner changed how the chat looks on the pages of the site.
    AppearanceChanged(AppearanceChanged),
    /// The owner changed how badges look.
    BadgesChanged(BadgesChanged),
    /// The owner or the operator renamed the site.
    SiteRenamed(SiteRenamed),
    /// The owner or the operator changed the language.
    LocaleChanged(LocaleChanged),
    /// The owner or the operator changed which web pages may call the API.
    AllowedOriginsChanged(AllowedOriginsChanged),
    /// The operator closed the site: only operators can read and change it until it is reopened.
    /// Nothing is deleted.
    SiteClosed,
    /// The operator reopened the site.
    SiteReopened,
}

/// How new members are approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Immediately.
    Automatic,
    /// By owner or staff.
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
    /// How new members are approved from now on.
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
    /// The maximum number of participants of a group, 2 to 1,000.
    pub max_participants: u32,
}

/// How the chat looks on the pages of a site.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Appearance {
    /// The colour of buttons and of the reader's own messages. Absent: the colour of the service.
    pub accent: Option<Color>,
    /// The corner of the page that holds the round button.
    pub position: Corner,
    /// The text above the list of conversations, by language.
    pub welcome: Localized<WelcomeText>,
}

/// A lower corner of the page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Corner {
    /// The left corner.
    Left,
    /// The right corner.
    #[default]
    Right,
}

/// A text in the languages of the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "Localized{T}")]
pub struct Localized<T> {
    /// In English.
    pub en: Option<T>,
    /// In French.
    pub fr: Option<T>,
}

impl<T> Default for Localized<T> {
    fn default() -> Self {
        Self { en: None, fr: None }
    }
}

/// How a badge looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BadgeStyle {
    /// The text, by language. Without a text in the reader's language, the other one is shown, or the name of the badge.
    pub label: Localized<BadgeLabel>,
    /// The colour. Absent: the colour of the service.
    pub color: Option<Color>,
}

/// The data of [`SiteEvent::AppearanceChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AppearanceChanged {
    /// How the chat looks from now on.
    pub appearance: Appearance,
}

/// The data of [`SiteEvent::BadgesChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BadgesChanged {
    /// How badges look from now on. Members may have badges that are not listed.
    pub badges: BTreeMap<Label, BadgeStyle>,
}

/// The data of [`SiteEvent::SiteRegistered`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SiteRegistered {
    /// The name.
    pub name: SiteName,
    /// The language as a BCP 47 tag, for example `fr` or `en-GB`.
    pub locale: String,
    /// The web origins that may call the API from a browser, for example `https://acme.example`.
    pub allowed_origins: Vec<String>,
}

/// The data of [`SiteEvent::SiteRenamed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SiteRenamed {
    /// The new name.
    pub name: SiteName,
}

/// The data of [`SiteEvent::LocaleChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LocaleChanged {
    /// The new language as a BCP 47 tag.
    pub locale: String,
}

/// The data of [`SiteEvent::AllowedOriginsChanged`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AllowedOriginsChanged {
    /// All web origins that may call the API from now on, as browsers send them.
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
            Self::AppearanceChanged(_) => "AppearanceChanged",
            Self::BadgesChanged(_) => "BadgesChanged",
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
