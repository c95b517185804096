//! Events of a member's participation in a conversation: read marker and list preferences. Private
//! to the member. Stream id: `<site>/<conversation>/<member>`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain_event::DomainEvent;
use crate::id::MessageId;
use crate::position::Position;

/// What happened to a participation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type")]
pub enum ParticipationEvent {
    /// The member has read up to a message. The marker never moves back.
    ReadMarkerMoved(ReadMarker),
    /// The member muted notifications of the conversation.
    ConversationMuted,
    /// The member unmuted notifications of the conversation.
    ConversationUnmuted,
    /// The member moved the conversation out of their list.
    ConversationArchived,
    /// The member moved the conversation back into their list.
    ConversationUnarchived,
    /// The member pinned the conversation to the top of their list.
    ConversationPinned,
    /// The member unpinned the conversation.
    ConversationUnpinned,
}

/// The last message that a member has read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadMarker {
    /// The message.
    pub message_id: MessageId,
    /// Its position in the log. Markers are compared by position, not by time.
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
