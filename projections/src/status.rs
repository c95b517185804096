//! The status of each read model, for operators and monitoring.

use causerie_events::Position;
use causerie_store::Pool;
use serde::Serialize;
use sqlx::Row;

use crate::checkpoint::{number, of_row};
use crate::error::ReadError;
use crate::leadership::{LEADER_LOCK, STANDBY_LOCK};
use crate::rebuild::REBUILD_LOCK;
use crate::registry::Projection;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProjectionStatus {
    pub name: &'static str,
    /// Of the last event applied.
    pub position: Position,
    pub log_number: u64,
    /// Events of the log that are not yet applied.
    pub lag_events: u64,
    /// The age of the oldest of them; 0 if there is none.
    pub lag_seconds: f64,
    /// Events that cannot be applied.
    pub parked: u64,
    /// Events that wait behind these.
    pub waiting: u64,
    /// The address of the connection of the leader.
    pub worker: Option<String>,
    /// Processes that would take over.
    pub standing_by: u64,
    pub rebuilding: bool,
}

/// Cost: linear in the events that are not yet applied.
pub async fn status(pool: &Pool) -> Result<Vec<ProjectionStatus>, ReadError> {
    let mut all = Vec::new();
    for projection in Projection::ALL {
        all.push(of(pool, projection.name()).await?);
    }
    Ok(all)
}

async fn of(pool: &Pool, name: &'static str) -> Result<ProjectionStatus, ReadError> {
    let row =
        sqlx::query(STATUS).bind(name).bind(LEADER_LOCK).bind(STANDBY_LOCK).bind(REBUILD_LOCK).fetch_one(pool).await?;
    let checkpoint = of_row(&row)?;
    let worker: Option<String> = row.try_get("worker")?;
    let present = number(row.try_get("present")?)?;
    Ok(ProjectionStatus {
        name,
        position: checkpoint.position,
        log_number: checkpoint.log_number,
        lag_events: number(row.try_get("lag_events")?)?,
        lag_seconds: row.try_get("lag_seconds")?,
        parked: number(row.try_get("parked")?)?,
        waiting: number(row.try_get("waiting")?)?,
        standing_by: present.saturating_sub(u64::from(worker.is_some())),
        worker,
        rebuilding: row.try_get("rebuilding")?,
    })
}

const STATUS: &str = "
WITH checkpoint AS (
  SELECT coalesce(max(log_number), 0) AS log_number, coalesce(max(c.epoch), 0) AS epoch,
         coalesce(max(transaction_id), '0') AS transaction_id, coalesce(max(position), 0) AS position
    FROM read_models.projection_checkpoints c WHERE projection = $1
), locks AS (
  SELECT l.classid::bigint AS kind, coalesce(host(a.client_addr) || ':' || a.client_port, 'pid ' || l.pid) AS who
    FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
   WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 AND l.objid = (hashtext($1)::bigint & 4294967295)::oid
     AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
SELECT c.log_number, c.epoch, c.transaction_id::text AS xid, c.position AS pos,
       (SELECT count(*) FROM events e WHERE (e.epoch, e.transaction_id, e.position) > (c.epoch, c.transaction_id, c.position)) AS lag_events,
       coalesce((SELECT greatest(extract(epoch FROM clock_timestamp() - e.recorded_at), 0)::float8 FROM events e
                  WHERE (e.epoch, e.transaction_id, e.position) > (c.epoch, c.transaction_id, c.position)
                  ORDER BY e.epoch, e.transaction_id, e.position LIMIT 1), 0) AS lag_seconds,
       (SELECT count(*) FROM read_models.projection_parked p WHERE p.projection = $1 AND p.error IS NOT NULL) AS parked,
       (SELECT count(*) FROM read_models.projection_parked p WHERE p.projection = $1 AND p.error IS NULL) AS waiting,
       (SELECT min(who) FROM locks WHERE kind = $2) AS worker,
       (SELECT count(*) FROM locks WHERE kind = $3) AS present,
       EXISTS (SELECT 1 FROM locks WHERE kind = $4) AS rebuilding
  FROM checkpoint c";
