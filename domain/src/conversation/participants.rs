//! Coming into and going out of a group.

use causerie_events::conversation::Participant;
use causerie_events::{ConversationEvent, MemberId};

use crate::conversation::{AddParticipant, ConversationError, Group};

impl Group {
    pub(super) fn add(&self, command: AddParticipant) -> Result<Vec<ConversationEvent>, ConversationError> {
        if self.participants.contains_key(&command.candidate.member) {
            return Ok(Vec::new());
        }
        if !command.candidate.in_reach {
            return Err(ConversationError::NotInRoster(None));
        }
        if self.participants.len() + 1 > command.max_participants as usize {
            return Err(ConversationError::TooManyParticipants);
        }
        Ok(vec![ConversationEvent::ParticipantAdded(Participant { member_id: command.candidate.member })])
    }

    pub(super) fn remove(&self, member: &MemberId) -> Vec<ConversationEvent> {
        let gone = Participant { member_id: member.clone() };
        self.without(member, ConversationEvent::ParticipantRemoved(gone))
    }

    pub(super) fn leave(&self, member: &MemberId) -> Vec<ConversationEvent> {
        let gone = Participant { member_id: member.clone() };
        self.without(member, ConversationEvent::ParticipantLeft(gone))
    }

    /// Somebody goes, and what follows from it: an heir where no admin stays, the end where nobody stays.
    fn without(&self, member: &MemberId, gone: ConversationEvent) -> Vec<ConversationEvent> {
        if !self.participants.contains_key(member) {
            return Vec::new();
        }
        let mut events = vec![gone];
        if self.participants.len() == 1 && !self.closed {
            events.push(ConversationEvent::GroupClosed);
        } else if let Some(heir) = self.heir(member) {
            events.push(ConversationEvent::AdminGranted(Participant { member_id: heir.clone() }));
        }
        events
    }

    /// Who would be an admin once `leaving` is gone and no admin remains: the longest-standing participant.
    fn heir(&self, leaving: &MemberId) -> Option<&MemberId> {
        let staying = || self.participants.iter().filter(|(member, _)| *member != leaving);
        if staying().any(|(_, seat)| seat.admin) {
            return None;
        }
        staying().min_by_key(|(_, seat)| seat.since).map(|(member, _)| member)
    }
}
