//! The rules of a conversation: which rule answers which command.

use causerie_events::ConversationEvent;

use crate::actor::Actor;
use crate::aggregate::Decide;
use crate::conversation::{ChangeAdmin, Conversation, ConversationCommand, ConversationError, Group, Seat};
use crate::permission::{ConversationAct, Place, permit};
use crate::site::MemberChat;

impl Decide for Conversation {
    fn decide(&self, command: ConversationCommand) -> Result<Vec<ConversationEvent>, ConversationError> {
        match command {
            ConversationCommand::CreateGroup(command) => self.create_group(&command),
            ConversationCommand::StartDirectConversation(command) => self.start_direct(command),
            ConversationCommand::StartBusinessConversation(command) => self.start_business(command),
            ConversationCommand::ChangeGroup(command) => {
                Ok(self.group_for(ConversationAct::ChangeGroup, &command.actor)?.change(command))
            }
            ConversationCommand::ChangeGroupImage(command) => {
                Ok(self.group_for(ConversationAct::ChangeGroup, &command.actor)?.change_image(command.image))
            }
            ConversationCommand::AddParticipant(command) => {
                self.group_on(ConversationAct::AddParticipant, &command.actor, command.member_chat)?.add(command)
            }
            ConversationCommand::RemoveParticipant(command) if command.member == command.actor.member => {
                self.leave(&command.actor)
            }
            ConversationCommand::RemoveParticipant(command) => {
                Ok(self.group_for(ConversationAct::RemoveParticipant, &command.actor)?.remove(&command.member))
            }
            ConversationCommand::ChangeAdmin(command) if self.has_stepped_down(&command) => {
                self.group_for(ConversationAct::Read, &command.actor)?;
                Ok(Vec::new())
            }
            ConversationCommand::ChangeAdmin(command) => {
                self.group_for(ConversationAct::ChangeGroup, &command.actor)?.change_admin(command)
            }
            ConversationCommand::DeleteGroup(command) => {
                Ok(self.group_for(ConversationAct::DeleteGroup, &command.actor)?.delete())
            }
        }
    }
}

impl Conversation {
    /// Whether somebody may change how this is set up, where it costs much to prepare the change itself.
    pub fn require_change(&self, actor: &Actor) -> Result<(), ConversationError> {
        self.group_for(ConversationAct::ChangeGroup, actor).map(drop)
    }

    /// The group, for somebody who may do this in it whether member chat is on or off.
    fn group_for(&self, act: ConversationAct, actor: &Actor) -> Result<&Group, ConversationError> {
        self.group_on(act, actor, MemberChat::On)
    }

    fn group_on(
        &self,
        act: ConversationAct,
        actor: &Actor,
        member_chat: MemberChat,
    ) -> Result<&Group, ConversationError> {
        let place = Place { member_chat, ..Place::regardless(self.access(actor)) };
        if let Self::Group(group) = self {
            permit(act, actor, &place)?;
            return Ok(group);
        }
        // To who is not in it the kind of a conversation is as unknown as the conversation.
        permit(ConversationAct::Read, actor, &place)?;
        Err(ConversationError::NotAGroup)
    }

    /// Whether somebody in the group asks to be no admin and is none: again it changes nothing, though who is no admin any
    /// more may not ask it of others.
    fn has_stepped_down(&self, command: &ChangeAdmin) -> bool {
        let seat = self.access(&command.actor).map(|access| access.seat);
        command.actor.member == command.member && !command.admin && seat == Some(Seat::Participant)
    }

    fn leave(&self, actor: &Actor) -> Result<Vec<ConversationEvent>, ConversationError> {
        match self {
            Self::Group(group) if group.former.contains_key(&actor.member) => {
                actor.require_active()?;
                Ok(Vec::new())
            }
            _ => Ok(self.group_for(ConversationAct::Leave, actor)?.leave(&actor.member)),
        }
    }
}
