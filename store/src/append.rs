//! Appends to the log: `append_events` checks the streams that the decision read and inserts, in
//! one statement.

use causerie_events::{DomainEvent, EventId, Metadata, Position, StreamId};
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{ColumnIndex, Row};
use tokio::time::Instant;
use uuid::Uuid;

use crate::database::Database;
use crate::error::{Cause, StoreError, StoreErrorKind};
use crate::measure;

#[derive(Debug, Clone)]
pub struct NewEvent {
    pub event_id: EventId,
    pub stream: StreamId,
    /// The version of the stream plus one.
    pub sequence: u64,
    pub event_type: String,
    pub event_version: String,
    pub payload: Value,
    /// The actor and the request.
    pub metadata: Value,
}

/// The events of one command, which are appended atomically.
#[derive(Debug, Clone, Default)]
pub struct Append {
    /// The epoch of the log in which the command was decided ([`Database::epoch`]).
    pub epoch: u16,
    pub events: Vec<NewEvent>,
    /// The streams that the decision read, with the version it saw (0: did not exist).
    pub reads: Vec<(StreamId, u64)>,
    /// The streams changed here that other commands read as guards.
    pub guards: Vec<StreamId>,
}

impl Append {
    /// The events decided in an epoch on one stream at `version`.
    pub fn to_stream<E: DomainEvent>(
        epoch: u16,
        stream: &StreamId,
        version: u64,
        events: &[E],
        metadata: &Metadata,
        mut new_id: impl FnMut() -> Uuid,
    ) -> Result<Self, StoreError> {
        let unreadable = |source| StoreError::new(StoreErrorKind::Corrupt, "writing an event as JSON", source);
        let metadata = serde_json::to_value(metadata).map_err(unreadable)?;
        let events = events.iter().zip(version + 1..).map(|(event, sequence)| {
            Ok(NewEvent {
                event_id: new_id().into(),
                stream: stream.clone(),
                sequence,
                event_type: event.event_type(),
                event_version: event.event_version(),
                payload: serde_json::to_value(event).map_err(unreadable)?,
                metadata: metadata.clone(),
            })
        });
        Ok(Self {
            epoch,
            events: events.collect::<Result<_, _>>()?,
            reads: vec![(stream.clone(), version)],
            guards: vec![],
        })
    }
}

const APPEND: &str =
    "SELECT xid, last_position FROM append_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";

const LAST_POSITION: &str = "SELECT epoch, transaction_id::text AS xid, position AS pos FROM events
  WHERE aggregate_type = $1 AND aggregate_id = $2 ORDER BY sequence DESC LIMIT 1";
const FIRST_POSITION: &str = "SELECT epoch, transaction_id::text AS xid, position AS pos FROM events
  WHERE aggregate_type = $1 AND aggregate_id = $2 AND sequence = 1";
const POSITION_AT_VERSION: &str = "SELECT last.epoch, last.transaction_id::text AS xid, last.position AS pos FROM events of
    JOIN events last ON last.aggregate_type = of.aggregate_type AND last.aggregate_id = of.aggregate_id
                    AND last.epoch = of.epoch AND last.transaction_id = of.transaction_id AND last.sequence >= of.sequence
  WHERE of.aggregate_type = $1 AND of.aggregate_id = $2 AND of.sequence = $3 ORDER BY last.sequence DESC LIMIT 1";

impl Database {
    /// Appends durably and returns the position of the last event.
    ///
    /// # Errors
    /// [`StoreErrorKind::VersionConflict`] if a stream that was read has changed since,
    /// [`StoreErrorKind::EpochEnded`] if the log is in another epoch than this process. Nothing is written then.
    pub async fn append(&self, append: &Append) -> Result<Position, StoreError> {
        let started = Instant::now();
        let appended = self.append_now(append).await;
        measure::command(started, &appended);
        appended
    }

