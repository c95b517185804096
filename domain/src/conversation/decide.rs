//! The rules of a conversation: which rule answers which command, and who may ask.

use causerie_events::{ConversationEvent, MemberId};

use crate::actor::{Actor, Role};
use crate::aggregate::Decide;
use crate::conversation::{Conversation, ConversationCommand, ConversationError, Group};

impl Decide for Conversation {
    fn decide(&self, command: ConversationCommand) -> Result<Vec<ConversationEvent>, ConversationError> {
        match command {
            ConversationCommand::CreateGroup(command) => self.create(&command),
            ConversationCommand::AddParticipant(command) => self.group()?.add(command),
            ConversationCommand::RemoveParticipant(command) => self.group()?.remove(command),
        }
    }
}

impl Conversation {
    const fn group(&self) -> Result<&Group, ConversationError> {
        match self {
            Self::Missing => Err(ConversationError::NotFound),
            Self::Group(group) => Ok(group),
        }
    }
}

impl Group {
    /// Admins of the group and the owner of the site manage it. To everybody who is not in it, it does not exist.
    pub(super) fn require_manager(&self, actor: &Actor) -> Result<(), ConversationError> {
        if actor.role == Role::Owner {
            return Ok(());
        }
        match self.participants.get(&actor.member) {
            None => Err(ConversationError::NotFound),
            Some(seat) if seat.admin => Ok(()),
            Some(_) => Err(ConversationError::AdminOnly),
        }
    }

    /// Who would be an admin once `leaving` is gone and no admin remains: the longest-standing participant.
    pub(super) fn heir(&self, leaving: &MemberId) -> Option<&MemberId> {
        let mut staying = self.participants.iter().filter(|(member, _)| *member != leaving);
        if staying.clone().any(|(_, seat)| seat.admin) {
            return None;
        }
        let longest_standing = staying.next().map(|first| {
            staying.fold(first, |longest, other| if other.1.since < longest.1.since { other } else { longest })
        });
        longest_standing.map(|(member, _)| member)
    }
}
