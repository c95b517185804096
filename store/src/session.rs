//! The session behind a connection, as other connections can look for it.

use std::time::Duration;

use sqlx::{PgConnection, Postgres, Row};

use crate::database::Database;
use crate::error::StoreError;
use crate::pool::Pool;

const POLL: Duration = Duration::from_secs(1);

/// A server process and when it started: process ids are reused, and another server has others.
#[derive(Debug, Clone)]
pub struct Session {
    process: i32,
    started: String,
}

impl Session {
    /// That of a connection.
    pub async fn of(
        database: &Database,
        action: &'static str,
        connection: &mut PgConnection,
    ) -> Result<Self, StoreError> {
        let failed = |source| StoreError::postgres(action, source);
        let asking = sqlx::query("SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()")
            .fetch_one(connection);
        let row = database.answered(action, async { asking.await.map_err(failed) }).await?;
        Ok(Self { process: row.try_get(0).map_err(failed)?, started: row.try_get(1).map_err(failed)? })
    }

    /// The process id.
    #[must_use]
    pub const fn process(&self) -> i32 {
        self.process
    }

    /// Returns when another connection reaches a server without this session. First asks after `patience`, then each second.
    /// While no server answers, nothing is known and this goes on.
    async fn gone(&self, pool: &Pool, patience: Duration) {
        tokio::time::sleep(patience).await;
        while !matches!(self.exists(pool).await, Ok(false)) {
            tokio::time::sleep(POLL).await;
        }
    }

    /// Does work on the session's connection that may take long, for as long as the session exists. A server that does not
    /// answer any more looks like one that is at work: so the server that answers other connections is asked.
    pub async fn run<T>(
        &self,
        database: &Database,
        action: &'static str,
        work: impl Future<Output = T>,
    ) -> Result<T, StoreError> {
        tokio::select! {
            done = work => Ok(done),
            () = self.gone(database.pool(), database.answer_limit()) => {
                Err(StoreError::unavailable(action, "the session that did the work does not exist any more"))
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

    /// Whether the session has committed and waits until a synchronous standby has what it wrote. To end or cancel it now
    /// would show to all what no standby has.
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
