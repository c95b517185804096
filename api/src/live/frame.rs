//! One server-sent event.

use bytes::Bytes;
use causerie_events::Position;
use serde::Serialize;
use serde_json::Value;

/// Says that a silent stream is still there.
pub(super) const STILL_THERE: Bytes = Bytes::from_static(b":\n\n");

/// What goes over the wire.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Frame {
    /// The kind: `message.sent`, `conversation.changed`, …
    pub(super) kind: &'static str,
    /// The position token, for events of the log.
    pub(super) id: Option<Position>,
    /// One JSON object.
    pub(super) data: Value,
}

impl Frame {
    pub(super) fn new(kind: &'static str, id: Position, data: &impl Serialize) -> Self {
        // Views are plain structs: writing them cannot fail.
        Self { kind, id: Some(id), data: serde_json::to_value(data).unwrap_or_default() }
    }
}

impl From<Frame> for Bytes {
    /// As `text/event-stream` has it. JSON has no line ends within, so each field is one line.
    fn from(Frame { kind, id, data }: Frame) -> Self {
        match id {
            Some(id) => format!("event: {kind}\nid: {id}\ndata: {data}\n\n").into(),
            None => format!("event: {kind}\ndata: {data}\n\n").into(),
        }
    }
}

/// What a stream that ends because the service stops says last: when to come back.
pub(crate) fn farewell(come_back: std::time::Duration) -> Bytes {
    format!(": the service is stopping\nretry: {}\n\n", come_back.as_millis()).into()
}
