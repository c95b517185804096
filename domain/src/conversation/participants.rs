//! Coming into and going out of a group.

use causerie_events::ConversationEvent;
use causerie_events::conversation::Participant;

use crate::conversation::{AddParticipant, ConversationError, Group, RemoveParticipant};
use crate::member::Standing;

impl Group {
    pub(super) fn add(&self, command: AddParticipant) -> Result<Vec<ConversationEvent>, ConversationError> {
        self.require_manager(&command.actor)?;
        if self.closed {
            return Err(ConversationError::Closed);
        }
        if self.participants.contains_key(&command.candidate.member) {
            return Ok(Vec::new());
        }
        command.member_chat.require_on()?;
        // The owner manages any group without being in the roster.
        if self.participants.contains_key(&command.actor.member) {
            command.actor_standing.require_in_roster()?;
        }
        if command.candidate.standing != Standing::InRoster {
            return Err(ConversationError::NotInRoster);
        }
        if self.participants.len() + 1 > command.max_participants as usize {
            return Err(ConversationError::TooManyParticipants);
        }
        Ok(vec![ConversationEvent::ParticipantAdded(Participant { member_id: command.candidate.member })])
    }

    pub(super) fn remove(&self, command: RemoveParticipant) -> Result<Vec<ConversationEvent>, ConversationError> {
        let leaving = command.member == command.actor.member;
        let here = self.participants.contains_key(&command.member);
        if leaving {
            if !here {
                let was_here = self.former.contains(&command.member);
                return if was_here { Ok(Vec::new()) } else { Err(ConversationError::NotFound) };
            }
        } else {
            self.require_manager(&command.actor)?;
        }
        if self.participants.contains_key(&command.actor.member) {
            command.actor_standing.require_active()?;
        }
        if !here {
            return Ok(Vec::new());
        }
        let heir = self.heir(&command.member).cloned();
        let gone = Participant { member_id: command.member };
        let mut events = vec![if leaving {
            ConversationEvent::ParticipantLeft(gone)
        } else {
            ConversationEvent::ParticipantRemoved(gone)
        }];
        if self.participants.len() == 1 {
            events.push(ConversationEvent::GroupClosed);
        } else if let Some(member_id) = heir {
            events.push(ConversationEvent::AdminGranted(Participant { member_id }));
        }
        Ok(events)
    }
}
