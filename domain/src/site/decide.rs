//! The rules of a site.

use causerie_events::SiteEvent;
use causerie_events::site::{ApprovalChanged, GroupCreationChanged, MaxParticipantsChanged, SiteRegistered};

use crate::aggregate::Decide;
use crate::error::Element;
use crate::permission::{SiteAct, allowed};
use crate::site::{ChangeSettings, RegisterSite, Registration, Site, SiteCommand, SiteError, SwitchMemberChat};

/// The most web origins of one site.
pub const MAX_ORIGINS: usize = 20;
/// The most bytes of the host of such an origin, its port included.
pub const MAX_ORIGIN_HOST: usize = 255;
/// The most bytes of a locale.
pub const MAX_LOCALE: usize = 35;
/// How large the largest group of a site may be.
pub const GROUP_SIZES: std::ops::RangeInclusive<u32> = 2..=1000;

impl Decide for Site {
    fn decide(&self, command: SiteCommand) -> Result<Vec<SiteEvent>, SiteError> {
        match command {
            SiteCommand::RegisterSite(command) => self.register(command),
            SiteCommand::EnableMemberChat(command) => self.switch(&command, true),
            SiteCommand::DisableMemberChat(command) => self.switch(&command, false),
            SiteCommand::ChangeSettings(command) => self.change_settings(&command),
        }
    }
}

impl Site {
    fn register(&self, command: RegisterSite) -> Result<Vec<SiteEvent>, SiteError> {
        if !allowed(SiteAct::RegisterSite, &command.actor, &command.actor.member) {
            return Err(SiteError::OperatorOnly);
        }
        if !is_language_tag(&command.locale) {
            return Err(SiteError::InvalidLocale);
        }
        if command.allowed_origins.len() > MAX_ORIGINS {
            return Err(SiteError::TooManyOrigins);
        }
        let invalid = Element::first_failing("allowed_origins", &command.allowed_origins, |origin| is_origin(origin));
        if invalid.is_some() {
            return Err(SiteError::InvalidOrigin(invalid));
        }
        match self {
            Self::Missing => Ok(vec![SiteEvent::SiteRegistered(SiteRegistered {
                name: command.name,
                locale: command.locale,
                allowed_origins: command.allowed_origins,
            })]),
            Self::Registered(site) if site.is_registered_as(&command) => Ok(Vec::new()),
            Self::Registered(_) => Err(SiteError::RegisteredDifferently),
        }
    }

    fn switch(&self, command: &SwitchMemberChat, on: bool) -> Result<Vec<SiteEvent>, SiteError> {
        if !allowed(SiteAct::SwitchMemberChat, &command.actor, &command.actor.member) {
            return Err(SiteError::OwnerOnly);
        }
        match self {
            Self::Missing => Err(SiteError::NotFound),
            Self::Registered(site) if site.member_chat_enabled == on => Ok(Vec::new()),
            Self::Registered(_) if on => Ok(vec![SiteEvent::MemberChatEnabled]),
            Self::Registered(_) => Ok(vec![SiteEvent::MemberChatDisabled]),
        }
    }

    fn change_settings(&self, command: &ChangeSettings) -> Result<Vec<SiteEvent>, SiteError> {
        if !allowed(SiteAct::ChangeSettings, &command.actor, &command.actor.member) {
            return Err(SiteError::OwnerOnly);
        }
        let Self::Registered(Registration { settings, .. }) = self else { return Err(SiteError::NotFound) };
        if command.max_participants.is_some_and(|max| !GROUP_SIZES.contains(&max)) {
            return Err(SiteError::InvalidMaxParticipants);
        }
        let approval = command.approval.filter(|approval| *approval != settings.approval);
        let group_creation = command.group_creation.filter(|who| *who != settings.group_creation);
        let max_participants = command.max_participants.filter(|max| *max != settings.max_participants);
        let events = [
            approval.map(|approval| SiteEvent::ApprovalChanged(ApprovalChanged { approval })),
            group_creation
                .map(|group_creation| SiteEvent::GroupCreationChanged(GroupCreationChanged { group_creation })),
            max_participants
                .map(|max_participants| SiteEvent::MaxParticipantsChanged(MaxParticipantsChanged { max_participants })),
        ];
        Ok(events.into_iter().flatten().collect())
    }
}

impl Registration {
    fn is_registered_as(&self, command: &RegisterSite) -> bool {
        self.name == command.name && self.locale == command.locale && self.allowed_origins == command.allowed_origins
    }
}

/// The shape of a BCP 47 tag: subtags of 1 to 8 letters or digits, the first of 2 or 3 letters.
fn is_language_tag(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    tag.len() <= MAX_LOCALE
        && subtags
            .next()
            .is_some_and(|first| matches!(first.len(), 2 | 3) && first.bytes().all(|b| b.is_ascii_alphabetic()))
        && subtags.all(|subtag| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// `https://host[:port]`, or `http://` for development; no path, no user, nothing else.
fn is_origin(origin: &str) -> bool {
    let Some(host) = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")) else { return false };
    !host.is_empty()
        && host.len() <= MAX_ORIGIN_HOST
        && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:[]".contains(&b))
}
