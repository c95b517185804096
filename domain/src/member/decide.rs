//! The rules of a member: which rule answers which command, registration, and the community.

use causerie_events::MemberEvent;
use causerie_events::member::{MemberProfile, MemberProfileChanged, MemberRegistered};
use causerie_events::site::Approval;
use jiff::Timestamp;

use crate::aggregate::Decide;
use crate::member::{
    ChangeCommunity, ChangeMember, Member, MemberCommand, MemberError, Membership, RegisterMember, ReplayLog,
};
use crate::permission::{SiteAct, allowed};
use crate::site::{MemberChat, SiteError};

/// The most characters of an avatar's address.
pub const MAX_AVATAR_URL: usize = 2048;

impl Decide for Member {
    fn decide(&self, command: MemberCommand) -> Result<Vec<MemberEvent>, MemberError> {
        match command {
            MemberCommand::RegisterMember(command) => self.register(command),
            MemberCommand::Moderate(command) => self.moderate(&command),
            MemberCommand::Label(command) => self.label(command),
            MemberCommand::ChangeCommunity(command) => self.change_community(&command),
            MemberCommand::BlockContact(command) => self.block_contact(command),
            MemberCommand::ReplayLog(command) => replay_log(command),
            MemberCommand::ChangeMember(command) => self.change(command),
        }
    }
}

impl Member {
    /// Who is here; a member who was removed is not.
    pub(super) fn here(&self) -> Result<&Membership, MemberError> {
        self.membership().filter(|member| !member.removed).ok_or(MemberError::NotFound)
    }

    fn register(&self, command: RegisterMember) -> Result<Vec<MemberEvent>, MemberError> {
        let act = if command.first_visit { SiteAct::VisitFirst } else { SiteAct::RegisterMember };
        if !allowed(act, &command.actor, &command.member) {
            return Err(MemberError::OperatorOrOwnerOnly);
        }
        if command.site == MemberChat::NoSite {
            return Err(SiteError::NotFound.into());
        }
        if command.profile.avatar_url.as_deref().is_some_and(|url| !is_picture_address(url)) {
            return Err(MemberError::InvalidAvatar);
        }
        match self {
            Self::Registered(_) if command.first_visit => return Ok(Vec::new()),
            Self::Registered(member) if !member.removed => {
                return Ok(member.bring_up_to_date(command.profile, command.community, command.profile_as_of));
            }
            // A host that registers its members at each login must not undo a removal.
            Self::Registered(_) if !allowed(SiteAct::RegisterRemoved, &command.actor, &command.member) => {
                return Err(MemberError::WasRemoved);
            }
            Self::Registered(_) | Self::Missing => {}
        }
        Ok(vec![MemberEvent::MemberRegistered(MemberRegistered {
            profile: command.profile,
            community: command.community.unwrap_or_default(),
            profile_as_of: Some(command.profile_as_of),
            pending: command.approval == Approval::Manual && !command.actor.is_staff(),
        })])
    }

    fn change(&self, command: ChangeMember) -> Result<Vec<MemberEvent>, MemberError> {
        let act = if command.by_token { SiteAct::VisitFirst } else { SiteAct::RegisterMember };
        if !allowed(act, &command.actor, &command.member) {
            return Err(MemberError::OperatorOrOwnerOnly);
        }
        let picture = command.avatar_url.as_ref().and_then(Option::as_deref);
        if picture.is_some_and(|url| !is_picture_address(url)) {
            return Err(MemberError::InvalidAvatar);
        }
        let member = match self.membership() {
            None => return Err(MemberError::NotFound),
            Some(member) if command.by_token && (member.removed || !member.is_older_than(command.profile_as_of)) => {
                return Ok(Vec::new());
            }
            Some(member) if member.removed => return Err(MemberError::WasRemoved),
            Some(member) => member,
        };
        let MemberProfile { display_name, avatar_url } = member.profile.clone();
        let profile = MemberProfile {
            display_name: command.display_name.unwrap_or(display_name),
            avatar_url: command.avatar_url.unwrap_or(avatar_url),
        };
        Ok(member.bring_up_to_date(profile, command.community, command.profile_as_of))
    }

    fn change_community(&self, command: &ChangeCommunity) -> Result<Vec<MemberEvent>, MemberError> {
        if !allowed(SiteAct::ChangeCommunity, &command.actor, &command.member) {
            return Err(MemberError::OneselfOnly);
        }
        if command.actor.member == command.member {
            command.actor.require_active()?;
        }
        let member = self.here()?;
        Ok(if member.community == command.joined { Vec::new() } else { vec![community(command.joined)] })
    }
}

impl Membership {
    /// What differs between what the host says now and what the log knows.
    fn bring_up_to_date(
        &self,
        profile: MemberProfile,
        joined: Option<bool>,
        profile_as_of: Timestamp,
    ) -> Vec<MemberEvent> {
        let mut events = Vec::new();
        if self.profile != profile {
            let profile_as_of = Some(profile_as_of);
            events.push(MemberEvent::MemberProfileChanged(MemberProfileChanged { profile, profile_as_of }));
        }
        events.extend(joined.filter(|joined| *joined != self.community).map(community));
        events
    }

    /// Whether the log has the profile from before this time.
    #[must_use]
    pub fn is_older_than(&self, said: Timestamp) -> bool {
        self.profile_as_of.is_none_or(|as_of| as_of < said)
    }
}

const fn community(joined: bool) -> MemberEvent {
    if joined { MemberEvent::CommunityJoined } else { MemberEvent::CommunityLeft }
}

/// Each reading is an event of its own, also of somebody who is no member: this is the one command that is not in effect
/// already when it comes again.
fn replay_log(command: ReplayLog) -> Result<Vec<MemberEvent>, MemberError> {
    if allowed(SiteAct::ReplayLog, &command.actor, &command.actor.member) {
        Ok(vec![MemberEvent::LogReplayed(command.replayed)])
    } else {
        Err(SiteError::OwnerOnly.into())
    }
}

/// Only the web's own schemes: the address ends up in the pages of other members.
#[must_use]
pub fn is_picture_address(url: &str) -> bool {
    url.len() <= MAX_AVATAR_URL
        && (url.starts_with("https://") || url.starts_with("http://"))
        && url.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>\\`".contains(&b))
}
