//! Coming into and going out of a group.

use causerie_events::conversation::Participant;
use causerie_events::{ConversationEvent, MemberId};

use crate::conversation::{AddParticipant, ConversationError, Group, RemoveParticipant, Standings};
use crate::member::Standing;

impl Group {
    pub(super) fn add(&self, command: AddParticipant) -> Result<Vec<ConversationEvent>, ConversationError> {
        if self.participants.contains_key(&command.candidate.member) {
            return Ok(Vec::new());
        }
        if !command.candidate.in_reach {
            return Err(ConversationError::NotInRoster(None));
        }
        if self.taking_part(&command.standings) + 1 > command.max_participants as usize {
            return Err(ConversationError::TooManyParticipants);
        }
        Ok(vec![ConversationEvent::ParticipantAdded(Participant { member_id: command.candidate.member })])
    }

    /// How many participants can take part: not those whom the site has removed or blocked, or who wait for approval.
    fn taking_part(&self, standings: &Standings) -> usize {
        self.participants.keys().filter(|member| standings.of(member).require_active().is_ok()).count()
    }

    pub(super) fn remove(&self, command: &RemoveParticipant) -> Vec<ConversationEvent> {
        let gone = Participant { member_id: command.member.clone() };
        self.without(command, ConversationEvent::ParticipantRemoved(gone))
    }

    pub(super) fn leave(&self, command: &RemoveParticipant) -> Vec<ConversationEvent> {
        let gone = Participant { member_id: command.member.clone() };
        self.without(command, ConversationEvent::ParticipantLeft(gone))
    }

    /// The events of a departure: an heir where no admin who can act stays, the end where no participant stays.
    fn without(&self, command: &RemoveParticipant, gone: ConversationEvent) -> Vec<ConversationEvent> {
        let RemoveParticipant { member, standings, .. } = command;
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

    pub(super) fn appoint_admin(&self, standings: &Standings) -> Vec<ConversationEvent> {
        let heir = self.heir(None, standings).filter(|_| !self.closed);
        heir.map(|heir| ConversationEvent::AdminGranted(Participant { member_id: heir.clone() })).into_iter().collect()
    }

    /// Whether an admin other than `leaving` can act: a member of the community who is not barred. A muted admin can
    /// neither add members nor rename the group, but can remove participants and appoint admins.
    pub(super) fn has_acting_admin(&self, leaving: Option<&MemberId>, standings: &Standings) -> bool {
        let admins = self.participants.iter().filter(|(member, seat)| seat.admin && Some(*member) != leaving);
        admins.into_iter().any(|(member, _)| standings.of(member).in_roster())
    }

    /// Who becomes an admin where, once `leaving` is gone, no admin can act: the longest-standing participant who can, one with
    /// a voice before one who is muted. Where no participant can act, an admin stays one, and else the longest-standing is.
    fn heir(&self, leaving: Option<&MemberId>, standings: &Standings) -> Option<&MemberId> {
        if self.has_acting_admin(leaving, standings) {
            return None;
        }
        let rank = |member| match standings.of(member) {
            Standing::InRoster => 0,
            Standing::Muted => 1,
            _ => 2,
        };
        let staying = self.participants.iter().filter(|(member, _)| Some(*member) != leaving);
        let first = staying.min_by_key(|(member, seat)| (rank(member), !seat.admin, seat.since));
        first.filter(|(_, seat)| !seat.admin).map(|(member, _)| member)
    }
}
