//! Changing a group: its name, its history, its image, its admins, its end.

use causerie_events::ConversationEvent;
use causerie_events::conversation::{GroupImage, GroupRenamed, HistoryChanged, Participant};

use crate::conversation::{ChangeAdmin, ChangeGroup, ConversationError, Group};

impl Group {
    pub(super) fn change(&self, command: ChangeGroup) -> Vec<ConversationEvent> {
        let name = command.name.filter(|name| *name != self.name);
        let history = command.history.filter(|history| *history != self.history);
        let events = [
            name.map(|name| ConversationEvent::GroupRenamed(GroupRenamed { name })),
            history.map(|history| ConversationEvent::HistoryChanged(HistoryChanged { history })),
        ];
        events.into_iter().flatten().collect()
    }

    /// The same image is known by what was uploaded: each upload has an id of its own.
    pub(super) fn change_image(&self, image: Option<GroupImage>) -> Vec<ConversationEvent> {
        match (image, &self.image) {
            (Some(given), Some(there)) if given.sha256 == there.sha256 => Vec::new(),
            (Some(given), _) => vec![ConversationEvent::GroupImageChanged(given)],
            (None, Some(_)) => vec![ConversationEvent::GroupImageRemoved],
            (None, None) => Vec::new(),
        }
    }

    pub(super) fn change_admin(&self, command: ChangeAdmin) -> Result<Vec<ConversationEvent>, ConversationError> {
        let ChangeAdmin { member, admin, standings, .. } = command;
        let seat = self.participants.get(&member).ok_or(ConversationError::NotAParticipant)?;
        if seat.admin == admin {
            return Ok(Vec::new());
        }
        if !admin && !self.has_acting_admin(Some(&member), &standings) {
            return Err(ConversationError::LastAdmin);
        }
        let participant = Participant { member_id: member };
        Ok(vec![if admin {
            ConversationEvent::AdminGranted(participant)
        } else {
            ConversationEvent::AdminRevoked(participant)
        }])
    }

    pub(super) fn delete(&self) -> Vec<ConversationEvent> {
        if self.closed { Vec::new() } else { vec![ConversationEvent::GroupDeleted] }
    }
}
