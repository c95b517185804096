//! Reading the log in its one order, below the fence: what is returned is final, nothing is ever skipped.

use causerie_events::{Position, RecordedEvent, StreamId};
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row};

use crate::append::position;
use crate::database::Database;
use crate::error::{Cause, StoreError, StoreErrorKind};

impl Database {
    /// The events after a position, at most `limit`, in the log's order.
    pub async fn read_log(&self, after: Position, limit: u32) -> Result<Vec<RecordedEvent>, StoreError> {
        read_log(self.pool(), after, limit).await
    }
}

/// As [`Database::read_log`], on a connection of the caller's.
pub async fn read_log(
    executor: impl PgExecutor<'_>,
    after: Position,
    limit: u32,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let rows = sqlx::query("SELECT * FROM read_log($1, $2, $3)")
        .bind(after.transaction_id.to_string())
        .bind(after.position)
        .bind(i32::try_from(limit).unwrap_or(i32::MAX))
        .fetch_all(executor)
        .await
        .map_err(|source| StoreError::postgres("reading the log", source))?;
    rows.iter().map(recorded).collect()
}

fn recorded(row: &PgRow) -> Result<RecordedEvent, StoreError> {
    let position = position(row, "xid", "pos")?;
    let read = || -> Result<RecordedEvent, Cause> {
        Ok(RecordedEvent {
            event_id: row.try_get::<uuid::Uuid, _>("event_id")?.into(),
            stream: StreamId::parse(row.try_get("aggregate_type")?, row.try_get("aggregate_id")?)?,
            sequence: u64::try_from(row.try_get::<i64, _>("sequence")?)?,
            event_type: row.try_get("event_type")?,
            event_version: row.try_get("event_version")?,
            payload: row.try_get("payload")?,
            metadata: row.try_get("metadata")?,
            position,
            recorded_at: Timestamp::from_microsecond(row.try_get("recorded_at_us")?)?,
        })
    };
    read().map_err(|source| StoreError::new(StoreErrorKind::Corrupt, "reading an event of the log", source))
}
