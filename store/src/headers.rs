//! Events as NATS messages: the JSON is the body, everything else is in headers. CloudEvents in
//! binary mode. NATS header names are case-sensitive; these are lower case.

use async_nats::HeaderMap;
use bytes::Bytes;
use causerie_events::{EventId, LogEvent, RecordedEvent, StreamId};
use serde_json::Value;

use crate::error::{Cause, StoreError, StoreErrorKind};

pub(crate) const POSITION: &str = "causerie-position";
pub(crate) const LOG_NUMBER: &str = "causerie-log-number";
pub(crate) const EVENT_ID: &str = "ce-id";
const EPOCH: &str = "causerie-epoch";
const SEQUENCE: &str = "causerie-sequence";
const ACTOR: &str = "causerie-actor";
const REQUEST_ID: &str = "causerie-request-id";
const TYPE: &str = "ce-type";
const SUBJECT: &str = "ce-subject";
const TIME: &str = "ce-time";

#[must_use]
pub fn headers_of(event: &LogEvent) -> HeaderMap {
    let LogEvent { log_number, recorded } = event;
    let mut headers = HeaderMap::new();
    headers.insert("ce-specversion", "1.0");
    headers.insert(EVENT_ID, recorded.event_id.to_string());
    headers.insert(TYPE, format!("{}.v{}", recorded.event_type, recorded.event_version));
    headers.insert("ce-source", format!("/sites/{}", recorded.stream.site_id()));
    headers.insert(SUBJECT, recorded.stream.aggregate_id());
    headers.insert(TIME, recorded.recorded_at.to_string());
    headers.insert("ce-datacontenttype", "application/json");
    headers.insert("ce-dataschema", format!("/schemas/{}.v{}.json", recorded.event_type, recorded.event_version));
    headers.insert(POSITION, recorded.position.to_string());
    headers.insert(LOG_NUMBER, log_number.to_string());
    headers.insert(EPOCH, recorded.position.epoch.to_string());
    headers.insert(SEQUENCE, recorded.sequence.to_string());
    if let Some(actor) = recorded.metadata.get("actor").and_then(|actor| actor.as_str()) {
        headers.insert(ACTOR, actor);
    }
    if let Some(request_id) = request_id(recorded) {
        headers.insert(REQUEST_ID, request_id);
        if let Some(parent) = traceparent(request_id, recorded.event_id) {
            headers.insert("traceparent", parent);
        }
    }
    headers
}

pub(crate) fn request_id(recorded: &RecordedEvent) -> Option<&str> {
    recorded.metadata.get("request_id")?.as_str()
}

/// W3C Trace Context, for consumers that trace: the request is the trace, the event the span in it.
fn traceparent(request_id: &str, event_id: EventId) -> Option<String> {
    let trace = request_id.len() == 32 && request_id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (_, span) = event_id.as_uuid().as_u64_pair();
    trace.then(|| format!("00-{request_id}-{span:016x}-00"))
}

pub fn body_of(recorded: &RecordedEvent) -> Result<Bytes, StoreError> {
    serde_json::to_vec(&recorded.payload)
        .map(Bytes::from)
        .map_err(|source| StoreError::new(StoreErrorKind::Corrupt, "writing an event as JSON", source))
}

/// Decodes a message. The metadata contains the actor and the request id only; the rest is not
/// published.
pub fn event_of(subject: &str, headers: &HeaderMap, body: &[u8]) -> Result<LogEvent, StoreError> {
    let read = || -> Result<LogEvent, Cause> {
        let text = |name: &'static str| {
            headers.get(name).map(async_nats::HeaderValue::as_str).ok_or_else(|| format!("no header {name}"))
        };
        let metadata = [("actor", ACTOR), ("request_id", REQUEST_ID)]
            .into_iter()
            .filter_map(|(key, name)| Some((key.to_owned(), headers.get(name)?.as_str().into())));
        let (event_type, event_version) = text(TYPE)?.rsplit_once(".v").ok_or("no version in ce-type")?;
        let aggregate_type = subject.split('.').nth(3).ok_or("a short subject")?;
        let recorded = RecordedEvent {
            event_id: text(EVENT_ID)?.parse()?,
            stream: StreamId::parse(aggregate_type, text(SUBJECT)?)?,
            sequence: text(SEQUENCE)?.parse()?,
            event_type: event_type.to_owned(),
            event_version: event_version.to_owned(),
            payload: serde_json::from_slice(body)?,
            metadata: Value::Object(metadata.collect()),
            position: text(POSITION)?.parse()?,
            recorded_at: text(TIME)?.parse()?,
        };
        Ok(LogEvent::new(text(LOG_NUMBER)?.parse()?, recorded))
    };
    read().map_err(|source| StoreError::new(StoreErrorKind::Corrupt, "reading an event from NATS", source))
}
