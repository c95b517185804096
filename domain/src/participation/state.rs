//! The state of a participation.

use causerie_events::participation::ReadMarker;
use causerie_events::{Aggregate, ParticipationEvent};
use serde::Serialize;

use crate::error::ParticipationError;

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Participation {
    /// The last message read.
    pub marker: Option<ReadMarker>,
    pub muted: bool,
    /// Not listed until a message arrives.
    pub archived: bool,
    pub pinned: bool,
}

impl Aggregate for Participation {
    type Event = ParticipationEvent;
    type Error = ParticipationError;

    fn apply(&mut self, event: ParticipationEvent) {
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
