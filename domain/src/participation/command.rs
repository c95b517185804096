//! Commands to a participation.

use causerie_events::participation::ReadMarker;

use crate::actor::Actor;
use crate::permission::Place;

/// What can be asked of a participation, by the member alone.
#[derive(Debug, Clone)]
pub enum ParticipationCommand {
    /// Up to a message.
    MarkRead(MarkRead),
    /// Muted, archived, pinned.
    ChangePreferences(ChangePreferences),
}

/// Moves the read marker.
#[derive(Debug, Clone)]
pub struct MarkRead {
    /// Who asks.
    pub actor: Actor,
    /// Looked up: what the conversation is to the actor.
    pub place: Place,
    /// Looked up: the message and where it stands in the log; none where the actor may not know of it.
    pub target: Option<ReadMarker>,
}

/// Changes what is given.
#[derive(Debug, Clone)]
pub struct ChangePreferences {
    /// Who asks.
    pub actor: Actor,
    /// Looked up: what the conversation is to the actor.
    pub place: Place,
    /// No notice of new messages.
    pub muted: Option<bool>,
    /// Out of the list.
    pub archived: Option<bool>,
    /// Looked up: whether a message has brought the conversation back since it was archived.
    pub brought_back: bool,
    /// At the top of the list.
    pub pinned: Option<bool>,
}
