//! The connection to Postgres. sqlx' pool stays behind this type.

use std::time::Duration;

use sqlx::postgres::{PgArguments, PgConnectOptions, PgRow};
use sqlx::query::Query;
use sqlx::{ConnectOptions, PgConnection, Postgres};

use crate::error::{StoreError, is_lost_connection};
use crate::pool::Pool;
use crate::pooler::{ACQUIRE_TIMEOUT, limit_statements, require_sessions};
use crate::server::{DatabaseOptions, ServerError, max_connections, require_suitable};
use crate::state::{Commits, EnteredEpoch, HiddenAppends};

/// The database that holds the log and the read models.
#[derive(Debug, Clone)]
pub struct Database {
    pool: Pool,
    connect_options: PgConnectOptions,
    statement_timeout: Duration,
    epoch: EnteredEpoch,
    commits: Commits,
    hidden_appends: HiddenAppends,
}

impl Database {
    /// Connects. Fails when Postgres cannot be reached; with a [`PoolerError`](crate::PoolerError) as its source where a
    /// connection pooler on the way shares sessions, and with a [`ServerError`] where a value or the server is not suitable.
    pub async fn connect(options: &DatabaseOptions) -> Result<Self, StoreError> {
        let connect_options = options.parse().map_err(ServerError::refused)?.application_name("causerie");
        let failed = |source| StoreError::postgres("connecting to Postgres", source);
        require_sessions(&connect_options).await.map_err(failed)?;
        let limit = answer_limit(options.statement_timeout);
        let statement_timeout = options.statement_timeout;
        let pool = Pool::connect(connect_options.clone(), options.max_connections, limit, Some(statement_timeout));
        let pool = pool.await.map_err(failed)?;
        require_suitable(&pool).await?;
        let (epoch, commits) = (EnteredEpoch::default(), Commits::default());
        let hidden_appends = HiddenAppends::default();
        Ok(Self { pool, connect_options, statement_timeout, epoch, commits, hidden_appends })
    }

    /// Whether Postgres answers and takes writes. Not so a standby, a server set to read-only, and one whose commits wait
    /// for a standby that is away.
    pub async fn accepts_writes(&self) -> Result<bool, StoreError> {
        if self.commits.are_stalled() {
            return Ok(false);
        }
        sqlx::query_scalar("SELECT NOT (pg_is_in_recovery() OR current_setting('transaction_read_only')::bool)")
            .fetch_one(&self.pool)
            .await
            .map_err(|source| StoreError::postgres("asking Postgres whether it takes writes", source))
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

    /// How many connections the pool has open, and how many of them are idle.
    #[must_use]
    pub fn connections(&self) -> (usize, usize) {
        (usize::try_from(self.pool.size()).unwrap_or(usize::MAX), self.pool.num_idle())
    }

    /// The pool, for single statements, each of which has a time limit.
    #[must_use]
    pub const fn pool(&self) -> &Pool {
        &self.pool
    }

    pub(crate) const fn entered_epoch(&self) -> &EnteredEpoch {
        &self.epoch
    }

    /// Runs a read on a pooled connection, and once more if that connection turns out to be dead: after a restart of Postgres
    /// all of them are. From the first failure on the pool tests those that were idle by then.
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
                query().fetch_all(&self.pool).await
            }
            done => done,
        }
    }

    /// A connection outside the pool: for session locks and for long-lived loops, which must not be starved by requests
    /// nor starve them.
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

    /// How long to wait for the answer to a statement: Postgres itself ends it before that, unless it is frozen or cut off.
    #[must_use]
    pub fn answer_limit(&self) -> Duration {
        answer_limit(self.statement_timeout)
    }

    /// Runs statements on a connection outside the pool that must be answered within [`Self::answer_limit`]. Drop the
    /// connection after an error: a late response may still come on it.
    pub async fn answered<T>(
        &self,
        action: &'static str,
        statements: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let answered = tokio::time::timeout(self.answer_limit(), statements);
        answered.await.unwrap_or_else(|late| Err(StoreError::unavailable(action, late)))
    }
}

fn answer_limit(statement_timeout: Duration) -> Duration {
    statement_timeout + Duration::from_secs(1)
}
