//! Where the stream ends: the relay's only memory is the stream itself.

use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::Stream;
use causerie_events::{EventId, Position};
use sqlx::PgConnection;

use crate::database::Database;
use crate::error::{Cause, StoreError};
use crate::headers::{EVENT_ID, LOG_NUMBER, POSITION};
use crate::nats::Nats;
use crate::reader;
use crate::relay::{RelayError, STREAM_NAME};

/// The last event that the stream holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tail {
    pub(super) log_number: u64,
    pub(super) position: Position,
}

/// How far the log has got to JetStream, whichever process relays it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relayed {
    /// Up to this event.
    UpTo(Position),
    /// The stream ends with an event that the log does not contain: nothing is relayed until an operator decides.
    Diverged,
}

/// What a message of the stream says of the event in it.
pub(crate) struct Stored {
    pub(crate) position: Position,
    pub(crate) event_id: EventId,
    pub(crate) log_number: u64,
}

impl Stored {
    /// None where the message is none of ours.
    pub(crate) fn of(message: &StreamMessage) -> Option<Self> {
        let header = |name| message.headers.get(name).map(async_nats::HeaderValue::as_str).unwrap_or_default();
        Some(Self {
            position: header(POSITION).parse().ok()?,
            event_id: header(EVENT_ID).parse().ok()?,
            log_number: header(LOG_NUMBER).parse().ok()?,
        })
    }
}

/// Reads the last message of the stream and checks that Postgres has that event at that place.
pub(super) async fn read(stream: &Stream<()>, connection: &mut PgConnection) -> Result<Tail, RelayError> {
    let last = last_sequence(stream).await?;
    if last == 0 {
        return Ok(Tail { log_number: 0, position: Position::START });
    }
    let message = stream.get_raw_message(last).await.map_err(unavailable)?;
    let stored = Stored::of(&message).filter(|stored| stored.log_number == last);
    if let Some(Stored { position, event_id, .. }) = stored
        && reader::holds(connection, position, event_id.as_uuid()).await?
    {
        return Ok(Tail { log_number: last, position });
    }
    let event_id = message.headers.get(EVENT_ID).map(ToString::to_string).unwrap_or_default();
    Err(RelayError::Diverged { stream: STREAM_NAME, event_id, log_number: last })
}

/// How far the log has got to JetStream. Asks the stream where it ends, and the log whether it contains that event.
pub async fn relayed(nats: &Nats, database: &Database) -> Result<Relayed, StoreError> {
    let stream = nats.jetstream.get_stream_no_info(STREAM_NAME).await.map_err(unavailable)?;
    let last = last_sequence(&stream).await?;
    if last == 0 {
        return Ok(Relayed::UpTo(Position::START));
    }
    let message = stream.get_raw_message(last).await.map_err(unavailable)?;
    match Stored::of(&message) {
        Some(stored) if database.holds(stored.position, stored.event_id).await? => Ok(Relayed::UpTo(stored.position)),
        _ => Ok(Relayed::Diverged),
    }
}

/// The number of the last message; 0 when there is none.
pub(crate) async fn last_sequence(stream: &Stream<()>) -> Result<u64, StoreError> {
    Ok(stream.get_info().await.map_err(unavailable)?.state.last_sequence)
}

fn unavailable(source: impl Into<Cause>) -> StoreError {
    StoreError::unavailable("reading the tail of the stream", source)
}
