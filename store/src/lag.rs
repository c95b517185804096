//! Measures lag: the events of the log after a position, and the age of the oldest append in
//! flight. For metrics and readiness: read about once a second, never during a request.

use std::collections::HashSet;
use std::time::Duration;

use causerie_events::Position;
use sqlx::Row;

use crate::append::sql_epoch;
use crate::database::Database;
use crate::error::StoreError;

/// Limits the cost of the query to milliseconds.
pub const MAX_COUNTED_EVENTS: u64 = 10_000;

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Lag {
    /// [`MAX_COUNTED_EVENTS`] means that many or more.
    pub events: u64,
    /// The time since the oldest of them was recorded; zero if there is none.
    pub age: Duration,
}

// Not below the fence: events that an append in flight holds back count too.
const BEHIND: &str = "
    SELECT count(*) AS events, greatest(extract(epoch FROM clock_timestamp() - min(recorded_at)), 0)::float8 AS age
      FROM (SELECT recorded_at FROM events WHERE (epoch, transaction_id, position) > ($1, $2::text::xid8, $3)
             ORDER BY epoch, transaction_id, position LIMIT $4) AS behind";

// The transactions that hold the fence back, as in read_log: those that append and have an id, and
// all of a role whose activity is hidden, because readers fail until they end.
const FENCE: &str = "
    SELECT l.virtualtransaction AS appending, extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS age
      FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.classid = 7301 AND l.objid = 1 AND l.objsubid = 2 AND l.granted
       AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND (a.backend_xid IS NOT NULL OR a.query = '<insufficient privilege>')";

impl Database {
    /// The events of the log after a position.
    pub async fn behind(&self, position: Position) -> Result<Lag, StoreError> {
        let failed = |source| StoreError::postgres("measuring a lag", source);
        let row = sqlx::query(BEHIND)
            .bind(sql_epoch(position.epoch))
            .bind(position.transaction_id.to_string())
            .bind(position.position)
            .bind(i64::try_from(MAX_COUNTED_EVENTS).unwrap_or(i64::MAX))
            .fetch_one(self.pool())
            .await
            .map_err(failed)?;
        let events: i64 = row.try_get("events").map_err(failed)?;
        let age: Option<f64> = row.try_get("age").map_err(failed)?;
        Ok(Lag { events: u64::try_from(events).unwrap_or_default(), age: duration(age) })
    }

    /// The age of the oldest append in flight, for which readers wait; zero if there is none. If
    /// its age is hidden from this role, the time since it was first seen.
    pub async fn fence_age(&self) -> Result<Duration, StoreError> {
        let failed = |source| StoreError::postgres("measuring the fence", source);
        let appending = sqlx::query(FENCE).fetch_all(self.pool()).await.map_err(failed)?;
        let (mut oldest, mut hidden) = (Duration::ZERO, HashSet::new());
        for append in &appending {
            match append.try_get::<Option<f64>, _>("age").map_err(failed)? {
                Some(age) => oldest = oldest.max(duration(Some(age))),
                None => _ = hidden.insert(append.try_get("appending").map_err(failed)?),
            }
        }
        Ok(oldest.max(self.hidden_appends().oldest(&hidden)))
    }
}

fn duration(seconds: Option<f64>) -> Duration {
    seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()).unwrap_or_default()
}
