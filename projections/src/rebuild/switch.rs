//! The switch: what was built takes the place of the live tables, their checkpoint and what was parked, in one transaction.
//!
//! First the checkpoint's row, as in every step: the live projector works on neither side meanwhile, and finds its
//! checkpoint moved afterwards. Then what has happened since, so that no reader ever sees less than before. Then all
//! tables, each with little patience: a query that holds one and waits for another is let through, before Postgres would
//! have to end one of the two. Queries that come meanwhile wait, and find the new tables by their names.

use std::time::Duration;

use causerie_events::LogEvent;
use causerie_store::follower::Checkpoint;
use causerie_store::reader::read_log;
use sqlx::{Connection, PgConnection, Row};
use tokio::time::Instant;

use crate::checkpoint::{signed, sql_epoch};
use crate::projector::Projector;
use crate::rebuild::shadow::Shadow;
use crate::rebuild::{PAGE, RebuildError, apply};
use crate::target::READ_MODELS;

/// For one table. All of them together stay below a second, after which Postgres would look for a deadlock.
const TABLE_PATIENCE: &str = "100ms";
/// For the whole of it, and the pause in between.
const PATIENCE: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(200);

/// Catches up and switches. Tries again while somebody holds a table.
pub(super) async fn switch<P: Projector>(
    projector: &P,
    connection: &mut PgConnection,
    shadow: &Shadow,
    migrated: Option<i64>,
    mut at: Checkpoint,
) -> Result<Checkpoint, RebuildError> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        // Outside the transaction, so that within it there is next to nothing left to do.
        at = catch_up(projector, connection, at).await?;
        match attempt(projector, connection, shadow, migrated, at).await {
            Err(error) if is_lock_not_available(&error) => {
                if Instant::now() > deadline {
                    return Err(RebuildError::InUse);
                }
                tracing::debug!("the live tables are in use; trying again");
            }
            done => return done,
        }
        tokio::time::sleep(PAUSE).await;
    }
}

async fn attempt<P: Projector>(
    projector: &P,
    connection: &mut PgConnection,
    shadow: &Shadow,
    migrated: Option<i64>,
    at: Checkpoint,
) -> Result<Checkpoint, RebuildError> {
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql("SET LOCAL synchronous_commit = on; SET LOCAL lock_timeout = '5s'")
        .execute(&mut *transaction)
        .await?;
    hold_live(&mut transaction, P::NAME).await?;
    let at = catch_up(projector, &mut transaction, at).await?;
    let tables = shadow.tables.iter().map(|table| format!("{READ_MODELS}.{table}")).collect::<Vec<_>>().join(", ");
    let lock = format!("SET LOCAL lock_timeout = '{TABLE_PATIENCE}'; LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE");
    sqlx::raw_sql(&lock).execute(&mut *transaction).await?;
    if version(&mut transaction).await? != migrated {
        return Err(RebuildError::Migrated);
    }
    shadow.take_their_place(&mut transaction).await?;
    set_live(&mut transaction, shadow, P::NAME, at).await?;
    shadow.remove(&mut transaction).await?;
    transaction.commit().await?;
    Ok(at)
}

/// Applies all that is there.
async fn catch_up<P: Projector>(
    projector: &P,
    connection: &mut PgConnection,
    mut at: Checkpoint,
) -> Result<Checkpoint, RebuildError> {
    loop {
        let page = read_log(&mut *connection, at.position, PAGE).await?;
        if page.is_empty() {
            return Ok(at);
        }
        let events: Vec<_> = LogEvent::numbered_after(at.log_number, page).collect();
        at = apply(projector, connection, at, &events).await?;
        // Under load there is always something new: less than a page is near enough.
        if events.len() < PAGE as usize {
            return Ok(at);
        }
    }
}

/// Holds off the live projector until the end of the transaction.
async fn hold_live(connection: &mut PgConnection, projection: &str) -> Result<(), sqlx::Error> {
    // A projection that has never run has no row to hold.
    sqlx::query(
        "INSERT INTO read_models.projection_checkpoints AS c (projection) VALUES ($1)
         ON CONFLICT (projection) DO UPDATE SET updated_at = c.updated_at",
    )
    .bind(projection)
    .execute(connection)
    .await
    .map(drop)
}

/// The checkpoint and what is parked, as the rebuild has them. All that the live one has read of the log, the rebuild has read
/// by now; where it counted more, the rebuild is right.
async fn set_live(
    connection: &mut PgConnection,
    shadow: &Shadow,
    projection: &str,
    at: Checkpoint,
) -> Result<(), RebuildError> {
    sqlx::query(
        "UPDATE read_models.projection_checkpoints
            SET log_number = $2, epoch = $5, transaction_id = $3::text::xid8, position = $4, updated_at = clock_timestamp()
          WHERE projection = $1",
    )
    .bind(projection)
    .bind(signed(at.log_number))
    .bind(at.position.transaction_id.to_string())
    .bind(at.position.position)
    .bind(sql_epoch(at.position))
    .execute(&mut *connection)
    .await?;
    let parked = format!(
        "DELETE FROM read_models.projection_parked WHERE projection = '{projection}';
         INSERT INTO read_models.projection_parked
         SELECT * FROM {}.projection_parked WHERE projection = '{projection}'",
        shadow.schema
    );
    sqlx::raw_sql(&parked).execute(connection).await?;
    Ok(())
}

/// Whether the live projector could not apply this event either.
pub(super) async fn is_parked_live(
    connection: &mut PgConnection,
    projection: &str,
    log_number: u64,
) -> Result<bool, sqlx::Error> {
    let statement = "SELECT 1 FROM read_models.projection_parked WHERE projection = $1 AND log_number = $2";
    let found = sqlx::query(statement).bind(projection).bind(signed(log_number)).fetch_optional(connection).await?;
    Ok(found.is_some())
}

/// The last migration: the shape of the tables.
pub(super) async fn version(connection: &mut PgConnection) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query("SELECT max(version) FROM _sqlx_migrations").fetch_one(connection).await?.try_get(0)
}

fn is_lock_not_available(error: &RebuildError) -> bool {
    let RebuildError::Apply(crate::ApplyError::Database(sqlx::Error::Database(error))) = error else { return false };
    // 55P03: the patience is over. 40P01: Postgres was quicker.
    matches!(error.code().as_deref(), Some("55P03" | "40P01"))
}
