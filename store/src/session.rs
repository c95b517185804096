//! The session of a connection, which other connections can look up.

use std::time::Duration;

use sqlx::{PgConnection, Postgres, Row};

use crate::database::Database;
use crate::error::StoreError;
use crate::pool::Pool;

const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// A server process and when it started: process ids are reused, and another server has others.
#[derive(Debug, Clone)]
pub struct Session {
    process: i32,
    started: String,
}

impl Session {
    pub async fn of(
        database: &Database,
        action: &'static str,
        connection: &mut PgConnection,
    ) -> Result<Self, StoreError> {
        let failed = |source| StoreError::postgres(action, source);
        let asking = sqlx::query("SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()")
            .fetch_one(connection);
        let row = database.within_response_limit(action, async { asking.await.map_err(failed) }).await?;
        Ok(Self { process: row.try_get(0).map_err(failed)?, started: row.try_get(1).map_err(failed)? })
    }

    #[must_use]
    pub const fn process(&self) -> i32 {
        self.process
    }

    /// Returns when another connection reaches a server without this session. Checks first after
    /// `delay`, then every second. Continues while no server responds.
    async fn gone(&self, pool: &Pool, delay: Duration) {
        tokio::time::sleep(delay).await;
        while !matches!(self.exists(pool).await, Ok(false)) {
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Runs long work on the connection while the session exists. A server that no longer responds
    /// cannot be distinguished from a busy one, so the session is looked up through other
    /// connections.
    pub async fn run<T>(
        &self,
        database: &Database,
        action: &'static str,
        work: impl Future<Output = T>,
    ) -> Result<T, StoreError> {
        tokio::select! {
            done = work => Ok(done),
            () = self.gone(database.pool(), database.response_limit()) => {
                Err(StoreError::unavailable(action, "the session that did the work no longer exists"))
            }
        }
    }

    async fn exists(&self, pool: &Pool) -> Result<bool, sqlx::Error> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = $1 AND backend_start = $2::timestamptz)",
        )
        .bind(self.process)
        .bind(&self.started)
        .fetch_one(pool)
        .await
    }

    /// Whether the session has committed and waits for a synchronous standby. Ending it now would
    /// make visible what no standby has.
    pub(crate) async fn waits_for_standby(
        &self,
        executor: impl sqlx::Executor<'_, Database = Postgres>,
    ) -> Result<bool, sqlx::Error> {
        let waits = "SELECT wait_event IS NOT DISTINCT FROM 'SyncRep' FROM pg_stat_activity
                      WHERE pid = $1 AND backend_start = $2::timestamptz";
        let found: Option<bool> =
            sqlx::query_scalar(waits).bind(self.process).bind(&self.started).fetch_optional(executor).await?;
        Ok(found.unwrap_or(false))
    }
}
