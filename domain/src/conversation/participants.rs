//! Joining and leaving a group.

use causerie_events::conversation::Participant;
use causerie_events::{ConversationEvent, ConversationId, MemberId, SiteId, StreamId};

use crate::actor::Actor;
use crate::conversation::{Conversation, Group, Standings};
use crate::decide::{Decide, Decided};
use crate::error::ConversationError;
use crate::permission::{ConversationAction, MemberChat};

#[derive(Debug, Clone)]
pub struct AddParticipant {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub member: MemberId,
}

#[derive(Debug, Clone)]
pub struct AddParticipantFacts {
    /// Whether the member is in the roster and neither of the two has blocked the other.
    pub in_reach: bool,
    pub member_chat: MemberChat,
    pub max_participants: u32,
    /// The standings of the participants, if the group is full.
    pub standings: Standings,
}

impl Decide for AddParticipant {
    type Aggregate = Conversation;
    type Facts = AddParticipantFacts;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, actor: &Actor, facts: &AddParticipantFacts) -> Decided<Conversation> {
        let group = state.permitted_group_in(facts.member_chat, ConversationAction::AddParticipant, actor)?;
        if group.participants.contains_key(&self.member) {
            return Ok(Vec::new());
        }
        if !facts.in_reach {
            return Err(ConversationError::NotInRoster(None));
        }
        if group.active_participants(&facts.standings) + 1 > facts.max_participants as usize {
            return Err(ConversationError::TooManyParticipants);
        }
        Ok(vec![ConversationEvent::ParticipantAdded(Participant { member_id: self.member.clone() })])
    }
}

/// RemoveParticipant; LeaveGroup if the actor is the participant.
#[derive(Debug, Clone)]
pub struct RemoveParticipant {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub member: MemberId,
}

impl Decide for RemoveParticipant {
    type Aggregate = Conversation;
    /// The standings of the remaining admins, and of the participants up to the first who can become admin.
    type Facts = Standings;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, actor: &Actor, standings: &Standings) -> Decided<Conversation> {
        let departed = Participant { member_id: self.member.clone() };
        if self.member != actor.member {
            let group = state.permitted_group(ConversationAction::RemoveParticipant, actor)?;
            return Ok(group.without(&self.member, standings, ConversationEvent::ParticipantRemoved(departed)));
        }
        if matches!(state, Conversation::Group(group) if group.former_participants.contains_key(&self.member)) {
            actor.require_active()?;
            return Ok(Vec::new());
        }
        let group = state.permitted_group(ConversationAction::Leave, actor)?;
        Ok(group.without(&self.member, standings, ConversationEvent::ParticipantLeft(departed)))
    }
}

impl Group {
    /// The number of participants who can read and send: not those who are removed, blocked or pending.
    fn active_participants(&self, standings: &Standings) -> usize {
        self.participants.keys().filter(|member| standings.of(member).require_active().is_ok()).count()
    }

    /// The events of a departure. A successor becomes admin if no active admin remains; the group is closed if no
    /// participant remains.
    fn without(
        &self,
        member: &MemberId,
        standings: &Standings,
        departure: ConversationEvent,
    ) -> Vec<ConversationEvent> {
        if !self.participants.contains_key(member) {
            return Vec::new();
        }
        let mut events = vec![departure];
        if self.participants.len() == 1 && !self.closed {
            events.push(ConversationEvent::GroupClosed);
        } else if let Some(successor) = self.successor(Some(member), standings) {
            events.push(ConversationEvent::AdminGranted(Participant { member_id: successor.clone() }));
        }
        events
    }
}
