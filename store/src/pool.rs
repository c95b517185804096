//! The pool of connections, with a time limit on every call.
//!
//! A frozen or disconnected server neither responds nor closes connections, and sqlx offers neither
//! keepalive nor `TCP_USER_TIMEOUT`: without a limit a call would wait until the kernel gives up,
//! or without end. So each call through [`Pool`] ends after the limit, and its connection is closed
//! instead of returned. Other idle connections may lead to the same server: those that were idle at
//! that moment are tested before their next use, so that one failover costs one limit and not one
//! for each connection.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use sqlx::pool::{PoolConnection, PoolConnectionMetadata};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{Either, Execute, Executor, PgConnection, Postgres, Row};
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout};

use crate::error::{is_lost_connection, is_read_only, no_response};
use crate::pooler::{ACQUIRE_TIMEOUT, limit_statements};

/// For an idle connection that may be dead. Short enough to open another one within
/// [`ACQUIRE_TIMEOUT`].
const TEST_TIMEOUT: Duration = Duration::from_secs(1);
/// For a connection that is returned to the pool.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(5);

/// Connections to Postgres. Each call uses one, and ends after the limit. Clones share the pool.
#[derive(Debug, Clone)]
pub struct Pool {
    connections: PgPool,
    limit: Duration,
    suspicion: Suspicion,
}

impl Pool {
    /// Each call ends within `limit`, or fails like a lost connection. Postgres ends a statement
    /// after `statement_timeout`.
    pub async fn connect(
        options: PgConnectOptions,
        max_connections: u32,
        limit: Duration,
        statement_timeout: Option<Duration>,
    ) -> Result<Self, sqlx::Error> {
        let suspicion = Suspicion::default();
        let suspected = suspicion.clone();
        let connections = PgPoolOptions::new()
            .max_connections(max_connections)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A ping before each acquire would add a round trip to every command.
            .test_before_acquire(false)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    let Some(limit) = statement_timeout else { return Ok(()) };
                    timeout(ACQUIRE_TIMEOUT, limit_statements(connection, limit))
                        .await
                        .map_err(|_| no_response(ACQUIRE_TIMEOUT))?
                })
            })
            .before_acquire(move |connection, idle| {
                let doubtful = suspected.holds_for(&idle);
                Box::pin(async move { if doubtful { test(connection).await } else { Ok(true) } })
            })
            .after_release(|connection, _| Box::pin(is_clean(connection)))
            .connect_with(options)
            .await?;
        Ok(Self { connections, limit, suspicion })
    }

    /// A connection for more than one statement. The caller limits each of them.
    pub async fn acquire(&self) -> Result<Lease, sqlx::Error> {
        Ok(Lease { connection: Some(self.connections.acquire().await?), suspicion: self.suspicion.clone() })
    }

    /// Closes all connections, and waits for those in use.
    pub async fn close(&self) {
        self.connections.close().await;
    }

    /// Open connections.
    #[must_use]
    pub fn size(&self) -> u32 {
        self.connections.size()
    }

    #[must_use]
    pub fn num_idle(&self) -> usize {
        self.connections.num_idle()
    }

    #[must_use]
    pub fn max_connections(&self) -> u32 {
        self.connections.options().get_max_connections()
    }

    /// The result of a call, or an error after the limit. Closes the connection after the limit,
    /// and if it is lost or cannot write.
    fn settle<T>(&self, lease: Lease, called: Result<Result<T, sqlx::Error>, Elapsed>) -> Result<T, sqlx::Error> {
        let result = called.unwrap_or_else(|_| Err(no_response(self.limit)));
        if let Err(error) = &result
            && (is_lost_connection(error) || is_read_only(error))
        {
            self.suspicion.raise();
            lease.discard();
        }
        result
    }
}

