//! Migrates the schema while processes of the previous and the next version run.

use std::collections::BTreeMap;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::{Executor, PgConnection, Row};
use tokio::time::{Instant, sleep, timeout};

use crate::database::Database;
use crate::error::{StoreError, StoreErrorKind};

/// For another process that migrates, and for the migrations of this one.
const MIGRATION_TIMEOUT: Duration = Duration::from_hours(1);
const LOCK_RETRY_INTERVAL: Duration = Duration::from_millis(200);
const ACTION: &str = "migrating the database";

/// The migrations of this schema continue beyond those that this binary supports.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the database is at schema {found}, which needs a version of Causerie that knows schema {oldest}; this one knows \
     schema {known}: start the newer version"
)]
pub struct SchemaTooNew {
    found: i64,
    oldest: i64,
    known: i64,
}

/// The applied migrations have other content than those of this binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "migration {0} of this database differs from that of this version of Causerie, because an unreleased version \
     created the database: create a new one, run `causerie migrate` on it and copy the log into it (docs/operations.md), \
     or delete the data folder of `causerie dev`"
)]
pub struct SchemaDiffers(i64);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the schema of the database is not up to date ({0} migrations are missing); run `causerie migrate` first")]
pub struct SchemaMissing(usize);

/// Without the lock of sqlx: its session waits for it within a statement, and an index that the
/// process with the lock builds concurrently would wait for the snapshot of that statement. Unknown
/// migrations are those of a newer version, see [`Database::migrate`].
fn migrations() -> Migrator {
    let mut migrations = sqlx::migrate!("../migrations");
    migrations.set_ignore_missing(true);
    migrations.set_locking(false);
    migrations
}

impl Database {
    /// Applies missing migrations. Safe to call from several processes at once, and needs no right to create
    /// anything if none is missing. If the schema of the read models is missing, its migrations are applied
    /// again.
    ///
    /// # Errors
    /// [`StoreErrorKind::Refused`] if the schema is newer and does not support this version.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let migrations = migrations();
        let mut connection = self.connection().await?;
        if self.within_response_limit(ACTION, pending(&mut connection, &migrations)).await? == 0 {
            return Ok(());
        }
        self.lock(&mut connection).await?;
        // Building an index takes longer than any other statement may.
        let migrate = async {
            connection.execute("SET statement_timeout = 0").await.map_err(failed)?;
            connection.execute(FORGET_DROPPED_READ_MODELS).await.map_err(failed)?;
            let run = migrations.run(&mut connection).await;
            run.map_err(|source| StoreError::new(StoreErrorKind::Refused, ACTION, source))
        };
        timeout(MIGRATION_TIMEOUT, migrate).await.unwrap_or_else(|late| Err(StoreError::unavailable(ACTION, late)))
    }

    /// Counts the migrations to be applied. Rejects a schema that is too new.
    pub async fn pending_migrations(&self) -> Result<usize, StoreError> {
        let mut connection = self.connection().await?;
        self.within_response_limit("reading the schema", pending(&mut connection, &migrations())).await
    }

    /// Rejects a database with missing migrations: for commands that do not migrate.
    pub async fn require_schema(&self) -> Result<(), StoreError> {
        match self.pending_migrations().await? {
            0 => Ok(()),
            missing => Err(StoreError::new(StoreErrorKind::Refused, "reading the schema", SchemaMissing(missing))),
        }
    }

    /// The lock ends with the connection.
    async fn lock(&self, connection: &mut PgConnection) -> Result<(), StoreError> {
        let deadline = Instant::now() + MIGRATION_TIMEOUT;
        loop {
            let asking = async {
                let row = connection.fetch_one("SELECT pg_try_advisory_lock(7305, 1)").await;
                row.and_then(|row| row.try_get(0)).map_err(failed)
            };
            if self.within_response_limit(ACTION, asking).await? {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(StoreError::unavailable(ACTION, "another process has been migrating for an hour"));
            }
            sleep(LOCK_RETRY_INTERVAL).await;
        }
    }
}

async fn pending(connection: &mut PgConnection, migrations: &Migrator) -> Result<usize, StoreError> {
    let exists = |table: &'static str| sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(table);
    let exists_already: bool = exists("_sqlx_migrations").fetch_one(&mut *connection).await.map_err(failed)?;
    if !exists_already {
        return Ok(migrations.iter().count());
    }
    let applied: Vec<(i64, Vec<u8>)> = sqlx::query_as(APPLIED).fetch_all(&mut *connection).await.map_err(failed)?;
    let applied: BTreeMap<i64, Vec<u8>> = applied.into_iter().collect();
    for migration in migrations.iter() {
        if applied.get(&migration.version).is_some_and(|checksum| **checksum != *migration.checksum) {
            return Err(StoreError::new(StoreErrorKind::Refused, ACTION, SchemaDiffers(migration.version)));
        }
    }
    let known = migrations.iter().map(|migration| migration.version).max().unwrap_or_default();
    let found = applied.last_key_value().map_or(0, |(version, _)| *version);
    if found > known {
        let oldest = sqlx::query_scalar("SELECT oldest_binary FROM schema_support")
            .fetch_one(connection)
            .await
            .map_err(failed)?;
        if known < oldest {
            return Err(StoreError::new(StoreErrorKind::Refused, ACTION, SchemaTooNew { found, oldest, known }));
        }
    }
    Ok(migrations.iter().filter(|migration| !applied.contains_key(&migration.version)).count())
}

/// Migrations of read models have a description that begins with "read models"
/// (migrations/README.md). They count as missing if the schema does not exist: a dump may leave it
/// out.
const APPLIED: &str = "SELECT version, checksum FROM _sqlx_migrations
  WHERE success AND (to_regnamespace('read_models') IS NOT NULL OR description NOT LIKE 'read models%')";
const FORGET_DROPPED_READ_MODELS: &str = "DO $$ BEGIN
  IF to_regclass('_sqlx_migrations') IS NOT NULL AND to_regnamespace('read_models') IS NULL THEN
    DELETE FROM _sqlx_migrations WHERE description LIKE 'read models%';
  END IF;
END $$";

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::postgres(ACTION, source)
}
