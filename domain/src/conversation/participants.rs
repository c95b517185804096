//! Joining and leaving a group.

use causerie_events::conversation::Participant;
use causerie_events::{ConversationEvent, ConversationId, MemberId, SiteId, StreamId};

use crate::actor::Actor;
use crate::conversation::{Conversation, ConversationError, Group, Standings};
use crate::decide::{Decide, Decided};
use crate::permission::ConversationAct;
use crate::site::MemberChat;

/// Adds a member to a group.
#[derive(Debug, Clone)]
pub struct AddParticipant {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub member: MemberId,
}

#[derive(Debug, Clone)]
pub struct AddParticipantFacts {
    /// Whether the member is in the roster, with no block between them and the actor.
    pub in_reach: bool,
    pub member_chat: MemberChat,
    pub max_participants: u32,
    /// Of the participants, where the group is full.
    pub standings: Standings,
}

impl Decide for AddParticipant {
    type Aggregate = Conversation;
    type Facts = AddParticipantFacts;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, actor: &Actor, facts: &AddParticipantFacts) -> Decided<Conversation> {
        let group = state.group_while(facts.member_chat, ConversationAct::AddParticipant, actor)?;
        if group.participants.contains_key(&self.member) {
            return Ok(Vec::new());
        }
        if !facts.in_reach {
            return Err(ConversationError::NotInRoster(None));
        }
        if group.taking_part(&facts.standings) + 1 > facts.max_participants as usize {
            return Err(ConversationError::TooManyParticipants);
        }
        Ok(vec![ConversationEvent::ParticipantAdded(Participant { member_id: self.member.clone() })])
    }
}

/// Removes a participant from a group. By the participant it is LeaveGroup.
#[derive(Debug, Clone)]
pub struct RemoveParticipant {
    pub site: SiteId,
    pub conversation: ConversationId,
    pub member: MemberId,
}

impl Decide for RemoveParticipant {
    type Aggregate = Conversation;
    /// Of the admins who stay, and of the participants up to the first who can take over from them.
    type Facts = Standings;

    fn stream(&self, _: &MemberId) -> StreamId {
        StreamId::conversation(&self.site, self.conversation)
    }

    fn decide(&self, state: &Conversation, actor: &Actor, standings: &Standings) -> Decided<Conversation> {
        let gone = Participant { member_id: self.member.clone() };
        if self.member != actor.member {
            let group = state.group_for(ConversationAct::RemoveParticipant, actor)?;
            return Ok(group.without(&self.member, standings, ConversationEvent::ParticipantRemoved(gone)));
        }
        if matches!(state, Conversation::Group(group) if group.former.contains_key(&self.member)) {
            actor.require_active()?;
            return Ok(Vec::new());
        }
        let group = state.group_for(ConversationAct::Leave, actor)?;
        Ok(group.without(&self.member, standings, ConversationEvent::ParticipantLeft(gone)))
    }
}

impl Group {
    /// How many participants can take part: not those whom the site has removed or blocked, or who wait for approval.
    fn taking_part(&self, standings: &Standings) -> usize {
        self.participants.keys().filter(|member| standings.of(member).require_active().is_ok()).count()
    }

    /// The events of a departure: an heir where no admin who can act stays, the end where no participant stays.
    fn without(&self, member: &MemberId, standings: &Standings, gone: ConversationEvent) -> Vec<ConversationEvent> {
        if !self.participants.contains_key(member) {
            return Vec::new();
        }
        let mut events = vec![gone];
        if self.participants.len() == 1 && !self.closed {
            events.push(ConversationEvent::GroupClosed);
        } else if let Some(heir) = self.heir(Some(member), standings) {
            events.push(ConversationEvent::AdminGranted(Participant { member_id: heir.clone() }));
        }
        events
    }
}
