//! An event as it comes from NATS.

use anyhow::Context;
use async_nats::{HeaderValue, Message};
use serde_json::Value;

/// What most consumers need of an event.
pub(crate) struct Event {
    /// Its place among all events: from 1, without a hole, the same for ever. `causerie-log-number`.
    pub(crate) log_number: u64,
    /// Its identity. `ce-id`.
    pub(crate) id: String,
    /// For example `MessageSent.v1`. `ce-type`.
    pub(crate) kind: String,
    /// Its body.
    pub(crate) data: Value,
}

impl Event {
    pub(crate) fn of(message: &Message) -> anyhow::Result<Self> {
        let header = |name: &'static str| {
            let value = message.headers.as_ref().and_then(|headers| headers.get(name)).map(HeaderValue::as_str);
            value.with_context(|| format!("no header {name} on {}", message.subject))
        };
        Ok(Self {
            log_number: header("causerie-log-number")?.parse()?,
            id: header("ce-id")?.to_owned(),
            kind: header("ce-type")?.to_owned(),
            data: serde_json::from_slice(&message.payload)?,
        })
    }
}
