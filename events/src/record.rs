//! An event as it stands in the log.

use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::id::{ConversationId, EventId};
use crate::metadata::Metadata;
use crate::position::Position;
use crate::stream::{AggregateType, StreamId};

/// An event with everything the log knows of it. The payload is as stored; [`crate::Event::decode`] reads it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedEvent {
    /// Its identity, unique in the log.
    pub event_id: EventId,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Its place in the stream, from 1 without a hole.
    pub sequence: u64,
    /// For example `MessageSent`.
    pub event_type: String,
    /// For example `1`.
    pub event_version: String,
    /// The event's JSON.
    pub payload: Value,
    /// Who and by which request, see [`crate::Metadata`].
    pub metadata: Value,
    /// Its place in the log's order.
    pub position: Position,
    /// When Postgres recorded it.
    pub recorded_at: Timestamp,
}

impl RecordedEvent {
    /// The conversation that the event belongs to: its own, that of its message, or that of a participation in it.
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

/// A recorded event with its rank in the log: dense, from 1, the same for every reader. Equals the JetStream sequence.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEvent {
    /// Its rank.
    pub log_number: u64,
    /// The event. All who read the log in one process share it.
    pub recorded: Arc<RecordedEvent>,
}

impl LogEvent {
    /// The event of this rank.
    #[must_use]
    pub fn new(log_number: u64, recorded: RecordedEvent) -> Self {
        Self { log_number, recorded: Arc::new(recorded) }
    }

    /// Events in the order of the log, right behind the one of this rank; 0 is the start.
    pub fn behind(log_number: u64, recorded: Vec<RecordedEvent>) -> impl Iterator<Item = Self> {
        (log_number + 1..).zip(recorded).map(|(log_number, recorded)| Self::new(log_number, recorded))
    }
}

/// The line of `causerie replay --format ndjson`.
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
    /// Place in the stream.
    pub sequence: u64,
    /// For example `MessageSent`.
    #[serde(rename = "type")]
    pub event_type: &'a str,
    /// For example `1`.
    pub version: &'a str,
    /// When Postgres recorded it.
    pub recorded_at: Timestamp,
    /// Who, in what capacity, and by which request.
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
