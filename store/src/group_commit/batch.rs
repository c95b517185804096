//! The one statement of group commit, and what to do when its outcome is not known.

use std::collections::HashMap;

use causerie_events::{AggregateType, Position};
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::{FirstEvent, Verdict};
use crate::append::{position, signed};
use crate::error::{StoreError, StoreErrorKind};

const APPEND: &str = "SELECT verdict, xid, pos FROM append_first_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

/// Appends the commands of one aggregate type; a verdict for each, in their order.
pub(super) async fn append(
    connection: &mut PgConnection,
    aggregate_type: AggregateType,
    commands: &[&FirstEvent],
) -> Result<Vec<Verdict>, StoreError> {
    let (mut row_of_read, mut read_types, mut read_ids, mut read_versions) = (vec![], vec![], vec![], vec![]);
    for (row, command) in (1_i32..).zip(commands) {
        for (stream, version) in &command.reads {
            row_of_read.push(row);
            read_types.push(stream.aggregate_type().as_str());
            read_ids.push(stream.aggregate_id());
            read_versions.push(signed(*version)?);
        }
    }
    let rows = sqlx::query(APPEND)
        .bind(aggregate_type.as_str())
        .bind(commands.iter().map(|command| command.event.stream.aggregate_id()).collect::<Vec<_>>())
        .bind(commands.iter().map(|command| command.event.event_id.as_uuid()).collect::<Vec<_>>())
        .bind(commands.iter().map(|command| command.event.event_type.as_str()).collect::<Vec<_>>())
        .bind(commands.iter().map(|command| command.event.event_version.as_str()).collect::<Vec<_>>())
        .bind(commands.iter().map(|command| &command.event.payload).collect::<Vec<&Value>>())
        .bind(commands.iter().map(|command| &command.event.metadata).collect::<Vec<&Value>>())
        .bind(row_of_read)
        .bind(read_types)
        .bind(read_ids)
        .bind(read_versions)
        .fetch_all(connection)
        .await
        .map_err(|source| StoreError::postgres("appending a batch to the log", source))?;
    if rows.len() != commands.len() {
        let odd = format!("{} verdicts for {} commands", rows.len(), commands.len());
        return Err(StoreError::new(StoreErrorKind::Corrupt, "appending a batch to the log", odd));
    }
    rows.iter().map(verdict).collect()
}

fn verdict(row: &PgRow) -> Result<Verdict, StoreError> {
    let name: &str = row
        .try_get("verdict")
        .map_err(|source| StoreError::new(StoreErrorKind::Corrupt, "reading a verdict", source))?;
    match name {
        "ok" => Ok(Verdict::Appended(position(row, "xid", "pos")?)),
        "duplicate" => Ok(Verdict::Duplicate),
        "moved" => Ok(Verdict::Moved),
        other => Err(StoreError::new(StoreErrorKind::Corrupt, "reading a verdict", other.to_owned())),
    }
}

/// Which of the commands are in the log, by the id of their event.
pub(super) async fn look_up(
    connection: &mut PgConnection,
    aggregate_type: AggregateType,
    commands: &[&FirstEvent],
) -> Result<HashMap<Uuid, Position>, StoreError> {
    let failed = |source| StoreError::postgres("looking up what became of a batch", source);
    let rows = sqlx::query(
        "SELECT event_id, transaction_id::text AS xid, position AS pos FROM events
          WHERE aggregate_type = $1 AND aggregate_id = ANY($2) AND sequence = 1",
    )
    .bind(aggregate_type.as_str())
    .bind(commands.iter().map(|command| command.event.stream.aggregate_id()).collect::<Vec<_>>())
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    rows.iter().map(|row| Ok((row.try_get("event_id").map_err(failed)?, position(row, "xid", "pos")?))).collect()
}
