//! The union of all events, and the only code that decodes stored JSON into typed events.

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
    /// An event of a site.
    Site(SiteEvent),
    /// An event of a member.
    Member(MemberEvent),
    /// An event of a conversation.
    Conversation(ConversationEvent),
    /// An event of a message.
    Message(MessageEvent),
    /// An event of a participation.
    Participation(ParticipationEvent),
    /// An event of the installation.
    System(SystemEvent),
}

/// A stored event that this version of the code cannot decode.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The event was written by a later version of the code.
    #[error("{event_type}.v{event_version} is not known to this version")]
    UnknownVersion {
        /// The stored type.
        event_type: String,
        /// The stored version.
        event_version: String,
    },
    /// The payload does not match its type.
    #[error("cannot decode {event_type}.v{event_version}")]
    Malformed {
        /// The stored type.
        event_type: String,
        /// The stored version.
        event_version: String,
        /// The error of serde.
        #[source]
        source: serde_json::Error,
    },
}

impl Event {
    /// Decodes a recorded event.
    pub fn decode(recorded: &RecordedEvent) -> Result<Self, DecodeError> {
        let RecordedEvent { stream, event_type, event_version, payload, .. } = recorded;
        Self::decode_parts(stream.aggregate_type(), event_type, event_version, payload)
    }

    /// Decodes an event by its type, version and JSON. Conversions from older versions to the
    /// current one belong here, so that every reader gets the current one; so far each type has one
    /// version. `samples/` holds an event of each released version, and all of them must decode.
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

/// The event belongs to a different aggregate type than the requested one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("event of a different aggregate type")]
pub struct AggregateMismatch;

macro_rules! impl_try_from_event {
    ($($variant:ident($event:ty)),+) => {
        $(impl TryFrom<Event> for $event {
            type Error = AggregateMismatch;

            fn try_from(event: Event) -> Result<Self, AggregateMismatch> {
                match event {
                    Event::$variant(event) => Ok(event),
                    _ => Err(AggregateMismatch),
                }
            }
        })+
    };
}
impl_try_from_event!(
    Site(SiteEvent),
    Member(MemberEvent),
    Conversation(ConversationEvent),
    Message(MessageEvent),
    Participation(ParticipationEvent),
    System(SystemEvent)
);
