//! The commands to a site.

use std::collections::BTreeMap;

use causerie_events::site::{
    AllowedOriginsChanged, Appearance, AppearanceChanged, Approval, ApprovalChanged, BadgeStyle, BadgesChanged,
    GroupCreation, GroupCreationChanged, LocaleChanged, MaxParticipantsChanged, SiteRegistered, SiteRenamed,
};
use causerie_events::{Label, MemberId, SiteEvent, SiteId, SiteName, StreamId};

use crate::actor::Actor;
use crate::decide::{Decide, Decided};
use crate::error::SiteError;
use crate::permission::{SiteAction, allowed};
use crate::site::{Origin, RegisteredSite, Site};

pub const MAX_ORIGINS: usize = 20;
/// In bytes.
pub const MAX_LOCALE: usize = 35;
/// The maximum number of badges of a site whose look is set.
pub const MAX_BADGE_STYLES: usize = 100;
/// The possible values of `max_participants` of a site.
pub const GROUP_SIZES: std::ops::RangeInclusive<u32> = 2..=1000;

/// Issued by the operator.
#[derive(Debug, Clone)]
pub struct RegisterSite {
    pub site: SiteId,
    pub name: SiteName,
    /// A BCP 47 tag.
    pub locale: String,
    /// Web origins that may call the API from a browser.
    pub allowed_origins: Vec<Origin>,
}

impl Decide for RegisterSite {
    type Aggregate = Site;
    type Facts = ();

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::site(&self.site)
    }

    fn decide(&self, site: &Site, actor: &Actor, (): &()) -> Decided<Site> {
        if !allowed(SiteAction::RegisterSite, actor, &actor.member) {
            return Err(SiteError::OperatorOnly);
        }
        check(Some(&self.locale), Some(&self.allowed_origins))?;
        let registered = SiteRegistered {
            name: self.name.clone(),
            locale: self.locale.clone(),
            allowed_origins: Origin::list(&self.allowed_origins),
        };
        match site {
            Site::Missing => Ok(vec![SiteEvent::SiteRegistered(registered)]),
            Site::Registered(site) if site.is_registered_as(&registered) => Ok(Vec::new()),
            Site::Registered(_) => Err(SiteError::RegisteredDifferently),
        }
    }
}

/// EnableMemberChat, DisableMemberChat. Issued by the owner.
#[derive(Debug, Clone)]
pub struct SwitchMemberChat {
    pub site: SiteId,
    pub enabled: bool,
}

impl Decide for SwitchMemberChat {
    type Aggregate = Site;
    type Facts = ();

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::site(&self.site)
    }

    fn decide(&self, site: &Site, actor: &Actor, (): &()) -> Decided<Site> {
        if !allowed(SiteAction::SwitchMemberChat, actor, &actor.member) {
            return Err(SiteError::OwnerOnly);
        }
        let site = site.open_to(actor)?;
        let switched = if self.enabled { SiteEvent::MemberChatEnabled } else { SiteEvent::MemberChatDisabled };
        Ok(if site.member_chat_enabled == self.enabled { Vec::new() } else { vec![switched] })
    }
}

/// Changes the given settings. Issued by the owner.
#[derive(Debug, Clone)]
pub struct ChangeSettings {
    pub site: SiteId,
    pub approval: Option<Approval>,
    pub group_creation: Option<GroupCreation>,
    pub max_participants: Option<u32>,
    pub appearance: Option<Appearance>,
    /// All badges whose look is set.
    pub badges: Option<BTreeMap<Label, BadgeStyle>>,
}

