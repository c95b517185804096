//! The rules of a site.

use causerie_events::SiteEvent;
use causerie_events::site::SiteRegistered;

use crate::actor::Role;
use crate::aggregate::Decide;
use crate::site::{RegisterSite, Registration, Site, SiteCommand, SiteError, SwitchMemberChat};

/// The most web origins of one site.
const MAX_ORIGINS: usize = 20;

impl Decide for Site {
    fn decide(&self, command: SiteCommand) -> Result<Vec<SiteEvent>, SiteError> {
        match command {
            SiteCommand::RegisterSite(command) => self.register(command),
            SiteCommand::EnableMemberChat(command) => self.switch(&command, true),
            SiteCommand::DisableMemberChat(command) => self.switch(&command, false),
        }
    }
}

impl Site {
    fn register(&self, command: RegisterSite) -> Result<Vec<SiteEvent>, SiteError> {
        if command.actor.role != Role::Operator {
            return Err(SiteError::OperatorOnly);
        }
        if !is_language_tag(&command.locale) {
            return Err(SiteError::InvalidLocale);
        }
        if command.allowed_origins.len() > MAX_ORIGINS {
            return Err(SiteError::TooManyOrigins);
        }
        if !command.allowed_origins.iter().all(|origin| is_origin(origin)) {
            return Err(SiteError::InvalidOrigin);
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
        if command.actor.role != Role::Owner {
            return Err(SiteError::OwnerOnly);
        }
        match self {
            Self::Missing => Err(SiteError::NotFound),
            Self::Registered(site) if site.member_chat_enabled == on => Ok(Vec::new()),
            Self::Registered(_) if on => Ok(vec![SiteEvent::MemberChatEnabled]),
            Self::Registered(_) => Ok(vec![SiteEvent::MemberChatDisabled]),
        }
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
    tag.len() <= 35
        && subtags
            .next()
            .is_some_and(|first| matches!(first.len(), 2 | 3) && first.bytes().all(|b| b.is_ascii_alphabetic()))
        && subtags.all(|subtag| (1..=8).contains(&subtag.len()) && subtag.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// `https://host[:port]`, or `http://` for development; no path, no user, nothing else.
fn is_origin(origin: &str) -> bool {
    let Some(host) = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")) else { return false };
    !host.is_empty()
        && host.len() <= 255
        && host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-:[]".contains(&b))
}
