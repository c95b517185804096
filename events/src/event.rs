//! The union of all events, and the one place where stored JSON becomes typed events.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::conversation::ConversationEvent;
use crate::member::MemberEvent;
use crate::message::MessageEvent;
use crate::participation::ParticipationEvent;
use crate::record::RecordedEvent;
use crate::site::SiteEvent;
use crate::stream::AggregateType;
use crate::system::SystemEvent;

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
    /// Of a participation.
    Participation(ParticipationEvent),
    /// Of the installation.
    System(SystemEvent),
}

/// A stored event that this version of the code cannot read.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Written by a later version of the code.
    #[error("{event_type}.v{event_version} is not known to this version")]
    UnknownVersion {
        /// The stored type.
        event_type: String,
        /// The stored version.
        event_version: String,
    },
    /// Not of the shape of its type.
    #[error("cannot decode {event_type}.v{event_version}")]
    Malformed {
        /// The stored type.
        event_type: String,
        /// The stored version.
        event_version: String,
        /// What serde said.
        #[source]
        source: serde_json::Error,
    },
}

impl Event {
    /// Reads a recorded event.
    pub fn decode(recorded: &RecordedEvent) -> Result<Self, DecodeError> {
        let RecordedEvent { stream, event_type, event_version, payload, .. } = recorded;
        Self::decode_parts(stream.aggregate_type(), event_type, event_version, payload)
    }

    /// Reads an event by its type, version and JSON. Older versions are to be lifted to today's shape here, for every
    /// reader; so far each type has one version. `samples/` holds one of each that was ever released, and all must decode.
    pub fn decode_parts(
        aggregate_type: AggregateType,
        event_type: &str,
        event_version: &str,
        payload: &Value,
    ) -> Result<Self, DecodeError> {
        if event_version != "1" {
            let (event_type, event_version) = (event_type.to_owned(), event_version.to_owned());
            return Err(DecodeError::UnknownVersion { event_type, event_version });
        }
        let decoded = match aggregate_type {
            AggregateType::Site => typed(payload).map(Self::Site),
            AggregateType::Member => typed(payload).map(Self::Member),
            AggregateType::Conversation => typed(payload).map(Self::Conversation),
            AggregateType::Message => typed(payload).map(Self::Message),
            AggregateType::Participation => typed(payload).map(Self::Participation),
            AggregateType::System => typed(payload).map(Self::System),
        };
        decoded.map_err(|source| DecodeError::Malformed {
            event_type: event_type.to_owned(),
            event_version: event_version.to_owned(),
            source,
        })
    }
}

fn typed<E: DeserializeOwned>(payload: &Value) -> Result<E, serde_json::Error> {
    E::deserialize(payload)
}

/// An event of another aggregate than the one asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an event of another aggregate")]
pub struct OtherAggregate;

macro_rules! of_aggregate {
    ($($variant:ident($event:ty)),+) => {
        $(impl TryFrom<Event> for $event {
            type Error = OtherAggregate;

            fn try_from(event: Event) -> Result<Self, OtherAggregate> {
                match event {
                    Event::$variant(event) => Ok(event),
                    _ => Err(OtherAggregate),
                }
            }
        })+
    };
}
of_aggregate!(
    Site(SiteEvent),
    Member(MemberEvent),
    Conversation(ConversationEvent),
    Message(MessageEvent),
    Participation(ParticipationEvent),
    System(SystemEvent)
);