    async fn append_now(&self, append: &Append) -> Result<Position, StoreError> {
        self.require_commits_responsive()?;
        let Append { epoch, events, reads, guards } = append;
        let row = sqlx::query(APPEND)
            .bind(sql_epoch(*epoch))
            .bind(events.iter().map(|e| e.stream.aggregate_type().as_str()).collect::<Vec<_>>())
            .bind(events.iter().map(|e| e.stream.aggregate_id()).collect::<Vec<_>>())
            .bind(events.iter().map(|e| signed(e.sequence)).collect::<Result<Vec<_>, _>>()?)
            .bind(events.iter().map(|e| e.event_id.as_uuid()).collect::<Vec<_>>())
            .bind(events.iter().map(|e| e.event_type.as_str()).collect::<Vec<_>>())
            .bind(events.iter().map(|e| e.event_version.as_str()).collect::<Vec<_>>())
            .bind(events.iter().map(|e| &e.payload).collect::<Vec<_>>())
            .bind(events.iter().map(|e| &e.metadata).collect::<Vec<_>>())
            .bind(reads.iter().map(|(stream, _)| stream.aggregate_type().as_str()).collect::<Vec<_>>())
            .bind(reads.iter().map(|(stream, _)| stream.aggregate_id()).collect::<Vec<_>>())
            .bind(reads.iter().map(|(_, version)| signed(*version)).collect::<Result<Vec<_>, _>>()?)
            .bind(guards.iter().map(|stream| stream.aggregate_type().as_str()).collect::<Vec<_>>())
            .bind(guards.iter().map(StreamId::aggregate_id).collect::<Vec<_>>())
            .fetch_one(self.pool())
            .await
            .map_err(|source| self.commit_failed("appending to the log", source))?;
        position_in(*epoch, &row, "xid", "last_position")
    }

    /// The position of the last event of a stream. None if the stream does not exist.
    pub async fn last_position(&self, stream: &StreamId) -> Result<Option<Position>, StoreError> {
        self.look_up(stream, LAST_POSITION).await
    }

    /// The position of the first event of a stream. None if the stream does not exist.
    pub async fn first_position(&self, stream: &StreamId) -> Result<Option<Position>, StoreError> {
        self.look_up(stream, FIRST_POSITION).await
    }

    /// The position of the append that created a version of a stream: that of its last event in the
    /// stream. None if the stream has not reached the version.
    pub async fn position_at(&self, stream: &StreamId, version: u64) -> Result<Option<Position>, StoreError> {
        let version = signed(version)?;
        let look_up = || {
            sqlx::query(POSITION_AT_VERSION)
                .bind(stream.aggregate_type().as_str())
                .bind(stream.aggregate_id())
                .bind(version)
        };
        let rows = self.read(look_up).await.map_err(|source| StoreError::postgres("looking a stream up", source))?;
        rows.first().map(position_of).transpose()
    }

    async fn look_up(&self, stream: &StreamId, which: &'static str) -> Result<Option<Position>, StoreError> {
        let look_up = || sqlx::query(which).bind(stream.aggregate_type().as_str()).bind(stream.aggregate_id());
        let rows = self.read(look_up).await.map_err(|source| StoreError::postgres("looking a stream up", source))?;
        rows.first().map(position_of).transpose()
    }
}

pub(crate) fn signed(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|source| StoreError::new(StoreErrorKind::Refused, "numbering an event", source))
}

/// The position in a row with the columns `epoch`, `xid` and `pos`.
pub(crate) fn position_of(row: &PgRow) -> Result<Position, StoreError> {
    position(row, "epoch", "xid", "pos")
}

pub(crate) fn position<I: ColumnIndex<PgRow>>(
    row: &PgRow,
    epoch: I,
    xid: I,
    position: I,
) -> Result<Position, StoreError> {
    let epoch = row.try_get::<i32, _>(epoch).map_err(unreadable_position)?;
    position_in(u16::try_from(epoch).unwrap_or(u16::MAX), row, xid, position)
}

fn position_in<I: ColumnIndex<PgRow>>(epoch: u16, row: &PgRow, xid: I, position: I) -> Result<Position, StoreError> {
    Ok(Position {
        epoch,
        transaction_id: transaction_id(row, xid)?,
        position: row.try_get::<i64, _>(position).map_err(unreadable_position)?,
    })
}

fn unreadable_position(source: sqlx::Error) -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt, "reading a position", source)
}

pub(crate) fn sql_epoch(epoch: u16) -> i32 {
    epoch.into()
}

/// sqlx has no xid8, so transaction ids are passed as text.
pub(crate) fn transaction_id(row: &PgRow, xid: impl ColumnIndex<PgRow>) -> Result<u64, StoreError> {
    let corrupt = |source: Cause| StoreError::new(StoreErrorKind::Corrupt, "reading a transaction id", source);
    let text: &str = row.try_get(xid).map_err(|source| corrupt(source.into()))?;
    text.parse().map_err(|source: std::num::ParseIntError| corrupt(source.into()))
}
