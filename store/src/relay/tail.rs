//! Where the stream ends: the relay's only memory is the stream itself.

use async_nats::jetstream::stream::Stream;
use causerie_events::Position;
use sqlx::PgConnection;
use uuid::Uuid;

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

/// Reads the last message of the stream and checks that Postgres has that event at that place.
pub(super) async fn read(stream: &Stream<()>, connection: &mut PgConnection) -> Result<Tail, RelayError> {
    let last = last_sequence(stream).await?;
    if last == 0 {
        return Ok(Tail { log_number: 0, position: Position::START });
    }
    let message = stream.get_raw_message(last).await.map_err(unavailable)?;
    let header = |name| message.headers.get(name).map(async_nats::HeaderValue::as_str).unwrap_or_default();
    let diverged =
        || RelayError::Diverged { stream: STREAM_NAME, event_id: header(EVENT_ID).to_owned(), log_number: last };

    let position: Position = header(POSITION).parse().map_err(|_| diverged())?;
    let event_id: Uuid = header(EVENT_ID).parse().map_err(|_| diverged())?;
    let known = reader::holds(connection, position, event_id).await?;
    if !known || header(LOG_NUMBER) != last.to_string() {
        return Err(diverged());
    }
    Ok(Tail { log_number: last, position })
}

/// How far the log has got to JetStream, whichever process relays it.
pub async fn relayed(nats: &Nats) -> Result<Position, StoreError> {
    let stream = nats.jetstream.get_stream_no_info(STREAM_NAME).await.map_err(unavailable)?;
    let last = last_sequence(&stream).await?;
    if last == 0 {
        return Ok(Position::START);
    }
    let message = stream.get_raw_message(last).await.map_err(unavailable)?;
    let position = message.headers.get(POSITION).map(async_nats::HeaderValue::as_str).unwrap_or_default();
    position.parse().map_err(unavailable)
}

/// The number of the last message; 0 when there is none.
pub(super) async fn last_sequence(stream: &Stream<()>) -> Result<u64, StoreError> {
    Ok(stream.get_info().await.map_err(unavailable)?.state.last_sequence)
}

fn unavailable(source: impl Into<Cause>) -> StoreError {
    StoreError::unavailable("reading the tail of the stream", source)
}