impl<'p> Executor<'p> for &'p Pool {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Either<PgQueryResult, PgRow>, sqlx::Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let fetched = async move {
            let mut lease = self.acquire().await?;
            let all = timeout(self.limit, lease.connection()?.fetch_many(query).try_collect::<Vec<_>>()).await;
            self.settle(lease, all)
        };
        stream::once(fetched).map_ok(|all| stream::iter(all.into_iter().map(Ok))).try_flatten().boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, sqlx::Error>>
    where
        'p: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        Box::pin(async move {
            let mut lease = self.acquire().await?;
            let row = timeout(self.limit, lease.connection()?.fetch_optional(query)).await;
            self.settle(lease, row)
        })
    }

    fn prepare_with<'e, 'q: 'e>(
        self,
        sql: &'q str,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement<'q>, sqlx::Error>>
    where
        'p: 'e,
    {
        Box::pin(async move {
            let mut lease = self.acquire().await?;
            let statement = timeout(self.limit, lease.connection()?.prepare_with(sql, parameters)).await;
            self.settle(lease, statement)
        })
    }

    fn describe<'e, 'q: 'e>(self, sql: &'q str) -> BoxFuture<'e, Result<sqlx::Describe<Postgres>, sqlx::Error>>
    where
        'p: 'e,
    {
        Box::pin(async move {
            let mut lease = self.acquire().await?;
            let description = timeout(self.limit, lease.connection()?.describe(sql)).await;
            self.settle(lease, description)
        })
    }
}

/// A connection of the pool, which is returned when dropped, within a limit.
#[derive(Debug)]
pub struct Lease {
    connection: Option<PoolConnection<Postgres>>,
    suspicion: Suspicion,
}

impl Lease {
    pub fn connection(&mut self) -> Result<&mut PgConnection, sqlx::Error> {
        self.connection.as_deref_mut().ok_or(sqlx::Error::PoolClosed)
    }

    /// Closes the connection instead of returning it.
    pub fn discard(mut self) {
        if let Some(connection) = self.connection.take() {
            drop(connection.detach());
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take() else { return };
        // sqlx does the same when a connection is dropped, without a limit.
        let returned = connection.return_to_pool();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let suspicion = self.suspicion.clone();
            runtime.spawn(async move {
                if timeout(RELEASE_TIMEOUT, returned).await.is_err() {
                    suspicion.raise();
                }
            });
        }
    }
}

/// When a connection last led to a server that did not respond.
#[derive(Debug, Clone)]
struct Suspicion {
    started: Instant,
    /// Milliseconds after `started`; 0 is never.
    raised: Arc<AtomicU64>,
}

impl Default for Suspicion {
    fn default() -> Self {
        Self { started: Instant::now(), raised: Arc::default() }
    }
}

impl Suspicion {
    fn raise(&self) {
        self.raised.fetch_max(self.now().max(1), Ordering::Relaxed);
    }

    /// Whether the connection has been idle since before the suspicion.
    fn holds_for(&self, connection: &PoolConnectionMetadata) -> bool {
        let idle_since = self.now().saturating_sub(u64::try_from(connection.idle_for.as_millis()).unwrap_or(u64::MAX));
        idle_since <= self.raised.load(Ordering::Relaxed)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// An error closes the connection without a message, which a dead one would not accept.
async fn test(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let tested = timeout(TEST_TIMEOUT, is_clean(connection)).await;
    if tested.unwrap_or_else(|_| Err(no_response(TEST_TIMEOUT)))? { Ok(true) } else { Err(sqlx::Error::PoolClosed) }
}

/// Whether a returned connection may be used again: not if its server has become read-only.
///
/// A future that is dropped between BEGIN and COMMIT would leave its transaction open in the pool,
/// and the writes of the next request would be acknowledged and lost. Inside a transaction `now()`
/// is older than the statement; a plain ROLLBACK each time would fill the log of the server with
/// warnings. Runs after the request.
async fn is_clean(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    // As a simple query: in the extended protocol a statement starts later than its own
    // transaction.
    let row = connection.fetch_one(CONNECTION_STATE).await?;
    if row.try_get("open")? {
        tracing::warn!("returned connection had an open transaction; rolled it back");
        connection.execute("ROLLBACK").await?;
    }
    Ok(!row.try_get::<bool, _>("read_only")?)
}

const CONNECTION_STATE: &str = "SELECT now() <> statement_timestamp() AS open,
    pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool AS read_only";
