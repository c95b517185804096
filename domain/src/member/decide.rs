//! The rules of a member.

use causerie_events::MemberEvent;
use causerie_events::member::MemberRegistered;

use crate::actor::Role;
use crate::aggregate::Decide;
use crate::member::{Member, MemberCommand, MemberError, Membership, ModerateMember, RegisterMember};
use crate::site::{Approval, MemberChat, SiteError};

/// The most characters of an avatar's address.
const MAX_AVATAR_URL: usize = 2048;

impl Decide for Member {
    fn decide(&self, command: MemberCommand) -> Result<Vec<MemberEvent>, MemberError> {
        match command {
            MemberCommand::RegisterMember(command) => self.register(command),
            MemberCommand::BlockMember(command) => self.moderate(&command, true),
            MemberCommand::UnblockMember(command) => self.moderate(&command, false),
        }
    }
}

impl Member {
    fn register(&self, command: RegisterMember) -> Result<Vec<MemberEvent>, MemberError> {
        if !matches!(command.actor.role, Role::Operator | Role::Owner) {
            return Err(MemberError::OperatorOrOwnerOnly);
        }
        if command.site == MemberChat::NoSite {
            return Err(SiteError::NotFound.into());
        }
        if command.profile.avatar_url.as_deref().is_some_and(|url| !is_picture_address(url)) {
            return Err(MemberError::InvalidAvatar);
        }
        match self {
            Self::Missing => Ok(vec![MemberEvent::MemberRegistered(MemberRegistered {
                profile: command.profile,
                community: command.community,
                pending: command.approval == Approval::Manual,
            })]),
            Self::Registered(member) => Ok(member.bring_up_to_date(command)),
        }
    }

    fn moderate(&self, command: &ModerateMember, block: bool) -> Result<Vec<MemberEvent>, MemberError> {
        if !matches!(command.actor.role, Role::Staff | Role::Owner) {
            return Err(MemberError::StaffOnly);
        }
        match self {
            Self::Missing => Err(MemberError::NotFound),
            Self::Registered(member) if member.blocked == block => Ok(Vec::new()),
            Self::Registered(_) if block => Ok(vec![MemberEvent::MemberBlocked]),
            Self::Registered(_) => Ok(vec![MemberEvent::MemberUnblocked]),
        }
    }
}

impl Membership {
    /// What differs between what the host says now and what the log knows.
    fn bring_up_to_date(&self, command: RegisterMember) -> Vec<MemberEvent> {
        let mut events = Vec::new();
        if self.profile != command.profile {
            events.push(MemberEvent::MemberProfileChanged(command.profile));
        }
        match (self.community, command.community) {
            (false, true) => events.push(MemberEvent::CommunityJoined),
            (true, false) => events.push(MemberEvent::CommunityLeft),
            (true, true) | (false, false) => {}
        }
        events
    }
}

/// Only the web's own schemes: the address ends up in the pages of other members.
fn is_picture_address(url: &str) -> bool {
    url.len() <= MAX_AVATAR_URL
        && (url.starts_with("https://") || url.starts_with("http://"))
        && url.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>\\`".contains(&b))
}
