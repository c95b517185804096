//! Publishing, pipelined: events are sent one behind the other, and their acknowledgements awaited in the same order,
//! meanwhile.
//!
//! Safe only because each expects the stream to end with the one before it, by number and by message id: when one publish is
//! lost, or a message of somebody else has taken its place, all behind it are refused. The number alone would let those
//! behind a foreign message pass. (The first behind a tail names no message id: after a restart the server has forgotten it
//! when it is older than the duplicate window.)

use std::sync::Arc;

use async_nats::jetstream::Context;
use async_nats::jetstream::context::PublishAckFuture;
use async_nats::jetstream::message::PublishMessage;
use causerie_events::{EventId, LogEvent, subject};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::{Cause, StoreError};
use crate::headers::{body_of, headers_of};
use crate::relay::STREAM_NAME;

/// Events sent whose acknowledgement has not come: what JetStream takes in a moment, so that it need not wait for us.
const UNANSWERED: usize = 2_000;

/// Sends events to the stream. On an error, here or of [`acknowledged`], the tail is in doubt and must be read again.
pub(super) struct Publisher<'a> {
    jetstream: &'a Context,
    places: Arc<Semaphore>,
    sent: UnboundedSender<Sent>,
    before: Option<EventId>,
}

/// An event on its way.
pub(super) struct Sent {
    log_number: u64,
    acknowledgement: PublishAckFuture,
    _place: OwnedSemaphorePermit,
}

impl<'a> Publisher<'a> {
    /// A publisher, and what [`acknowledged`] waits for.
    pub(super) fn of(jetstream: &'a Context) -> (Self, UnboundedReceiver<Sent>) {
        let (sent, on_their_way) = unbounded_channel();
        (Self { jetstream, places: Arc::new(Semaphore::new(UNANSWERED)), sent, before: None }, on_their_way)
    }

    /// Whether the stream has acknowledged all that was sent.
    pub(super) fn is_idle(&self) -> bool {
        self.places.available_permits() == UNANSWERED
    }

    /// Sends events, the first of which is right behind the last that was sent, or behind the tail.
    pub(super) async fn send(&mut self, events: &[LogEvent]) -> Result<(), StoreError> {
        for event in events {
            let place = Arc::clone(&self.places).acquire_owned().await.map_err(|closed| in_doubt(closed.into()))?;
            let mut message = PublishMessage::build()
                .payload(body_of(&event.recorded)?)
                .headers(headers_of(event))
                .message_id(event.recorded.event_id.to_string())
                .expected_stream(STREAM_NAME)
                .expected_last_sequence(event.log_number - 1);
            if let Some(before) = self.before.replace(event.recorded.event_id) {
                message = message.expected_last_message_id(before.to_string());
            }
            let sent = self.jetstream.send_publish(subject::event_subject(&event.recorded), message).await;
            let acknowledgement = sent.map_err(|source| in_doubt(source.into()))?;
            let sent = Sent { log_number: event.log_number, acknowledgement, _place: place };
            self.sent.send(sent).map_err(|closed| in_doubt(closed.into()))?;
        }
        Ok(())
    }
}

/// Awaits the acknowledgements of what is sent. Ends with the first that is not as it should be, or with the publisher.
pub(super) async fn acknowledged(mut on_their_way: UnboundedReceiver<Sent>) -> Result<(), StoreError> {
    let published = metrics::counter!("causerie_relay_published_total");
    while let Some(Sent { log_number, acknowledgement, _place }) = on_their_way.recv().await {
        let stored = acknowledgement.await.map_err(|source| in_doubt(source.into()))?;
        // A duplicate is an event that an earlier attempt stored: where the stream really ends must be read.
        if stored.duplicate || stored.sequence != log_number {
            return Err(in_doubt(format!("event {log_number} was stored as {}", stored.sequence).into()));
        }
        published.increment(1);
    }
    Ok(())
}

fn in_doubt(source: Cause) -> StoreError {
    StoreError::unavailable("publishing to JetStream", source)
}
