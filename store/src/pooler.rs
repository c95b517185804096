//! Checks that each connection has a session of its own.
//!
//! A connection pooler in transaction mode runs each transaction in another session. Leases are
//! session locks, and projectors change settings of their session: two relays would lead at once,
//! and `synchronous_commit = off` would reach sessions that acknowledge messages. So before
//! anything is set or locked, two connections compare which server process serves them.

use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, Row};
use tokio::time::{Instant, sleep, timeout};

use crate::error::{PoolerError, no_response};

/// How long a request waits for a free connection before it fails as unavailable.
pub(crate) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(2);
const RETRY_DELAY: Duration = Duration::from_millis(100);
/// Poolers assign the session that was used last, or one after the other, so one comparison is not
/// enough.
const COMPARISON_ROUNDS: usize = 5;

/// Fails where connections share sessions, and where Postgres cannot be reached.
pub(crate) async fn require_sessions(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let mut one = connect(options).await?;
    // A pooler in session mode whose sessions are all in use does not respond: then the first
    // session is exclusive.
    let Ok(Ok(mut two)) = timeout(ACQUIRE_TIMEOUT, options.connect()).await else { return Ok(()) };
    for _ in 0..COMPARISON_ROUNDS {
        let before = process(&mut one).await?;
        let Ok(other) = timeout(ACQUIRE_TIMEOUT, begin(&mut two)).await else { return Ok(()) };
        let shared = other? == before || process(&mut one).await? != before;
        two.execute("ROLLBACK").await?;
        if shared {
            return Err(sqlx::Error::Configuration(PoolerError::SharesSessions.into()));
        }
    }
    let _ = timeout(ACQUIRE_TIMEOUT, async { tokio::join!(one.close(), two.close()) }).await;
    Ok(())
}

/// Waits a moment for a server that is starting.
async fn connect(options: &PgConnectOptions) -> Result<PgConnection, sqlx::Error> {
    let deadline = Instant::now() + ACQUIRE_TIMEOUT;
    loop {
        let error = match timeout(ACQUIRE_TIMEOUT, options.connect()).await {
            Ok(Ok(connection)) => return Ok(connection),
            Ok(Err(error)) => error,
            Err(_) => return Err(no_response(ACQUIRE_TIMEOUT)),
        };
        let may_start = match &error {
            sqlx::Error::Io(error) => error.kind() == std::io::ErrorKind::ConnectionRefused,
            sqlx::Error::Database(error) => error.is_transient_in_connect_phase(),
            _ => false,
        };
        if !may_start || Instant::now() > deadline {
            return Err(error);
        }
        sleep(RETRY_DELAY).await;
    }
}

// Simple queries: a pooler that shares sessions knows no prepared statements of its clients.
async fn process(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    let asking = connection.fetch_one("SELECT pg_backend_pid()");
    timeout(ACQUIRE_TIMEOUT, asking).await.map_err(|_| no_response(ACQUIRE_TIMEOUT))??.try_get(0)
}

/// Occupies its session with a transaction, so that a pooler in transaction mode uses another one
/// for the other connection.
async fn begin(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    connection.execute("BEGIN").await?;
    process(connection).await
}

/// Sets the statement timeout of a session, and reads it back.
pub(crate) async fn limit_statements(connection: &mut PgConnection, limit: Duration) -> Result<(), sqlx::Error> {
    let milliseconds = limit.as_millis();
    connection.execute(format!("SET statement_timeout = {milliseconds}").as_str()).await?;
    let row = connection
        .fetch_one(
            "SELECT setting, current_setting('statement_timeout') FROM pg_settings WHERE name = 'statement_timeout'",
        )
        .await?;
    if row.try_get::<String, _>(0)? == milliseconds.to_string() {
        return Ok(());
    }
    Err(sqlx::Error::Configuration(PoolerError::LosesSettings(row.try_get(1)?).into()))
}