impl Decide for ChangeSettings {
    type Aggregate = Site;
    type Facts = ();

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::site(&self.site)
    }

    fn decide(&self, site: &Site, actor: &Actor, (): &()) -> Decided<Site> {
        if !allowed(SiteAction::ChangeSettings, actor, &actor.member) {
            return Err(SiteError::OwnerOnly);
        }
        let RegisteredSite { settings, .. } = site.open_to(actor)?;
        if self.max_participants.is_some_and(|max| !GROUP_SIZES.contains(&max)) {
            return Err(SiteError::InvalidMaxParticipants);
        }
        if self.badges.as_ref().is_some_and(|badges| badges.len() > MAX_BADGE_STYLES) {
            return Err(SiteError::TooManyBadges);
        }
        let approval = self.approval.filter(|approval| *approval != settings.approval);
        let group_creation = self.group_creation.filter(|creation| *creation != settings.group_creation);
        let max_participants = self.max_participants.filter(|max| *max != settings.max_participants);
        let appearance = self.appearance.clone().filter(|appearance| *appearance != settings.appearance);
        let badges = self.badges.clone().filter(|badges| *badges != settings.badges);
        let events = [
            approval.map(|approval| SiteEvent::ApprovalChanged(ApprovalChanged { approval })),
            group_creation
                .map(|group_creation| SiteEvent::GroupCreationChanged(GroupCreationChanged { group_creation })),
            max_participants
                .map(|max_participants| SiteEvent::MaxParticipantsChanged(MaxParticipantsChanged { max_participants })),
            appearance.map(|appearance| SiteEvent::AppearanceChanged(AppearanceChanged { appearance })),
            badges.map(|badges| SiteEvent::BadgesChanged(BadgesChanged { badges })),
        ];
        Ok(events.into_iter().flatten().collect())
    }
}

/// Changes the given fields of a site. Issued by the operator or the owner.
#[derive(Debug, Clone)]
pub struct ChangeSite {
    pub site: SiteId,
    pub name: Option<SiteName>,
    /// A BCP 47 tag.
    pub locale: Option<String>,
    /// All web origins that may call the API from a browser.
    pub allowed_origins: Option<Vec<Origin>>,
}

impl Decide for ChangeSite {
    type Aggregate = Site;
    type Facts = ();

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::site(&self.site)
    }

    fn decide(&self, site: &Site, actor: &Actor, (): &()) -> Decided<Site> {
        if !allowed(SiteAction::ChangeSite, actor, &actor.member) {
            return Err(SiteError::OperatorOrOwnerOnly);
        }
        let site = site.open_to(actor)?;
        check(self.locale.as_deref(), self.allowed_origins.as_deref())?;
        let name = self.name.clone().filter(|name| *name != site.name);
        let locale = self.locale.clone().filter(|locale| *locale != site.locale);
        let origins =
            self.allowed_origins.as_deref().map(Origin::list).filter(|origins| *origins != site.allowed_origins);
        let events = [
            name.map(|name| SiteEvent::SiteRenamed(SiteRenamed { name })),
            locale.map(|locale| SiteEvent::LocaleChanged(LocaleChanged { locale })),
            origins.map(|allowed_origins| SiteEvent::AllowedOriginsChanged(AllowedOriginsChanged { allowed_origins })),
        ];
        Ok(events.into_iter().flatten().collect())
    }
}

/// CloseSite, ReopenSite. Issued by the operator.
#[derive(Debug, Clone)]
pub struct SwitchSite {
    pub site: SiteId,
    pub closed: bool,
}

impl Decide for SwitchSite {
    type Aggregate = Site;
    type Facts = ();

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::site(&self.site)
    }

    fn decide(&self, site: &Site, actor: &Actor, (): &()) -> Decided<Site> {
        if !allowed(SiteAction::CloseSite, actor, &actor.member) {
            return Err(SiteError::OperatorOnly);
        }
        match site {
            Site::Missing => Err(SiteError::NotFound),
            Site::Registered(site) if site.closed == self.closed => Ok(Vec::new()),
            Site::Registered(_) if self.closed => Ok(vec![SiteEvent::SiteClosed]),
            Site::Registered(_) => Ok(vec![SiteEvent::SiteReopened]),
        }
    }
}

impl Site {
    /// The site, if it exists and is not closed to the actor.
    fn open_to(&self, actor: &Actor) -> Result<&RegisteredSite, SiteError> {
        match self {
            Self::Missing => Err(SiteError::NotFound),
            Self::Registered(_) if self.is_closed_to(actor.role) => Err(SiteError::Closed),
            Self::Registered(site) => Ok(site),
        }
    }
}

impl RegisteredSite {
    /// Compares normalized names, because older versions stored names as received.
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
