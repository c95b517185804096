//! The state of a site.

use std::collections::BTreeMap;

use causerie_events::site::{Appearance, Approval, BadgeStyle, GroupCreation};
use causerie_events::{Aggregate, Label, SiteEvent, SiteName};
use serde::Serialize;

use crate::actor::Role;
use crate::error::SiteError;
use crate::permission::MemberChat;
use crate::site::Origin;

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub enum Site {
    #[default]
    Missing,
    Registered(RegisteredSite),
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegisteredSite {
    pub name: SiteName,
    /// A BCP 47 tag.
    pub locale: String,
    /// Web origins that may call the API from a browser.
    pub allowed_origins: Vec<String>,
    pub closed: bool,
    pub member_chat_enabled: bool,
    pub settings: SiteSettings,
}

/// The settings that the owner can change.
#[derive(Debug, Clone, PartialEq, Serialize, schemars::JsonSchema)]
pub struct SiteSettings {
    /// How new members are approved.
    pub approval: Approval,
    /// Who may create groups.
    pub group_creation: GroupCreation,
    /// The maximum number of participants of a group, 2 to 1,000.
    pub max_participants: u32,
    pub appearance: Appearance,
    /// How badges look. Members may have badges that are not listed.
    pub badges: BTreeMap<Label, BadgeStyle>,
}

impl Default for SiteSettings {
    fn default() -> Self {
        Self {
            approval: Approval::Automatic,
            group_creation: GroupCreation::Members,
            max_participants: 256,
            appearance: Appearance::default(),
            badges: BTreeMap::new(),
        }
    }
}

impl Site {
    #[must_use]
    pub const fn member_chat(&self) -> MemberChat {
        match self {
            Self::Missing => MemberChat::NoSite,
            Self::Registered(site) if site.closed => MemberChat::Closed,
            Self::Registered(site) if site.member_chat_enabled => MemberChat::On,
            Self::Registered(_) => MemberChat::Off,
        }
    }

    /// Whether the site is closed to callers of this role. A closed site is open to operators only.
    #[must_use]
    pub fn is_closed_to(&self, role: Role) -> bool {
        matches!(self, Self::Registered(site) if site.closed) && role != Role::Operator
    }

    /// Whether pages of this origin may call the API for the site.
    #[must_use]
    pub fn allows_origin(&self, origin: &str) -> bool {
        match self {
            Self::Missing => false,
            Self::Registered(site) => site.allowed_origins.iter().any(|allowed| allowed == origin),
        }
    }

    /// Empty if the site is not registered.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Missing => "",
            Self::Registered(site) => site.name.as_str(),
        }
    }

    /// The defaults if the site is not registered.
    #[must_use]
    pub fn settings(&self) -> SiteSettings {
        match self {
            Self::Missing => SiteSettings::default(),
            Self::Registered(site) => site.settings.clone(),
        }
    }
}

impl Aggregate for Site {
    type Event = SiteEvent;
    type Error = SiteError;

    fn apply(&mut self, event: SiteEvent) {
        match (&mut *self, event) {
            (_, SiteEvent::SiteRegistered(registered)) => {
                *self = Self::Registered(RegisteredSite {
                    name: registered.name,
                    locale: registered.locale,
                    allowed_origins: Origin::normalize(registered.allowed_origins),
                    closed: false,
                    member_chat_enabled: false,
                    settings: SiteSettings::default(),
                });
            }
            (Self::Registered(site), SiteEvent::MemberChatEnabled) => site.member_chat_enabled = true,
            (Self::Registered(site), SiteEvent::MemberChatDisabled) => site.member_chat_enabled = false,
            (Self::Registered(site), SiteEvent::ApprovalChanged(changed)) => site.settings.approval = changed.approval,
            (Self::Registered(site), SiteEvent::GroupCreationChanged(changed)) => {
                site.settings.group_creation = changed.group_creation;
            }
            (Self::Registered(site), SiteEvent::MaxParticipantsChanged(changed)) => {
                site.settings.max_participants = changed.max_participants;
            }
            (Self::Registered(site), SiteEvent::AppearanceChanged(changed)) => {
                site.settings.appearance = changed.appearance;
            }
            (Self::Registered(site), SiteEvent::BadgesChanged(changed)) => site.settings.badges = changed.badges,
            (Self::Registered(site), SiteEvent::SiteRenamed(renamed)) => site.name = renamed.name,
            (Self::Registered(site), SiteEvent::LocaleChanged(changed)) => site.locale = changed.locale,
            (Self::Registered(site), SiteEvent::AllowedOriginsChanged(changed)) => {
                site.allowed_origins = Origin::normalize(changed.allowed_origins);
            }
            (Self::Registered(site), SiteEvent::SiteClosed) => site.closed = true,
            (Self::Registered(site), SiteEvent::SiteReopened) => site.closed = false,
            (Self::Missing, _) => {}
        }
    }
}
