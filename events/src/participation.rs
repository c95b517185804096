//! Events of one member's participation in one conversation: how far they have read, and how they keep it in their list.
//! Private to the member. Stream id: `<site>/<conversation>/<member>`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::aggregate::DomainEvent;
use crate::id::MessageId;
use crate::position::Position;

/// What happened to a participation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum ParticipationEvent {
    /// The member has read up to a message. The marker never moves back.
    ReadMarkerMoved(ReadMarker),
    /// The member wants no notice of new messages here.
    ConversationMuted,
    /// The member wants notices again.
    ConversationUnmuted,
    /// The member put the conversation out of their list.
    ConversationArchived,
    /// The member took it back into the list.
    ConversationUnarchived,
    /// The member keeps the conversation at the top.
    ConversationPinned,
    /// The member keeps it at the top no more.
    ConversationUnpinned,
}

/// The last message that a member has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadMarker {
    /// The message.
    pub message_id: MessageId,
    /// Where it was sent in the log: markers are compared by it, never by a clock.
    pub position: Position,
}

impl DomainEvent for ParticipationEvent {
    fn event_type(&self) -> String {
        match self {
            Self::ReadMarkerMoved(_) => "ReadMarkerMoved",
            Self::ConversationMuted => "ConversationMuted",
            Self::ConversationUnmuted => "ConversationUnmuted",
            Self::ConversationArchived => "ConversationArchived",
            Self::ConversationUnarchived => "ConversationUnarchived",
            Self::ConversationPinned => "ConversationPinned",
            Self::ConversationUnpinned => "ConversationUnpinned",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
