//! An event with its metadata, as stored in the log.

use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::id::{ConversationId, EventId};
use crate::metadata::Metadata;
use crate::position::Position;
use crate::stream::{AggregateType, StreamId};

/// An event as stored in the log. [`crate::Event::decode`] decodes its payload.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedEvent {
    /// Unique in the log.
    pub event_id: EventId,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// The version of its stream: 1, 2, 3, … without gaps.
    pub sequence: u64,
    /// For example `MessageSent`.
    pub event_type: String,
    /// For example `1`.
    pub event_version: String,
    /// The event's JSON.
    pub payload: Value,
    /// The actor and the request, see [`crate::Metadata`].
    pub metadata: Value,
    /// Its position in the log.
    pub position: Position,
    /// When Postgres recorded it.
    pub recorded_at: Timestamp,
}

impl RecordedEvent {
    /// The conversation of a conversation's, a message's or a participation's event.
    #[must_use]
    pub fn conversation_id(&self) -> Option<ConversationId> {
        match self.stream.aggregate_type() {
            AggregateType::Conversation => self.stream.local_id().parse().ok(),
            AggregateType::Participation => self.stream.participant().map(|(conversation, _)| conversation),
            AggregateType::Message => self.payload.get("conversation_id")?.as_str()?.parse().ok(),
            AggregateType::Site | AggregateType::Member | AggregateType::System => None,
        }
    }
}

/// A recorded event with its number in the log, which is also its JetStream sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEvent {
    /// 1, 2, 3, … without gaps, the same for every reader.
    pub log_number: u64,
    /// The event, shared by all readers of a process.
    pub recorded: Arc<RecordedEvent>,
}

impl LogEvent {
    /// Numbers an event.
    #[must_use]
    pub fn new(log_number: u64, recorded: RecordedEvent) -> Self {
        Self { log_number, recorded: Arc::new(recorded) }
    }

    /// Numbers events that directly follow event `log_number`; 0 is the start of the log.
    pub fn numbered_after(log_number: u64, recorded: Vec<RecordedEvent>) -> impl Iterator<Item = Self> {
        (log_number + 1..).zip(recorded).map(|(log_number, recorded)| Self::new(log_number, recorded))
    }
}

/// A line of `causerie replay --format ndjson`.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ReplayLine<'a> {
    /// Position token.
    pub position: Position,
    /// Identity of the event.
    pub id: EventId,
    /// The tenant.
    pub site: &'a str,
    /// Kind of aggregate.
    pub aggregate: &'static str,
    /// `<site>` or `<site>/<id>`.
    pub aggregate_id: &'a str,
    /// Version of the stream.
    pub sequence: u64,
    /// For example `MessageSent`.
    #[serde(rename = "type")]
    pub event_type: &'a str,
    /// For example `1`.
    pub version: &'a str,
    /// When Postgres recorded it.
    pub recorded_at: Timestamp,
    /// The actor, their capacity and the request.
    #[schemars(with = "Metadata")]
    pub metadata: &'a Value,
    /// The event's JSON.
    pub data: &'a Value,
}

impl<'a> From<&'a RecordedEvent> for ReplayLine<'a> {
    fn from(recorded: &'a RecordedEvent) -> Self {
        Self {
            position: recorded.position,
            id: recorded.event_id,
            site: recorded.stream.site_id().as_str(),
            aggregate: recorded.stream.aggregate_type().as_str(),
            aggregate_id: recorded.stream.aggregate_id(),
            sequence: recorded.sequence,
            event_type: &recorded.event_type,
            version: &recorded.event_version,
            recorded_at: recorded.recorded_at,
            metadata: &recorded.metadata,
            data: &recorded.payload,
        }
    }
}
