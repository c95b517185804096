//! The switch replaces the live tables, their checkpoint and their parked events in one
//! transaction.
//!
//! It first locks the row of the checkpoint, as every step does: the live projector waits, and then
//! finds a changed checkpoint. It then applies the events that arrived since, so that readers never
//! see less than before. Then it locks all tables, each with a short timeout, so that a query that
//! holds one table and waits for another continues before Postgres detects a deadlock. Queries wait
//! meanwhile, and then use the new tables.

use std::time::Duration;

use causerie_events::LogEvent;
use causerie_store::follower::Checkpoint;
use causerie_store::reader::read_log;
use sqlx::{Connection, PgConnection, Row};
use tokio::time::Instant;

use crate::checkpoint::{signed, sql_epoch};
use crate::projector::Projector;
use crate::rebuild::shadow::ShadowTables;
use crate::rebuild::{PAGE_EVENTS, RebuildError, apply};
use crate::target::READ_MODELS;

/// For one table. All together take less than a second, after which Postgres would check for a
/// deadlock.
const TABLE_LOCK_TIMEOUT: &str = "100ms";
const SWITCH_TIMEOUT: Duration = Duration::from_mins(2);
const RETRY_DELAY: Duration = Duration::from_millis(200);

/// Catches up and switches. Retries while another transaction holds a table.
pub(super) async fn switch<P: Projector>(
    projector: &P,
    connection: &mut PgConnection,
    shadow: &ShadowTables,
    migrated: Option<i64>,
    mut at: Checkpoint,
) -> Result<Checkpoint, RebuildError> {
    let deadline = Instant::now() + SWITCH_TIMEOUT;
    loop {
        // Before the transaction, so that it is short.
        at = catch_up(projector, connection, at).await?;
        match attempt(projector, connection, shadow, migrated, at).await {
            Err(error) if is_lock_not_available(&error) => {
                if Instant::now() > deadline {
                    return Err(RebuildError::InUse);
                }
                tracing::debug!("live tables are in use; retrying");
            }
            done => return done,
        }
        tokio::time::sleep(RETRY_DELAY).await;
    }
}

async fn attempt<P: Projector>(
    projector: &P,
    connection: &mut PgConnection,
    shadow: &ShadowTables,
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
    let lock = format!("SET LOCAL lock_timeout = '{TABLE_LOCK_TIMEOUT}'; LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE");
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

async fn catch_up<P: Projector>(
    projector: &P,
    connection: &mut PgConnection,
    mut at: Checkpoint,
) -> Result<Checkpoint, RebuildError> {
    loop {
        let page = read_log(&mut *connection, at.position, PAGE_EVENTS).await?;
        if page.is_empty() {
            return Ok(at);
        }
        let events: Vec<_> = LogEvent::numbered_after(at.log_number, page).collect();
        at = apply(projector, connection, at, &events).await?;
        // Under load there are always new events: less than a page is close enough.
        if events.len() < PAGE_EVENTS as usize {
            return Ok(at);
        }
    }
}

/// Blocks the live projector until the end of the transaction.
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

/// Replaces the checkpoint and the parked events. The rebuild has read everything that the live
/// projector has read; if the live one counted more events, the rebuild is right.
async fn set_live(
    connection: &mut PgConnection,
    shadow: &ShadowTables,
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

/// The last migration, which determines the definition of the tables.
pub(super) async fn version(connection: &mut PgConnection) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query("SELECT max(version) FROM _sqlx_migrations").fetch_one(connection).await?.try_get(0)
}

fn is_lock_not_available(error: &RebuildError) -> bool {
    let RebuildError::Apply(crate::ApplyError::Database(sqlx::Error::Database(error))) = error else { return false };
    // 55P03: the lock timeout. 40P01: a deadlock was detected earlier.
    matches!(error.code().as_deref(), Some("55P03" | "40P01"))
}
