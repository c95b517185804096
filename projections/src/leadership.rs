//! Leadership of a projection: one process leads, the others stand by.
//!
//! Leadership is an advisory lock of the leader's Postgres session, so it ends with the connection.
//! A killed leader closes it. A frozen or disconnected one does not: the kernel acknowledges packets
//! for a frozen process, and needs minutes to detect a lost one. Therefore Postgres ends a session
//! that is silent for `SILENCE_TIMEOUT`, and the caller of [`Leadership::heartbeat`] sends a
//! statement every `HEARTBEAT_INTERVAL` (docs/adr/0016). Large results must not be read on this
//! connection: a session that waits to send to a frozen process does not count as idle, so the
//! timeout would not end it.

use std::time::Duration;

use causerie_store::{Database, Session, StoreError};
use sqlx::PgConnection;

/// After this silence Postgres ends the session of the leader. With [`LOCK_RETRY_INTERVAL`] and a
/// running statement, a takeover takes less than five seconds.
const SILENCE_TIMEOUT: Duration = Duration::from_secs(3);
pub(crate) const HEARTBEAT_INTERVAL: Duration = Duration::from_secs(1);
const LOCK_RETRY_INTERVAL: Duration = Duration::from_millis(500);
/// First key of the advisory lock of the leader; the second is the hash of the projection's name.
pub(crate) const LEADER_LOCK: i32 = 7302;
/// As [`LEADER_LOCK`], of each process that leads or stands by: `causerie projections status` counts
/// them.
pub(crate) const STANDBY_LOCK: i32 = 7303;

/// Proof that this process leads. Dropping it ends the leadership.
#[derive(Debug)]
pub struct Leadership {
    connection: PgConnection,
    response_limit: Duration,
    session: Session,
    database: Database,
}

impl Leadership {
    /// Stands by until this process leads.
    pub async fn wait(database: &Database, projection: &'static str) -> Result<Self, StoreError> {
        let response_limit = database.response_limit();
        let mut connection = database.connection().await?;
        let session = Session::of(database, ACTION, &mut connection).await?;
        let mut leadership = Self { connection, response_limit, session, database: database.clone() };
        let seconds = SILENCE_TIMEOUT.as_secs();
        let settings = format!(
            "SET application_name = 'causerie projector {projection}';
             SET idle_session_timeout = '{seconds}s';
             SET idle_in_transaction_session_timeout = '{seconds}s'"
        );
        leadership.within_response_limit(sqlx::raw_sql(&settings)).await?;
        leadership
            .within_response_limit(
                sqlx::query("SELECT pg_advisory_lock_shared($1, hashtext($2))").bind(STANDBY_LOCK).bind(projection),
            )
            .await?;
        let mut logged = false;
        while !leadership.try_lock(projection).await? {
            if !logged {
                tracing::info!(projection, "another process leads; standing by");
                logged = true;
            }
            tokio::time::sleep(LOCK_RETRY_INTERVAL).await;
        }
        tracing::info!(projection, "leading");
        Ok(leadership)
    }

    pub const fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Keeps the connection alive. Fails if its session was lost.
    pub async fn heartbeat(&mut self) -> Result<(), StoreError> {
        self.within_response_limit(sqlx::raw_sql("SELECT 1")).await
    }

    /// Runs a batch on the connection while its session exists.
    pub async fn run<T>(&mut self, batch: impl AsyncFnOnce(&mut PgConnection) -> T) -> Result<T, StoreError> {
        self.session.run(&self.database, ACTION, batch(&mut self.connection)).await
    }

    async fn try_lock(&mut self, projection: &str) -> Result<bool, StoreError> {
        let locking = sqlx::query_scalar("SELECT pg_try_advisory_lock($1, hashtext($2))")
            .bind(LEADER_LOCK)
            .bind(projection)
            .fetch_one(&mut self.connection);
        within(self.response_limit, locking).await
    }

    async fn within_response_limit<'q>(
        &mut self,
        statement: impl sqlx::Execute<'q, sqlx::Postgres> + 'q,
    ) -> Result<(), StoreError> {
        within(self.response_limit, sqlx::Executor::execute(&mut self.connection, statement)).await.map(drop)
    }
}

const ACTION: &str = "keeping the leadership of a projection";

/// A disconnected server never responds, so a missing response is a failure.
async fn within<T>(limit: Duration, statement: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, StoreError> {
    match tokio::time::timeout(limit, statement).await {
        Ok(response) => response.map_err(|source| StoreError::postgres(ACTION, source)),
        Err(late) => Err(StoreError::unavailable(ACTION, late)),
    }
}
