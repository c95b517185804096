//! Where the stream ends: the relay's only memory is the stream itself.

use async_nats::jetstream::message::StreamMessage;
use async_nats::jetstream::stream::{RawMessageErrorKind, Stream};
use causerie_events::{EventId, Position};
use sqlx::PgConnection;

use crate::database::Database;
use crate::epoch;
use crate::error::{Cause, StoreError};
use crate::headers::{EVENT_ID, LOG_NUMBER, POSITION};
use crate::nats::Nats;
use crate::reader;
use crate::relay::{RelayError, STREAM_NAME, stream};

/// The last event that the stream holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tail {
    pub(super) log_number: u64,
    pub(super) position: Position,
}

/// How far the log has got to JetStream, whichever process relays it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relayed {
    /// Up to this event.
    UpTo(Position),
    /// The stream holds what the log does not: nothing is relayed until an operator decides.
    Diverged {
        /// What the log lacks, in words.
        found: String,
    },
}

/// What a message of the stream says of the event in it.
pub(crate) struct Stored {
    pub(crate) position: Position,
    pub(crate) event_id: EventId,
    pub(crate) log_number: u64,
}

impl Stored {
    /// None where the message is none of ours, or has another number than its place.
    pub(crate) fn at(number: u64, message: &StreamMessage) -> Option<Self> {
        Self::of(message).filter(|stored| stored.log_number == number)
    }

    fn of(message: &StreamMessage) -> Option<Self> {
        let header = |name| message.headers.get(name).map(async_nats::HeaderValue::as_str).unwrap_or_default();
        Some(Self {
            position: header(POSITION).parse().ok()?,
            event_id: header(EVENT_ID).parse().ok()?,
            log_number: header(LOG_NUMBER).parse().ok()?,
        })
    }
}

/// How far before its end the stream is compared with the log, in messages. What is lost from the middle are appends that
/// were at work when a server was lost or a dump was made, while later ones had committed. An append lasts no longer than the
/// statement timeout, and in that time fewer events than these are appended.
pub(super) const LOOK_BACK: u64 = 100_000;

/// Reads where the stream ends, and checks that the log holds what it ends with.
pub(super) async fn read(stream: &Stream<()>, connection: &mut PgConnection) -> Result<Tail, RelayError> {
    let log_number = last_sequence(stream).await?;
    let compared = compare(stream, log_number, connection).await?;
    compared.map_err(|found| RelayError::Diverged { stream: STREAM_NAME, log_number, found })
}

/// How far the log has got to JetStream. Asks the stream where it ends, and the log whether it holds what it ends with.
pub async fn relayed(nats: &Nats, database: &Database) -> Result<Relayed, StoreError> {
    let failed = |source| StoreError::postgres("comparing the stream with the log", source);
    let stream = nats.jetstream.get_stream_no_info(STREAM_NAME).await.map_err(unavailable)?;
    let last = last_sequence(&stream).await?;
    let mut lease = database.pool().acquire().await.map_err(failed)?;
    let compared = compare(&stream, last, lease.connection().map_err(failed)?);
    let compared = database.answered("comparing the stream with the log", compared).await;
    if compared.is_err() {
        lease.discard();
    }
    Ok(compared?.map_or_else(|found| Relayed::Diverged { found }, |tail| Relayed::UpTo(tail.position)))
}

/// Refuses a stream whose first event is not in the log. One that the log lost the end of is none of those: it goes on from a
/// common beginning.
///
/// # Errors
/// [`crate::StoreErrorKind::Refused`], with the sentence for the operator as its source.
pub async fn require_own_stream(nats: &Nats, database: &Database) -> Result<(), StoreError> {
    let Some(stream) = stream::existing(&nats.jetstream).await? else { return Ok(()) };
    let state = stream.get_info().await.map_err(unavailable)?.state;
    if state.messages == 0 {
        return Ok(());
    }
    let Some(first) = message(&stream, state.first_sequence).await? else { return Ok(()) };
    match Stored::at(state.first_sequence, &first) {
        Some(Stored { position, event_id, .. }) if database.holds(position, event_id).await? => Ok(()),
        _ => Err(stream::foreign()),
    }
}

/// The end of the stream; in words, what the log lacks of it. Of the epoch that the log is in, nothing has been lost; of the
/// one before, what was lost shows before the first event of this one is relayed.
async fn compare(
    stream: &Stream<()>,
    last: u64,
    connection: &mut PgConnection,
) -> Result<Result<Tail, String>, StoreError> {
    if last == 0 {
        return Ok(Ok(Tail { log_number: 0, position: Position::START }));
    }
    let message = stream.get_raw_message(last).await.map_err(unavailable)?;
    let foreign = || {
        let event_id = message.headers.get(EVENT_ID).map(ToString::to_string).unwrap_or_default();
        format!("its last event, {event_id}, is not in the log")
    };
    let Some(Stored { position, event_id, .. }) = Stored::at(last, &message) else { return Ok(Err(foreign())) };
    if !reader::holds(&mut *connection, position, event_id).await? {
        return Ok(Err(foreign()));
    }
    let start = last.saturating_sub(LOOK_BACK);
    if position.epoch < epoch::newest(&mut *connection).await?
        && let Some(after) = position_of(stream, start).await?
    {
        let (copied, count) = (last - start, reader::count(connection, after, position).await?);
        if count != copied {
            return Ok(Err(format!("of its last {copied} events the log has {count}")));
        }
    }
    Ok(Ok(Tail { log_number: last, position }))
}

/// The position of a message; before the first, the start.
async fn position_of(stream: &Stream<()>, number: u64) -> Result<Option<Position>, StoreError> {
    if number == 0 {
        return Ok(Some(Position::START));
    }
    Ok(stored(stream, number).await?.map(|stored| stored.position))
}

/// What the message of a number says; none where the stream does not hold it, or it is none of ours.
pub(super) async fn stored(stream: &Stream<()>, number: u64) -> Result<Option<Stored>, StoreError> {
    Ok(message(stream, number).await?.and_then(|message| Stored::at(number, &message)))
}

/// The message of a number; none where the stream does not hold it.
pub(super) async fn message(stream: &Stream<()>, number: u64) -> Result<Option<StreamMessage>, StoreError> {
    match stream.get_raw_message(number).await {
        Ok(message) => Ok(Some(message)),
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(unavailable(error)),
    }
}

/// The number of the last message; 0 when there is none.
pub(crate) async fn last_sequence(stream: &Stream<()>) -> Result<u64, StoreError> {
    Ok(stream.get_info().await.map_err(unavailable)?.state.last_sequence)
}

fn unavailable(source: impl Into<Cause>) -> StoreError {
    StoreError::unavailable("reading the tail of the stream", source)
}
