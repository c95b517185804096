//! What a participation is.

use causerie_events::ParticipationEvent;
use causerie_events::participation::ReadMarker;
use serde::{Deserialize, Serialize};

use crate::aggregate::aggregate;
use crate::participation::{ParticipationCommand, ParticipationError};

/// A member's participation in a conversation.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Participation {
    /// The last message read.
    pub marker: Option<ReadMarker>,
    /// No notice of new messages.
    pub muted: bool,
    /// Out of the list, until a message comes.
    pub archived: bool,
    /// At the top of the list.
    pub pinned: bool,
}

impl Participation {
    pub(super) fn evolve(&mut self, event: ParticipationEvent) {
        match event {
            ParticipationEvent::ReadMarkerMoved(marker) => self.marker = Some(marker),
            ParticipationEvent::ConversationMuted => self.muted = true,
            ParticipationEvent::ConversationUnmuted => self.muted = false,
            ParticipationEvent::ConversationArchived => self.archived = true,
            ParticipationEvent::ConversationUnarchived => self.archived = false,
            ParticipationEvent::ConversationPinned => self.pinned = true,
            ParticipationEvent::ConversationUnpinned => self.pinned = false,
        }
    }
}

aggregate!(Participation, "participation", ParticipationCommand, ParticipationEvent, ParticipationError);
