//! Bringing the schema up to date, beside processes of the version before and after.

use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::{Executor, PgConnection, Row};
use tokio::time::{Instant, sleep, timeout};

use crate::database::Database;
use crate::error::{StoreError, StoreErrorKind};

/// How long a process waits for another one that migrates, and how long its own migrations may take.
const LIMIT: Duration = Duration::from_hours(1);
const ASK: Duration = Duration::from_millis(200);
const ACTION: &str = "migrating the database";

/// The schema is not one that this binary works with.
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

/// The schema is not there yet, or not complete.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the schema of the database is not up to date ({0} migrations are missing); run `causerie migrate` first")]
pub struct SchemaMissing(usize);

/// Without sqlx' own lock: it is waited for within a statement, whose snapshot an index that is built concurrently by the
/// process at work would wait for in turn. Migrations that are not known are of a newer version, see [`Database::migrate`].
fn migrations() -> Migrator {
    let mut migrations = sqlx::migrate!("../migrations");
    migrations.set_ignore_missing(true);
    migrations.set_locking(false);
    migrations
}

impl Database {
    /// Brings the schema up to date. Safe to call from several processes at once, and needs no right to create anything
    /// where nothing is to be done. A newer schema is left as it is, and refused unless it says that this version may work on
    /// it.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        let migrations = migrations();
        let mut connection = self.connection().await?;
        if self.answered(ACTION, pending(&mut connection, &migrations)).await? == 0 {
            return Ok(());
        }
        self.lock(&mut connection).await?;
        // Building an index takes longer than any other statement may.
        let migrate = async {
            connection.execute("SET statement_timeout = 0").await.map_err(failed)?;
            let run = migrations.run(&mut connection).await;
            run.map_err(|source| StoreError::new(StoreErrorKind::Refused, ACTION, source))
        };
        timeout(LIMIT, migrate).await.unwrap_or_else(|late| Err(StoreError::unavailable(ACTION, late)))
    }

    /// How many migrations are to be applied. Refuses a schema that is too new.
    pub async fn pending_migrations(&self) -> Result<usize, StoreError> {
        let mut connection = self.connection().await?;
        self.answered("reading the schema", pending(&mut connection, &migrations())).await
    }

    /// Refuses a database whose schema is not up to date: for commands that do not migrate.
    pub async fn require_schema(&self) -> Result<(), StoreError> {
        match self.pending_migrations().await? {
            0 => Ok(()),
            missing => Err(StoreError::new(StoreErrorKind::Refused, "reading the schema", SchemaMissing(missing))),
        }
    }

    /// The lock ends with the connection.
    async fn lock(&self, connection: &mut PgConnection) -> Result<(), StoreError> {
        let deadline = Instant::now() + LIMIT;
        loop {
            let asking = async {
                let row = connection.fetch_one("SELECT pg_try_advisory_lock(7305, 1)").await;
                row.and_then(|row| row.try_get(0)).map_err(failed)
            };
            if self.answered(ACTION, asking).await? {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(StoreError::unavailable(ACTION, "another process has been migrating for an hour"));
            }
            sleep(ASK).await;
        }
    }
}

/// How many migrations are to be applied.
async fn pending(connection: &mut PgConnection, migrations: &Migrator) -> Result<usize, StoreError> {
    let exists = |table: &'static str| sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(table);
    let exists_already: bool = exists("_sqlx_migrations").fetch_one(&mut *connection).await.map_err(failed)?;
    if !exists_already {
        return Ok(migrations.iter().count());
    }
    let applied: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
        .fetch_all(&mut *connection)
        .await
        .map_err(failed)?;
    let known = migrations.iter().map(|migration| migration.version).max().unwrap_or_default();
    let found = applied.iter().copied().max().unwrap_or_default();
    if found > known {
        let says: bool = exists("schema_support").fetch_one(&mut *connection).await.map_err(failed)?;
        let oldest = if says {
            sqlx::query_scalar("SELECT oldest_binary FROM schema_support")
                .fetch_one(connection)
                .await
                .map_err(failed)?
        } else {
            found
        };
        if known < oldest {
            return Err(StoreError::new(StoreErrorKind::Refused, ACTION, SchemaTooNew { found, oldest, known }));
        }
    }
    Ok(migrations.iter().filter(|migration| !applied.contains(&migration.version)).count())
}

fn failed(source: sqlx::Error) -> StoreError {
    StoreError::postgres(ACTION, source)
}
