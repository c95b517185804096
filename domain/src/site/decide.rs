//! The rules of a site.

use causerie_events::site::{
    AllowedOriginsChanged, ApprovalChanged, GroupCreationChanged, LocaleChanged, MaxParticipantsChanged,
    SiteRegistered, SiteRenamed,
};
use causerie_events::{SiteEvent, SiteName};

use crate::actor::Actor;
use crate::aggregate::Decide;
use crate::permission::{SiteAct, allowed};
use crate::site::{
    ChangeSettings, ChangeSite, Origin, RegisterSite, Registration, Site, SiteCommand, SiteError, SwitchMemberChat,
};

/// The most web origins of one site.
pub const MAX_ORIGINS: usize = 20;
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
            SiteCommand::ChangeSite(command) => self.change(command),
            SiteCommand::CloseSite(command) => self.close(&command.actor, true),
            SiteCommand::ReopenSite(command) => self.close(&command.actor, false),
        }
    }
}

impl Site {
    fn register(&self, command: RegisterSite) -> Result<Vec<SiteEvent>, SiteError> {
        if !allowed(SiteAct::RegisterSite, &command.actor, &command.actor.member) {
            return Err(SiteError::OperatorOnly);
        }
        check(Some(&command.locale), Some(&command.allowed_origins))?;
        let registered = SiteRegistered {
            name: command.name,
            locale: command.locale,
            allowed_origins: Origin::list(command.allowed_origins),
        };
        match self {
            Self::Missing => Ok(vec![SiteEvent::SiteRegistered(registered)]),
            Self::Registered(site) if site.is_registered_as(&registered) => Ok(Vec::new()),
            Self::Registered(_) => Err(SiteError::RegisteredDifferently),
        }
    }

    fn switch(&self, command: &SwitchMemberChat, on: bool) -> Result<Vec<SiteEvent>, SiteError> {
        if !allowed(SiteAct::SwitchMemberChat, &command.actor, &command.actor.member) {
            return Err(SiteError::OwnerOnly);
        }
        let site = self.open_to(&command.actor)?;
        let switched = if on { SiteEvent::MemberChatEnabled } else { SiteEvent::MemberChatDisabled };
        Ok(if site.member_chat_enabled == on { Vec::new() } else { vec![switched] })
    }

    fn change(&self, command: ChangeSite) -> Result<Vec<SiteEvent>, SiteError> {
        if !allowed(SiteAct::ChangeSite, &command.actor, &command.actor.member) {
            return Err(SiteError::OperatorOrOwnerOnly);
        }
        let site = self.open_to(&command.actor)?;
        check(command.locale.as_deref(), command.allowed_origins.as_deref())?;
        let name = command.name.filter(|name| *name != site.name);
        let locale = command.locale.filter(|locale| *locale != site.locale);
        let origins = command.allowed_origins.map(Origin::list).filter(|origins| *origins != site.allowed_origins);
        let events = [
            name.map(|name| SiteEvent::SiteRenamed(SiteRenamed { name })),
            locale.map(|locale| SiteEvent::LocaleChanged(LocaleChanged { locale })),
            origins.map(|allowed_origins| SiteEvent::AllowedOriginsChanged(AllowedOriginsChanged { allowed_origins })),
        ];
        Ok(events.into_iter().flatten().collect())
    }

    fn close(&self, actor: &Actor, closed: bool) -> Result<Vec<SiteEvent>, SiteError> {
        if !allowed(SiteAct::CloseSite, actor, &actor.member) {
            return Err(SiteError::OperatorOnly);
        }
        match self {
            Self::Missing => Err(SiteError::NotFound),
            Self::Registered(site) if site.closed == closed => Ok(Vec::new()),
            Self::Registered(_) if closed => Ok(vec![SiteEvent::SiteClosed]),
            Self::Registered(_) => Ok(vec![SiteEvent::SiteReopened]),
        }
    }

    /// The site, where it exists and is open to the actor.
    fn open_to(&self, actor: &Actor) -> Result<&Registration, SiteError> {
        match self {
            Self::Missing => Err(SiteError::NotFound),
            Self::Registered(_) if self.is_closed_to(actor.role) => Err(SiteError::Closed),
            Self::Registered(site) => Ok(site),
        }
    }

    fn change_settings(&self, command: &ChangeSettings) -> Result<Vec<SiteEvent>, SiteError> {
        if !allowed(SiteAct::ChangeSettings, &command.actor, &command.actor.member) {
            return Err(SiteError::OwnerOnly);
        }
        let Registration { settings, .. } = self.open_to(&command.actor)?;
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
    /// Also by a name that an older version stored as it came.
    fn is_registered_as(&self, registered: &SiteRegistered) -> bool {
        let same_name = self.name == registered.name
            || SiteName::parse(self.name.as_str()).is_ok_and(|name| name == registered.name);
        same_name && self.locale == registered.locale && self.allowed_origins == registered.allowed_origins
    }
}

fn check(locale: Option<&str>, allowed_origins: Option<&[Origin]>) -> Result<(), SiteError> {
    if locale.is_some_and(|locale| !is_language_tag(locale)) {
        return Err(SiteError::InvalidLocale);
    }
    if allowed_origins.is_some_and(|origins| origins.len() > MAX_ORIGINS) {
        return Err(SiteError::TooManyOrigins);
    }
    Ok(())
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
