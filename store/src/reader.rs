//! Reads the log in order, below the fence: what is returned is final, and no event is skipped.

use causerie_events::{EventId, Position, RecordedEvent, StreamId};
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgExecutor, Row};
use tokio::sync::mpsc;

use crate::append::{position, position_of, sql_epoch};
use crate::database::Database;
use crate::error::{Cause, StoreError, StoreErrorKind};
use crate::pool::Pool;

impl Database {
    /// Whether the log contains this position. The start is in every log; any other position is
    /// that of an event, which may have been lost.
    pub async fn has(&self, position: Position) -> Result<bool, StoreError> {
        if position == Position::START {
            return Ok(true);
        }
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM events WHERE epoch = $1 AND transaction_id = $2::text::xid8 AND position = $3)",
        )
        .bind(sql_epoch(position.epoch))
        .bind(position.transaction_id.to_string())
        .bind(position.position)
        .fetch_one(self.pool())
        .await
        .map_err(|source| StoreError::postgres("looking a position up in the log", source))
    }

    /// The position of the last committed event. An append in flight may still commit events before
    /// it.
    pub async fn end_of_log(&self) -> Result<Position, StoreError> {
        // The columns of the table: `transaction_id` alone would be the text that is returned,
        // which sorts by its digits.
        let last = sqlx::query(
            "SELECT epoch, transaction_id::text AS xid, position AS pos FROM events
              ORDER BY events.epoch DESC, events.transaction_id DESC, events.position DESC LIMIT 1",
        )
        .fetch_optional(self.pool())
        .await
        .map_err(|source| StoreError::postgres("looking for the end of the log", source))?;
        last.as_ref().map_or(Ok(Position::START), position_of)
    }

    /// The position before the first event, in log order, that was recorded after a time; that of
    /// the last event if there is none. Cost: linear in the events before it.
    pub async fn position_at_time(&self, time: Timestamp) -> Result<Position, StoreError> {
        let look_up = |source| StoreError::postgres("looking for a time in the log", source);
        let later = sqlx::query(
            "SELECT epoch, transaction_id::text AS xid, position AS pos FROM events
              WHERE recorded_at > $1::text::timestamptz
              ORDER BY events.epoch, events.transaction_id, events.position LIMIT 1",
        )
        .bind(time.to_string())
        .fetch_optional(self.pool())
        .await
        .map_err(look_up)?;
        let Some(later) = later else { return self.end_of_log().await };
        let later = position_of(&later)?;
        let before = sqlx::query(
            "SELECT epoch, transaction_id::text AS xid, position AS pos FROM events
              WHERE (events.epoch, events.transaction_id, events.position) < ($1, $2::text::xid8, $3)
              ORDER BY events.epoch DESC, events.transaction_id DESC, events.position DESC LIMIT 1",
        )
        .bind(sql_epoch(later.epoch))
        .bind(later.transaction_id.to_string())
        .bind(later.position)
        .fetch_optional(self.pool())
        .await
        .map_err(look_up)?;
        before.as_ref().map_or(Ok(Position::START), position_of)
    }

    /// Whether the log contains this event at this position.
    pub async fn holds(&self, position: Position, event: EventId) -> Result<bool, StoreError> {
        holds(self.pool(), position, event).await
    }

    /// The number of events after a position up to and including another one. Cost: linear in their
    /// number.
    pub async fn count(&self, after: Position, last: Position) -> Result<u64, StoreError> {
        count(self.pool(), after, last).await
    }

    /// At most `limit` events after a position, in log order.
    pub async fn read_log(&self, after: Position, limit: u32) -> Result<Vec<RecordedEvent>, StoreError> {
        read_log(self.pool(), after, limit).await
    }
}

/// The log, page by page. Postgres reads the next page while the caller uses this one.
#[derive(Debug)]
pub struct Pages {
    pages: mpsc::Receiver<Result<Vec<PgRow>, StoreError>>,
}

impl Pages {
    /// The next page; none after the last one.
    pub async fn next(&mut self) -> Option<Result<Vec<RecordedEvent>, StoreError>> {
        let rows = self.pages.recv().await?;
        Some(rows.and_then(|rows| rows.iter().map(recorded).collect()))
    }
}

impl Database {
    /// Reads the log after a position in pages of `page` events. An error is the last page.
    #[must_use]
    pub fn pages(&self, after: Position, page: u32) -> Pages {
        Pages::start(Source::Pool(self.pool().clone()), after, page)
    }
}

enum Source {
    Pool(Pool),
    Connection(Box<PgConnection>),
}

