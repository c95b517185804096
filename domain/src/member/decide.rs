//! The rules of a member: which rule answers which command, registration, and the community.

use causerie_events::MemberEvent;
use causerie_events::member::MemberRegistered;
use causerie_events::site::Approval;

use crate::aggregate::Decide;
use crate::member::{ChangeCommunity, Member, MemberCommand, MemberError, Membership, RegisterMember, ReplayLog};
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
            Self::Registered(member) if !member.removed => return Ok(member.bring_up_to_date(command)),
            // A host that registers its members at each login must not undo a removal.
            Self::Registered(_) if !allowed(SiteAct::RegisterRemoved, &command.actor, &command.member) => {
                return Err(MemberError::WasRemoved);
            }
            Self::Registered(_) | Self::Missing => {}
        }
        Ok(vec![MemberEvent::MemberRegistered(MemberRegistered {
            profile: command.profile,
            community: command.community,
            pending: command.approval == Approval::Manual && !command.actor.is_staff(),
        })])
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
    fn bring_up_to_date(&self, command: RegisterMember) -> Vec<MemberEvent> {
        let mut events = Vec::new();
        if self.profile != command.profile {
            events.push(MemberEvent::MemberProfileChanged(command.profile));
        }
        if self.community != command.community {
            events.push(community(command.community));
        }
        events
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
fn is_picture_address(url: &str) -> bool {
    url.len() <= MAX_AVATAR_URL
        && (url.starts_with("https://") || url.starts_with("http://"))
        && url.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>\\`".contains(&b))
}
