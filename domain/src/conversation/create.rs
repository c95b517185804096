//! Starting a conversation.

use std::collections::BTreeSet;

use causerie_events::conversation::{DirectConversationStarted, GroupCreated, Participant};
use causerie_events::site::GroupCreation;
use causerie_events::{ConversationEvent, MemberId};

use crate::conversation::{
    Candidate, Conversation, ConversationError, CreateGroup, StartBusinessConversation, StartDirectConversation,
};
use crate::error::Element;
use crate::member::MemberError;

type Decided = Result<Vec<ConversationEvent>, ConversationError>;

impl Conversation {
    pub(super) fn create_group(&self, command: &CreateGroup) -> Decided {
        let creation = creation_asked_for(command);
        command.actor.require_active()?;
        if matches!(self, Self::Group(group) if group.created == creation) {
            return Ok(Vec::new());
        }
        command.member_chat.require_on()?;
        command.actor.standing.require_voice()?;
        if command.group_creation == GroupCreation::Staff && !command.actor.is_staff() {
            return Err(ConversationError::CreationStaffOnly);
        }
        let out_of_reach = Element::first_failing("participants", &command.participants, |candidate| {
            candidate.member == command.actor.member || candidate.in_reach
        });
        if out_of_reach.is_some() {
            return Err(ConversationError::NotInRoster(out_of_reach));
        }
        if creation.participants.len() + 1 > command.max_participants as usize {
            return Err(ConversationError::TooManyParticipants);
        }
        // Last: a command that would start no group under a free id must not show that this one is taken.
        if *self != Self::Missing {
            return Err(ConversationError::IdTaken);
        }
        Ok(vec![ConversationEvent::GroupCreated(creation)])
    }

    /// The id follows from the two members, so whoever starts it finds the one that the other started.
    pub(super) fn start_direct(&self, command: StartDirectConversation) -> Decided {
        let StartDirectConversation { actor, peer, member_chat } = command;
        actor.require_active()?;
        if peer.member == actor.member {
            return Err(ConversationError::DirectWithOneself);
        }
        match self {
            Self::Missing => {}
            Self::Direct(direct) if direct.has(&actor.member) && direct.has(&peer.member) => return Ok(Vec::new()),
            _ => return Err(ConversationError::IdTaken),
        }
        member_chat.require_on()?;
        actor.standing.require_voice()?;
        // Whether the other is not there, is barred, or has blocked the actor: the answer is the same.
        if !peer.in_reach {
            return Err(MemberError::NotFound.into());
        }
        let started = DirectConversationStarted { starter: actor.member, peer: peer.member };
        Ok(vec![ConversationEvent::DirectConversationStarted(started)])
    }

    pub(super) fn start_business(&self, command: StartBusinessConversation) -> Decided {
        let StartBusinessConversation { actor, member, member_standing } = command;
        actor.require_active()?;
        if !actor.is_staff() && actor.member != member {
            return Err(MemberError::OneselfOnly.into());
        }
        match self {
            Self::Missing => {}
            Self::Business(business) if business.member == member => return Ok(Vec::new()),
            _ => return Err(ConversationError::IdTaken),
        }
        if member_standing.require_active().is_err() {
            return Err(MemberError::NotFound.into());
        }
        Ok(vec![ConversationEvent::BusinessConversationStarted(Participant { member_id: member })])
    }
}

/// The event the command asks for: each participant once, the creator not among them.
fn creation_asked_for(command: &CreateGroup) -> GroupCreated {
    let mut seen: BTreeSet<&MemberId> = BTreeSet::from([&command.actor.member]);
    let participants = command
        .participants
        .iter()
        .map(|Candidate { member, .. }| member)
        .filter(|member| seen.insert(member))
        .cloned();
    GroupCreated {
        participants: participants.collect(),
        name: command.name.clone(),
        creator: command.actor.member.clone(),
        history: command.history,
    }
}