impl Source {
    async fn rows(&mut self, after: Position, page: u32) -> Result<Vec<PgRow>, StoreError> {
        match self {
            Self::Pool(pool) => rows(&*pool, after, page).await,
            Self::Connection(connection) => rows(&mut **connection, after, page).await,
        }
    }
}

impl Pages {
    /// As [`Database::pages`], on a connection of the caller, with the time limits of its session.
    #[must_use]
    pub fn on(connection: PgConnection, after: Position, page: u32) -> Self {
        Self::start(Source::Connection(Box::new(connection)), after, page)
    }

    fn start(mut source: Source, after: Position, page: u32) -> Self {
        let (pages, receiver) = mpsc::channel(1);
        tokio::spawn(async move {
            let mut after = after;
            loop {
                let read = source.rows(after, page).await;
                let last = read.as_ref().ok().and_then(|rows| rows.last()).map(|row| position(row, 0, 1, 2));
                // The caller dropped the receiver.
                if read.as_ref().is_ok_and(Vec::is_empty) || pages.send(read).await.is_err() {
                    return;
                }
                // An error was sent as the last page; a row with an invalid position will be one.
                let Some(Ok(last)) = last else { return };
                after = last;
            }
        });
        Self { pages: receiver }
    }
}

/// As [`Database::read_log`], on a connection of the caller.
pub async fn read_log(
    executor: impl PgExecutor<'_>,
    after: Position,
    limit: u32,
) -> Result<Vec<RecordedEvent>, StoreError> {
    rows(executor, after, limit).await?.iter().map(recorded).collect()
}

/// As [`Database::holds`], on a connection of the caller.
pub(crate) async fn holds(
    executor: impl PgExecutor<'_>,
    position: Position,
    event: EventId,
) -> Result<bool, StoreError> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM events
          WHERE epoch = $1 AND transaction_id = $2::text::xid8 AND position = $3 AND event_id = $4)",
    )
    .bind(sql_epoch(position.epoch))
    .bind(position.transaction_id.to_string())
    .bind(position.position)
    .bind(event.as_uuid())
    .fetch_one(executor)
    .await
    .map_err(|source| StoreError::postgres("looking an event up in the log", source))
}

/// As [`Database::count`], on a connection of the caller.
pub(crate) async fn count(executor: impl PgExecutor<'_>, after: Position, last: Position) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM events
          WHERE (epoch, transaction_id, position) > ($1, $2::text::xid8, $3)
            AND (epoch, transaction_id, position) <= ($4, $5::text::xid8, $6)",
    )
    .bind(sql_epoch(after.epoch))
    .bind(after.transaction_id.to_string())
    .bind(after.position)
    .bind(sql_epoch(last.epoch))
    .bind(last.transaction_id.to_string())
    .bind(last.position)
    .fetch_one(executor)
    .await
    .map_err(|source| StoreError::postgres("counting events of the log", source))?;
    u64::try_from(count)
        .map_err(|source| StoreError::new(StoreErrorKind::Corrupt, "counting events of the log", source))
}

async fn rows(executor: impl PgExecutor<'_>, after: Position, limit: u32) -> Result<Vec<PgRow>, StoreError> {
    sqlx::query(READ)
        .bind(sql_epoch(after.epoch))
        .bind(after.transaction_id.to_string())
        .bind(after.position)
        .bind(i32::try_from(limit).unwrap_or(i32::MAX))
        .fetch_all(executor)
        .await
        .map_err(|source| StoreError::postgres("reading the log", source))
}

// Columns are read by number below, because a name is looked up again for each row.
const READ: &str = "
    SELECT epoch, xid, pos, event_id, aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata,
           recorded_at_us
      FROM read_log($1, $2, $3, $4)";

fn recorded(row: &PgRow) -> Result<RecordedEvent, StoreError> {
    let position = position(row, 0, 1, 2)?;
    let read = || -> Result<RecordedEvent, Cause> {
        Ok(RecordedEvent {
            event_id: row.try_get::<uuid::Uuid, _>(3)?.into(),
            stream: StreamId::parse(row.try_get(4)?, row.try_get(5)?)?,
            sequence: u64::try_from(row.try_get::<i64, _>(6)?)?,
            event_type: row.try_get(7)?,
            event_version: row.try_get(8)?,
            payload: row.try_get(9)?,
            metadata: row.try_get(10)?,
            position,
            recorded_at: Timestamp::from_microsecond(row.try_get(11)?)?,
        })
    };
    read().map_err(|source| StoreError::new(StoreErrorKind::Corrupt, "reading an event of the log", source))
}
