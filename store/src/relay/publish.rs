//! Pipelined publishing: events are sent one after the other, and their acknowledgements are
//! awaited meanwhile in the same order.
//!
//! Safe only because each publish expects the stream to end with the event before it, by number and
//! by message id: when one publish is lost, or a foreign message has its number, all later ones are
//! rejected. The number alone would accept those after a foreign message. (The first event after a
//! tail names no message id: after a restart the server does not know one that is older than the
//! duplicate window.)

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

/// Enough that JetStream need not wait for the relay.
const MAX_UNACKED_PUBLISHES: usize = 2_000;

/// After an error, here or of [`await_acknowledgements`], the end of the stream is unknown and must
/// be read again.
pub(super) struct Publisher<'a> {
    jetstream: &'a Context,
    permits: Arc<Semaphore>,
    sent: UnboundedSender<UnackedPublish>,
    before: Option<EventId>,
}

pub(super) struct UnackedPublish {
    log_number: u64,
    acknowledgement: PublishAckFuture,
    _permit: OwnedSemaphorePermit,
}

impl<'a> Publisher<'a> {
    /// A publisher, and the input of [`await_acknowledgements`].
    pub(super) fn of(jetstream: &'a Context) -> (Self, UnboundedReceiver<UnackedPublish>) {
        let (sent, unacked) = unbounded_channel();
        (Self { jetstream, permits: Arc::new(Semaphore::new(MAX_UNACKED_PUBLISHES)), sent, before: None }, unacked)
    }

    /// Whether the stream has acknowledged all events.
    pub(super) fn is_idle(&self) -> bool {
        self.permits.available_permits() == MAX_UNACKED_PUBLISHES
    }

    /// Sends events. The first one follows the last one sent, or the tail.
    pub(super) async fn send(&mut self, events: &[LogEvent]) -> Result<(), StoreError> {
        for event in events {
            let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|closed| in_doubt(closed.into()))?;
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
            let sent = UnackedPublish { log_number: event.log_number, acknowledgement, _permit: permit };
            self.sent.send(sent).map_err(|closed| in_doubt(closed.into()))?;
        }
        Ok(())
    }
}

/// Ends with the first failed acknowledgement, or with the publisher.
pub(super) async fn await_acknowledgements(mut unacked: UnboundedReceiver<UnackedPublish>) -> Result<(), StoreError> {
    let published = metrics::counter!("causerie_relay_published_total");
    while let Some(UnackedPublish { log_number, acknowledgement, _permit }) = unacked.recv().await {
        let stored = acknowledgement.await.map_err(|source| in_doubt(source.into()))?;
        // A duplicate is an event that an earlier attempt stored, so the end of the stream must be
        // read.
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
