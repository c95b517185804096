//! The statement of group commit, and the look-up of its outcome.

use std::collections::HashMap;

use causerie_events::{AggregateType, Position, StreamId};
use serde_json::Value;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::{AppendOutcome, FirstEvent};
use crate::append::{position_of, signed, sql_epoch, transaction_id};
use crate::error::{Cause, StoreError, StoreErrorKind};

const APPEND: &str = "SELECT xid, conflicts, appended, positions
  FROM append_first_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";

/// Appends the commands of one aggregate type and returns their outcomes in the same order.
pub(super) async fn append(
    connection: &mut PgConnection,
    epoch: u16,
    aggregate_type: AggregateType,
    commands: &[&FirstEvent],
) -> Result<Vec<AppendOutcome>, StoreError> {
    let Reads { types, ids, versions, used_by, used } = Reads::of(commands)?;
    let row = sqlx::query(APPEND)
        .bind(sql_epoch(epoch))
        .bind(aggregate_type.as_str())
        .bind(commands.iter().map(|command| command.event.stream.aggregate_id()).collect::<Vec<_>>())
        .bind(commands.iter().map(|command| command.event.event_id.as_uuid()).collect::<Vec<_>>())
        .bind(commands.iter().map(|command| command.event.event_type.as_str()).collect::<Vec<_>>())
        .bind(commands.iter().map(|command| command.event.event_version.as_str()).collect::<Vec<_>>())
        .bind(commands.iter().map(|command| &command.event.payload).collect::<Vec<&Value>>())
        .bind(commands.iter().map(|command| &command.event.metadata).collect::<Vec<&Value>>())
        .bind(types)
        .bind(ids)
        .bind(versions)
        .bind(used_by)
        .bind(used)
        .fetch_one(connection)
        .await
        .map_err(|source| StoreError::postgres("appending a batch to the log", source))?;
    outcomes(epoch, &row, commands)
}

/// The streams that the decisions of a batch read. They are mostly the same few, so each is passed
/// once and its uses by number.
#[derive(Default)]
struct Reads<'a> {
    types: Vec<&'static str>,
    ids: Vec<&'a str>,
    versions: Vec<i64>,
    used_by: Vec<i32>,
    used: Vec<i32>,
}

impl<'a> Reads<'a> {
    fn of(commands: &[&'a FirstEvent]) -> Result<Self, StoreError> {
        let mut reads = Self::default();
        let mut numbers: HashMap<&(StreamId, u64), i32> = HashMap::new();
        let mut last = 0;
        for (row, command) in (1_i32..).zip(commands) {
            for read in &command.reads {
                let number = *numbers.entry(read).or_insert(last + 1);
                if number > last {
                    last = number;
                    let (stream, version) = read;
                    reads.types.push(stream.aggregate_type().as_str());
                    reads.ids.push(stream.aggregate_id());
                    reads.versions.push(signed(*version)?);
                }
                reads.used_by.push(row);
                reads.used.push(number);
            }
        }
        Ok(reads)
    }
}

fn outcomes(epoch: u16, row: &PgRow, commands: &[&FirstEvent]) -> Result<Vec<AppendOutcome>, StoreError> {
    let corrupt = |source: Cause| StoreError::new(StoreErrorKind::Corrupt, "reading the outcomes of a batch", source);
    let read = || -> Result<_, sqlx::Error> {
        let conflicts: Option<Vec<i32>> = row.try_get("conflicts")?;
        let appended: Option<Vec<Uuid>> = row.try_get("appended")?;
        let positions: Option<Vec<i64>> = row.try_get("positions")?;
        Ok((conflicts.unwrap_or_default(), appended.unwrap_or_default(), positions.unwrap_or_default()))
    };
    let (conflicts, appended, positions) = read().map_err(|source| corrupt(source.into()))?;
    let transaction_id = if appended.is_empty() { 0 } else { transaction_id(row, "xid")? };
    let positions: HashMap<Uuid, i64> = appended.into_iter().zip(positions).collect();
    let outcome = |(row, command): (i32, &&FirstEvent)| match positions.get(&command.event.event_id.as_uuid()) {
        Some(&position) => AppendOutcome::Appended(Position { epoch, transaction_id, position }),
        None if conflicts.contains(&row) => AppendOutcome::VersionConflict,
        None => AppendOutcome::Duplicate,
    };
    Ok((1..).zip(commands).map(outcome).collect())
}

/// The positions of the commands that are in the log, by event id.
pub(super) async fn look_up(
    connection: &mut PgConnection,
    aggregate_type: AggregateType,
    commands: &[&FirstEvent],
) -> Result<HashMap<Uuid, Position>, StoreError> {
    let failed = |source| StoreError::postgres("looking up the outcome of a batch", source);
    let rows = sqlx::query(
        "SELECT event_id, epoch, transaction_id::text AS xid, position AS pos FROM events
          WHERE aggregate_type = $1 AND aggregate_id = ANY($2) AND sequence = 1",
    )
    .bind(aggregate_type.as_str())
    .bind(commands.iter().map(|command| command.event.stream.aggregate_id()).collect::<Vec<_>>())
    .fetch_all(connection)
    .await
    .map_err(failed)?;
    rows.iter().map(|row| Ok((row.try_get("event_id").map_err(failed)?, position_of(row)?))).collect()
}
