//! The checkpoint of a read model, stored with its rows.

use causerie_events::Position;
use causerie_store::follower::Checkpoint;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgExecutor, Row};

use crate::error::ReadError;

/// The checkpoint of a projection; the start if it has never run.
pub async fn load(executor: impl PgExecutor<'_>, projection: &str) -> Result<Checkpoint, ReadError> {
    let row = sqlx::query(
        "SELECT log_number, epoch, transaction_id::text AS xid, position AS pos FROM read_models.projection_checkpoints WHERE projection = $1",
    )
    .bind(projection)
    .fetch_optional(executor)
    .await?;
    Ok(row.as_ref().map(of_row).transpose()?.unwrap_or_default())
}

/// sqlx has no xid8, so the transaction id is selected as text.
pub(crate) fn of_row(row: &PgRow) -> Result<Checkpoint, sqlx::Error> {
    let transaction_id: String = row.try_get("xid")?;
    Ok(Checkpoint {
        log_number: number(row.try_get("log_number")?)?,
        position: Position {
            epoch: u16::try_from(row.try_get::<i32, _>("epoch")?).map_err(|error| sqlx::Error::Decode(error.into()))?,
            transaction_id: transaction_id
                .parse()
                .map_err(|error: std::num::ParseIntError| sqlx::Error::Decode(error.into()))?,
            position: row.try_get("pos")?,
        },
    })
}

/// Advances a checkpoint if it is still the one that this projector read. Otherwise returns false:
/// another projector has taken over, and this transaction must not commit.
pub(crate) async fn advance(
    connection: &mut PgConnection,
    projection: &str,
    from: Checkpoint,
    to: Checkpoint,
) -> Result<bool, sqlx::Error> {
    // Only a projection that has never run has no row: a missing row was deleted by an operator.
    let statement = if from == Checkpoint::default() {
        "INSERT INTO projection_checkpoints AS c (projection, log_number, epoch, transaction_id, position)
         VALUES ($1, $2, $6, $3::text::xid8, $4)
         ON CONFLICT (projection) DO UPDATE
            SET log_number = excluded.log_number, epoch = excluded.epoch, transaction_id = excluded.transaction_id, position = excluded.position,
                updated_at = clock_timestamp()
          WHERE (c.log_number, c.epoch, c.transaction_id, c.position) = ($5, $7, $8::text::xid8, $9)"
    } else {
        "UPDATE projection_checkpoints
            SET log_number = $2, epoch = $6, transaction_id = $3::text::xid8, position = $4, updated_at = clock_timestamp()
          WHERE projection = $1 AND (log_number, epoch, transaction_id, position) = ($5, $7, $8::text::xid8, $9)"
    };
    let advanced = sqlx::query(statement)
        .bind(projection)
        .bind(signed(to.log_number))
        .bind(to.position.transaction_id.to_string())
        .bind(to.position.position)
        .bind(signed(from.log_number))
        .bind(sql_epoch(to.position))
        .bind(sql_epoch(from.position))
        .bind(from.position.transaction_id.to_string())
        .bind(from.position.position)
        .execute(connection)
        .await?;
    Ok(advanced.rows_affected() == 1)
}

pub(crate) fn sql_epoch(position: Position) -> i32 {
    position.epoch.into()
}

/// Log numbers count events and never reach 2^63.
pub(crate) fn signed(log_number: u64) -> i64 {
    i64::try_from(log_number).unwrap_or(i64::MAX)
}

pub(crate) fn number(stored: i64) -> Result<u64, sqlx::Error> {
    u64::try_from(stored).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// The number of events in the log. Only those after the furthest checkpoint are counted.
pub(crate) async fn log_length(executor: impl PgExecutor<'_>) -> Result<u64, sqlx::Error> {
    let length = sqlx::query_scalar(
        "WITH furthest AS (
           SELECT log_number, epoch, transaction_id, position FROM read_models.projection_checkpoints
           UNION ALL VALUES (0, 0, '0'::xid8, 0) ORDER BY log_number DESC LIMIT 1)
         SELECT f.log_number + (SELECT count(*) FROM events e
                                 WHERE (e.epoch, e.transaction_id, e.position) > (f.epoch, f.transaction_id, f.position))
           FROM furthest f",
    )
    .fetch_one(executor)
    .await?;
    number(length)
}
