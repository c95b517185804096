//! The tail of the stream: the relay has no other checkpoint.

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

/// The last event of the stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tail {
    pub(super) log_number: u64,
    pub(super) position: Position,
}

/// How far the log was relayed to JetStream, by any process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Relayed {
    UpTo(Position),
    /// The stream contains events that the log does not: nothing is relayed until an operator
    /// decides.
    Diverged {
        /// What the log lacks, as a clause.
        found: String,
    },
}

/// The event of a message of the stream, from its headers.
pub(crate) struct StoredMessage {
    pub(crate) position: Position,
    pub(crate) event_id: EventId,
    pub(crate) log_number: u64,
}

impl StoredMessage {
    /// None if the message was not published by Causerie, or its number differs from its sequence.
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

/// How far before its end the stream is compared with the log. Lost events before the end belong to
/// appends that were in flight when a server was lost or a dump was made, while later ones had
/// committed. An append takes at most the statement timeout, and fewer events are appended in that
/// time.
pub(super) const LOOK_BACK_MESSAGES: u64 = 100_000;

/// Reads the tail, and checks that the log contains it.
pub(super) async fn read(stream: &Stream<()>, connection: &mut PgConnection) -> Result<Tail, RelayError> {
    let log_number = last_sequence(stream).await?;
    let compared = compare(stream, log_number, connection).await?;
    compared.map_err(|found| RelayError::Diverged { stream: STREAM_NAME, log_number, found })
}

/// How far the log was relayed to JetStream: reads the tail, and checks that the log contains it.
pub async fn relayed(nats: &Nats, database: &Database) -> Result<Relayed, StoreError> {
    let failed = |source| StoreError::postgres("comparing the stream with the log", source);
    let stream = nats.jetstream.get_stream_no_info(STREAM_NAME).await.map_err(unavailable)?;
    let last = last_sequence(&stream).await?;
    let mut lease = database.pool().acquire().await.map_err(failed)?;
    let compared = compare(&stream, last, lease.connection().map_err(failed)?);
    let compared = database.within_response_limit("comparing the stream with the log", compared).await;
    if compared.is_err() {
        lease.discard();
    }
    Ok(compared?.map_or_else(|found| Relayed::Diverged { found }, |tail| Relayed::UpTo(tail.position)))
}

/// Rejects a stream whose first event is not in the log. If the log lost only later events, the stream and
/// the log have a common beginning.
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
    match StoredMessage::at(state.first_sequence, &first) {
        Some(StoredMessage { position, event_id, .. }) if database.holds(position, event_id).await? => Ok(()),
        _ => Err(stream::foreign()),
    }
}

/// Returns the tail, or a clause that says what the log lacks. Nothing of the current epoch has
/// been lost; what was lost of an earlier one shows before the first event of the current one is
/// relayed.
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
    let Some(StoredMessage { position, event_id, .. }) = StoredMessage::at(last, &message) else {
        return Ok(Err(foreign()));
    };
    if !reader::holds(&mut *connection, position, event_id).await? {
        return Ok(Err(foreign()));
    }
    let start = last.saturating_sub(LOOK_BACK_MESSAGES);
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

/// The position of a message; `Position::START` for number 0.
async fn position_of(stream: &Stream<()>, number: u64) -> Result<Option<Position>, StoreError> {
    if number == 0 {
        return Ok(Some(Position::START));
    }
    Ok(stored(stream, number).await?.map(|stored| stored.position))
}

/// None if the stream does not contain the number, or the message was not published by Causerie.
pub(super) async fn stored(stream: &Stream<()>, number: u64) -> Result<Option<StoredMessage>, StoreError> {
    Ok(message(stream, number).await?.and_then(|message| StoredMessage::at(number, &message)))
}

/// None if the stream does not contain the number.
pub(super) async fn message(stream: &Stream<()>, number: u64) -> Result<Option<StreamMessage>, StoreError> {
    match stream.get_raw_message(number).await {
        Ok(message) => Ok(Some(message)),
        Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(unavailable(error)),
    }
}

/// The number of the last message; 0 if there is none.
pub(crate) async fn last_sequence(stream: &Stream<()>) -> Result<u64, StoreError> {
    Ok(stream.get_info().await.map_err(unavailable)?.state.last_sequence)
}

fn unavailable(source: impl Into<Cause>) -> StoreError {
    StoreError::unavailable("reading the tail of the stream", source)
}
