//! The connection to Postgres. The pool of sqlx is private to this type.

use std::fmt;
use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow};
use sqlx::query::Query;
use sqlx::{ConnectOptions, PgConnection, Postgres};

use crate::error::{StoreError, is_lost_connection};
use crate::pool::Pool;
use crate::pooler::{ACQUIRE_TIMEOUT, limit_statements, require_sessions};
use crate::server::{DatabaseOptions, ServerError, max_connections, require_suitable};
use crate::state::{Commits, EnteredEpoch, HiddenAppends};

#[derive(Clone)]
pub struct Database {
    pool: Pool,
    connect_options: PgConnectOptions,
    statement_timeout: Duration,
    epoch: EnteredEpoch,
    commits: Commits,
    hidden_appends: HiddenAppends,
}

impl fmt::Debug for Database {
    /// Without the options of connections, which contain the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database").field("pool", &self.pool).finish_non_exhaustive()
    }
}

impl Database {
    /// Connects and checks the server.
    ///
    /// # Errors
    /// The source is a [`PoolerError`](crate::PoolerError) if a connection pooler shares sessions, and a
    /// [`ServerError`] if an option or the server is not suitable.
    pub async fn connect(options: &DatabaseOptions) -> Result<Self, StoreError> {
        let connect_options = options.parse().map_err(ServerError::refused)?.application_name("causerie");
        let failed = |source| StoreError::postgres("connecting to Postgres", source);
        require_sessions(&connect_options).await.map_err(failed)?;
        let limit = response_limit(options.statement_timeout);
        let statement_timeout = options.statement_timeout;
        let pool = Pool::connect(connect_options.clone(), options.max_connections, limit, Some(statement_timeout));
        let pool = pool.await.map_err(failed)?;
        require_suitable(&pool).await?;
        let (epoch, commits) = (EnteredEpoch::default(), Commits::default());
        let hidden_appends = HiddenAppends::default();
        Ok(Self { pool, connect_options, statement_timeout, epoch, commits, hidden_appends })
    }

    /// Whether Postgres responds and accepts writes. False for a standby, a read-only server, and
    /// one whose commits wait for an unreachable standby.
    pub async fn accepts_writes(&self) -> Result<bool, StoreError> {
        if self.commits.are_stalled() {
            return Ok(false);
        }
        sqlx::query_scalar("SELECT NOT (pg_is_in_recovery() OR current_setting('transaction_read_only')::bool)")
            .fetch_one(&self.pool)
            .await
            .map_err(|source| StoreError::postgres("checking whether Postgres accepts writes", source))
    }

    /// Rejects a standby and a read-only server.
    pub async fn require_writable(&self) -> Result<(), StoreError> {
        if self.accepts_writes().await? { Ok(()) } else { Err(ServerError::ReadOnly.refused()) }
    }

    /// The number of connections that the server accepts from roles that are not superusers.
    pub async fn max_connections(&self) -> Result<u32, StoreError> {
        max_connections(&self.pool).await
    }

    pub(crate) const fn commits(&self) -> &Commits {
        &self.commits
    }

    pub(crate) const fn hidden_appends(&self) -> &HiddenAppends {
        &self.hidden_appends
    }

    /// Open connections of the pool, and how many of them are idle.
    #[must_use]
    pub fn connections(&self) -> (usize, usize) {
        (usize::try_from(self.pool.size()).unwrap_or(usize::MAX), self.pool.num_idle())
    }

    /// For single statements, each of which has a time limit.
    #[must_use]
    pub const fn pool(&self) -> &Pool {
        &self.pool
    }

    pub(crate) const fn entered_epoch(&self) -> &EnteredEpoch {
        &self.epoch
    }

    /// Runs a read on a pooled connection, and retries once if the connection is dead: after a
    /// restart of Postgres all are. After the first failure the pool tests the connections that
    /// were idle.
    pub(crate) async fn read<'q>(
        &self,
        query: impl Fn() -> Query<'q, Postgres, PgArguments>,
    ) -> Result<Vec<PgRow>, sqlx::Error> {
        match query().fetch_all(&self.pool).await {
            Err(error) if is_lost_connection(&error) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "pooled connection was dead; reading again");
                query().fetch_all(&self.pool).await
            }
            done => done,
        }
    }

    /// A connection outside the pool: for session locks and long-lived loops, which must not
    /// compete with requests.
    pub async fn connection(&self) -> Result<PgConnection, StoreError> {
        let connecting = tokio::time::timeout(ACQUIRE_TIMEOUT, async {
            let mut connection = self.connect_options.connect().await?;
            limit_statements(&mut connection, self.statement_timeout).await?;
            Ok(connection)
        });
        connecting
            .await
            .map_err(|elapsed| StoreError::unavailable("connecting to Postgres", elapsed))?
            .map_err(|source| StoreError::postgres("connecting to Postgres", source))
    }

    /// How long to wait for the response to a statement. Postgres ends the statement earlier,
    /// unless it is frozen or disconnected.
    #[must_use]
    pub fn response_limit(&self) -> Duration {
        response_limit(self.statement_timeout)
    }

    /// Limits statements on a connection outside the pool to [`Self::response_limit`]. The caller
    /// drops the connection after an error, because a late response may still arrive on it.
    pub async fn within_response_limit<T>(
        &self,
        action: &'static str,
        statements: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let limited = tokio::time::timeout(self.response_limit(), statements);
        limited.await.unwrap_or_else(|late| Err(StoreError::unavailable(action, late)))
    }
}

fn response_limit(statement_timeout: Duration) -> Duration {
    statement_timeout + Duration::from_secs(1)
}
