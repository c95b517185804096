//! The rules of a conversation: which rule answers which command.

use causerie_events::ConversationEvent;

use crate::actor::Actor;
use crate::aggregate::Decide;
use crate::conversation::{
    ChangeAdmin, Conversation, ConversationCommand, ConversationError, Group, RemoveParticipant, Seat,
};
use crate::permission::{ConversationAct, Place, permit};
use crate::site::MemberChat;

impl Decide for Conversation {
    fn decide(&self, command: ConversationCommand) -> Result<Vec<ConversationEvent>, ConversationError> {
        match command {
            ConversationCommand::CreateGroup(command) => self.create_group(&command),
            ConversationCommand::StartDirectConversation(command) => self.start_direct(command),
            ConversationCommand::StartBusinessConversation(command) => self.start_business(command),
            ConversationCommand::ChangeGroup(command) => {
                let act = naming(command.name.is_some());
                Ok(self.group_on(act, &command.actor, command.member_chat)?.change(command))
            }
            ConversationCommand::ChangeGroupImage(command) => {
                let act = naming(command.image.is_some());
                Ok(self.group_on(act, &command.actor, command.member_chat)?.change_image(command.image))
            }
            ConversationCommand::AddParticipant(command) => {
                self.group_on(ConversationAct::AddParticipant, &command.actor, command.member_chat)?.add(command)
            }
            ConversationCommand::RemoveParticipant(command) if command.member == command.actor.member => {
                self.leave(&command)
            }
            ConversationCommand::RemoveParticipant(command) => {
                Ok(self.group_for(ConversationAct::RemoveParticipant, &command.actor)?.remove(&command))
            }
            ConversationCommand::ChangeAdmin(command) if self.has_stepped_down(&command) => {
                self.group_for(ConversationAct::Read, &command.actor)?;
                Ok(Vec::new())
            }
            ConversationCommand::ChangeAdmin(command) => {
                self.group_for(ConversationAct::ChangeGroup, &command.actor)?.change_admin(command)
            }
            ConversationCommand::AppointAdmin(command) => Ok(match self {
                Self::Group(group) => group.appoint_admin(&command.standings),
                Self::Missing | Self::Direct(_) | Self::Business(_) => Vec::new(),
            }),
            ConversationCommand::DeleteGroup(command) => {
                Ok(self.group_for(ConversationAct::DeleteGroup, &command.actor)?.delete())
            }
        }
    }
}

/// Giving a name or an image is heard by all in the group; taking an image away, or another change, is not.
const fn naming(gives: bool) -> ConversationAct {
    if gives { ConversationAct::NameGroup } else { ConversationAct::ChangeGroup }
}

impl Conversation {
    /// Whether the actor may give the group an image, asked before the upload is read.
    pub fn require_image_change(&self, actor: &Actor, member_chat: MemberChat) -> Result<(), ConversationError> {
        self.group_on(ConversationAct::NameGroup, actor, member_chat).map(drop)
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

    fn leave(&self, command: &RemoveParticipant) -> Result<Vec<ConversationEvent>, ConversationError> {
        let actor = &command.actor;
        match self {
            Self::Group(group) if group.former.contains_key(&actor.member) => {
                actor.require_active()?;
                Ok(Vec::new())
            }
            _ => Ok(self.group_for(ConversationAct::Leave, actor)?.leave(command)),
        }
    }
}
