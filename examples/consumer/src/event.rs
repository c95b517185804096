//! An event as received from NATS.

use anyhow::Context;
use async_nats::{HeaderValue, Message};
use serde_json::Value;

/// The parts of an event that most consumers need.
pub(crate) struct Event {
    /// Its number in the log: from 1, without gaps, permanent. `causerie-log-number`.
    pub(crate) log_number: u64,
    /// `ce-id`.
    pub(crate) id: String,
    /// `ce-type`, for example `MessageSent.v1`.
    pub(crate) kind: String,
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
