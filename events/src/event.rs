//! The union of all events, and the one place where stored bytes become typed events.

use serde::de::DeserializeOwned;

use crate::conversation::ConversationEvent;
use crate::member::MemberEvent;
use crate::message::MessageEvent;
use crate::record::RecordedEvent;
use crate::site::SiteEvent;
use crate::stream::AggregateType;

/// Any event of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Of a site.
    Site(SiteEvent),
    /// Of a member.
    Member(MemberEvent),
    /// Of a conversation.
    Conversation(ConversationEvent),
    /// Of a message.
    Message(MessageEvent),
}

/// A stored event that this version of the code cannot read.
#[derive(Debug, thiserror::Error)]
#[error("cannot decode {event_type}.v{event_version}")]
pub struct DecodeError {
    /// The stored type.
    pub event_type: String,
    /// The stored version.
    pub event_version: String,
    /// What serde said.
    #[source]
    pub source: serde_json::Error,
}

impl Event {
    /// Reads a recorded event.
    pub fn decode(recorded: &RecordedEvent) -> Result<Self, DecodeError> {
        let decoded = match recorded.stream.aggregate_type() {
            AggregateType::Site => typed(recorded).map(Self::Site),
            AggregateType::Member => typed(recorded).map(Self::Member),
            AggregateType::Conversation => typed(recorded).map(Self::Conversation),
            AggregateType::Message => typed(recorded).map(Self::Message),
        };
        decoded.map_err(|source| DecodeError {
            event_type: recorded.event_type.clone(),
            event_version: recorded.event_version.clone(),
            source,
        })
    }
}

fn typed<E: DeserializeOwned>(recorded: &RecordedEvent) -> Result<E, serde_json::Error> {
    E::deserialize(&recorded.payload)
}
