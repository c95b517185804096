//! One server-sent event.

use axum::response::sse;
use causerie_events::Position;
use serde::Serialize;
use serde_json::Value;

/// What goes over the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The kind: `message.sent`, `conversation.changed`, …
    pub kind: &'static str,
    /// The position token, for events of the log.
    pub id: Option<Position>,
    /// One JSON object.
    pub data: Value,
}

impl Frame {
    pub(super) fn new(kind: &'static str, id: Position, data: &impl Serialize) -> Self {
        // Views are plain structs: writing them cannot fail.
        Self { kind, id: Some(id), data: serde_json::to_value(data).unwrap_or_default() }
    }
}

impl From<Frame> for sse::Event {
    fn from(frame: Frame) -> Self {
        let event = Self::default().event(frame.kind).data(frame.data.to_string());
        match frame.id {
            Some(position) => event.id(position.to_string()),
            None => event,
        }
    }
}
