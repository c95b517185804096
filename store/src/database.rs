//! The connection to Postgres. sqlx' pool stays behind this type.

use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions, PgRow};
use sqlx::query::Query;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, Postgres, Row};

use crate::epoch::EnteredEpoch;
use crate::error::{StoreError, StoreErrorKind, is_lost_connection};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// How to reach Postgres.
#[derive(Debug, Clone)]
pub struct DatabaseOptions {
    /// `postgres://user:password@host:port/database`.
    pub url: String,
    /// The most connections of this process.
    pub max_connections: u32,
    /// How long a statement may take before Postgres cancels it.
    pub statement_timeout: Duration,
}

/// How long a request waits for a free connection before it is told that the service is busy.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);

/// The database that holds the log and the read models.
#[derive(Debug, Clone)]
pub struct Database {
    pool: PgPool,
    connect_options: PgConnectOptions,
    statement_timeout: Duration,
    epoch: EnteredEpoch,
}

impl Database {
    /// Connects. Fails when Postgres cannot be reached.
    pub async fn connect(options: &DatabaseOptions) -> Result<Self, StoreError> {
        let connect_options = PgConnectOptions::from_str(&options.url)
            .map_err(|source| StoreError::new(StoreErrorKind::Refused, "reading the database URL", source))?
            .application_name("causerie")
            .options([("statement_timeout", options.statement_timeout.as_millis().to_string())]);
        let pool = PgPoolOptions::new()
            .max_connections(options.max_connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A ping before each acquire would add a round trip to every command.
            .test_before_acquire(false)
            .after_release(|connection, _| Box::pin(roll_back_what_was_left_open(connection)))
            .connect_with(connect_options.clone())
            .await
            .map_err(|source| StoreError::postgres("connecting to Postgres", source))?;
        Ok(Self { pool, connect_options, statement_timeout: options.statement_timeout, epoch: EnteredEpoch::default() })
    }

    /// Brings the schema up to date. Safe to call from several processes at once.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        MIGRATIONS
            .run(&self.pool)
            .await
            .map_err(|source| StoreError::new(StoreErrorKind::Refused, "migrating the database", source))
    }

    /// Whether Postgres answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1")
            .execute(&self.pool)
            .await
            .map(|_| ())
            .map_err(|source| StoreError::postgres("asking Postgres", source))
    }

    /// How many connections the pool has open, and how many of them are idle.
    #[must_use]
    pub fn connections(&self) -> (usize, usize) {
        (usize::try_from(self.pool.size()).unwrap_or(usize::MAX), self.pool.num_idle())
    }

    /// The pool, for single statements.
    #[must_use]
    pub const fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub(crate) const fn entered_epoch(&self) -> &EnteredEpoch {
        &self.epoch
    }

    /// Runs a read on a pooled connection, and once more on one that answers if that connection turns out to be dead: after a
    /// restart of Postgres all of them are, and none is tested before use.
    pub(crate) async fn read<'q>(
        &self,
        query: impl Fn() -> Query<'q, Postgres, PgArguments>,
    ) -> Result<Vec<PgRow>, sqlx::Error> {
        match query().fetch_all(&self.pool).await {
            Err(error) if is_lost_connection(&error) => {
                tracing::debug!(
                    error = &error as &dyn std::error::Error,
                    "a pooled connection was dead; reading again"
                );
                query().fetch_all(&mut *self.living_connection().await?).await
            }
            done => done,
        }
    }

    /// A pooled connection that has just answered. The dead ones met on the way leave the pool; there can be no more of them
    /// than the pool is large.
    async fn living_connection(&self) -> Result<PoolConnection<Postgres>, sqlx::Error> {
        for _ in 0..self.pool.options().get_max_connections() {
            let mut connection = self.pool.acquire().await?;
            if connection.ping().await.is_ok() {
                return Ok(connection);
            }
            drop(connection.detach());
        }
        self.pool.acquire().await
    }

    /// A connection outside the pool: for session locks and for long-lived loops, which must not be starved by requests
    /// nor starve them.
    pub async fn connection(&self) -> Result<PgConnection, StoreError> {
        let connecting = tokio::time::timeout(ACQUIRE_TIMEOUT, self.connect_options.connect());
        connecting
            .await
            .map_err(|elapsed| StoreError::unavailable("connecting to Postgres", elapsed))?
            .map_err(|source| StoreError::postgres("connecting to Postgres", source))
    }

    /// How long to wait for the answer to a statement: Postgres itself ends it before that, unless it is frozen or cut off.
    #[must_use]
    pub fn answer_limit(&self) -> Duration {
        self.statement_timeout + Duration::from_secs(1)
    }
}

/// A future that is dropped between BEGIN and COMMIT would leave its transaction open in the pool, and what the next
/// request writes would be acknowledged and lost. Inside a transaction `now()` is older than the statement; a plain
/// ROLLBACK each time would fill the server's log with warnings. Runs off the request's path.
async fn roll_back_what_was_left_open(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    // As a simple query: in the extended protocol a statement starts later than its own transaction.
    let row = connection.fetch_one("SELECT now() <> statement_timestamp() AS open").await?;
    if row.try_get("open")? {
        tracing::warn!("a connection came back with an open transaction; rolled back");
        connection.execute("ROLLBACK").await?;
    }
    Ok(true)
}
