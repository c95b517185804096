//! Publishing a batch, pipelined: send all, then await the acknowledgements in order.
//!
//! Safe only because each expects the stream to end with the one before it, by number and by message id: when one publish is
//! lost, or a message of somebody else has taken its place, all behind it are refused. The number alone would let those
//! behind a foreign message pass. (The first of a batch names no message id: after a restart the server has forgotten it
//! when it is older than the duplicate window.)

use async_nats::jetstream::Context;
use async_nats::jetstream::message::PublishMessage;
use causerie_events::{EventId, LogEvent, subject};

use crate::error::{Cause, StoreError};
use crate::headers::{body_of, headers_of};
use crate::relay::STREAM_NAME;
use crate::relay::tail::Tail;

/// Publishes the events behind the tail and moves it. On an error the tail is in doubt and must be read again.
pub(super) async fn publish(jetstream: &Context, tail: &mut Tail, events: &[LogEvent]) -> Result<(), StoreError> {
    let in_doubt = |source: Cause| StoreError::unavailable("publishing to JetStream", source);
    let mut acknowledgements = Vec::with_capacity(events.len());
    let mut before: Option<EventId> = None;
    for event in events {
        let mut message = PublishMessage::build()
            .payload(body_of(&event.recorded)?)
            .headers(headers_of(event))
            .message_id(event.recorded.event_id.to_string())
            .expected_stream(STREAM_NAME)
            .expected_last_sequence(event.log_number - 1);
        if let Some(before) = before.replace(event.recorded.event_id) {
            message = message.expected_last_message_id(before.to_string());
        }
        let sent = jetstream.send_publish(subject::of(&event.recorded), message).await;
        acknowledgements.push((event, sent.map_err(|source| in_doubt(source.into()))?));
    }
    let published = metrics::counter!("causerie_relay_published_total");
    for (event, acknowledgement) in acknowledgements {
        let stored = acknowledgement.await.map_err(|source| in_doubt(source.into()))?;
        // A duplicate is an event that an earlier attempt stored: where the stream really ends must be read.
        if stored.duplicate || stored.sequence != event.log_number {
            return Err(in_doubt(format!("event {} was stored as {}", event.log_number, stored.sequence).into()));
        }
        published.increment(1);
        *tail = Tail { log_number: event.log_number, position: event.recorded.position };
    }
    Ok(())
}
