//! Whose turn it is: per projection one process works, the others stand by.
//!
//! The turn is a session lock on the worker's own connection, so it ends with that connection, whatever ends it. A worker
//! that is killed closes it. One that is frozen, or cut off without a word, does not: TCP goes on acknowledging for a
//! frozen process, and takes minutes to miss a lost one. So Postgres itself ends a session that says nothing for
//! `SILENCE`, and a worker with nothing to do says something every `HEARTBEAT` (docs/adr/0016). Nothing large is read
//! on this connection: a session that waits to send to a frozen process is not idle and would not be ended.

use std::time::Duration;

use causerie_store::{Database, Session, StoreError};
use sqlx::PgConnection;

/// After how much silence Postgres takes the turn away. With [`ASK`] and the statement at work, below five seconds.
const SILENCE: Duration = Duration::from_secs(3);
/// How often a worker with nothing to do says that it is there.
pub(crate) const HEARTBEAT: Duration = Duration::from_secs(1);
/// How often who stands by asks whether it is their turn.
const ASK: Duration = Duration::from_millis(500);
/// Beside it stands which projection. What these locks are: `status` reads them too.
pub(crate) const WORKS: i32 = 7302;
pub(crate) const STANDS_BY: i32 = 7303;

/// The turn of this process. Dropping it gives it up.
#[derive(Debug)]
pub struct Turn {
    connection: PgConnection,
    answer_limit: Duration,
    session: Session,
    database: Database,
}

impl Turn {
    /// Stands by until it is this process's turn.
    pub async fn wait(database: &Database, projection: &'static str) -> Result<Self, StoreError> {
        let answer_limit = database.answer_limit();
        let mut connection = database.connection().await?;
        let session = Session::of(database, ACTION, &mut connection).await?;
        let mut turn = Self { connection, answer_limit, session, database: database.clone() };
        let seconds = SILENCE.as_secs();
        let settings = format!(
            "SET application_name = 'causerie projector {projection}';
             SET idle_session_timeout = '{seconds}s';
             SET idle_in_transaction_session_timeout = '{seconds}s'"
        );
        turn.answered(sqlx::raw_sql(&settings)).await?;
        turn.answered(sqlx::query("SELECT pg_advisory_lock_shared($1, hashtext($2))").bind(STANDS_BY).bind(projection))
            .await?;
        let mut told = false;
        while !turn.ask(projection).await? {
            if !told {
                tracing::info!(projection, "another process works; standing by");
                told = true;
            }
            tokio::time::sleep(ASK).await;
        }
        tracing::info!(projection, "at work");
        Ok(turn)
    }

    /// The worker's connection.
    pub const fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Says that the worker is there, and learns whether it still has the turn.
    pub async fn heartbeat(&mut self) -> Result<(), StoreError> {
        self.answered(sqlx::raw_sql("SELECT 1")).await
    }

    /// Runs a batch on the worker's connection, for as long as the session behind it exists.
    pub async fn run<T>(&mut self, batch: impl AsyncFnOnce(&mut PgConnection) -> T) -> Result<T, StoreError> {
        self.session.run(&self.database, ACTION, batch(&mut self.connection)).await
    }

    async fn ask(&mut self, projection: &str) -> Result<bool, StoreError> {
        let asking = sqlx::query_scalar("SELECT pg_try_advisory_lock($1, hashtext($2))")
            .bind(WORKS)
            .bind(projection)
            .fetch_one(&mut self.connection);
        within(self.answer_limit, asking).await
    }

    async fn answered<'q>(&mut self, statement: impl sqlx::Execute<'q, sqlx::Postgres> + 'q) -> Result<(), StoreError> {
        within(self.answer_limit, sqlx::Executor::execute(&mut self.connection, statement)).await.map(drop)
    }
}

const ACTION: &str = "keeping the turn of a projection";

/// An answer that does not come is a failure: a connection that is cut off without a word would keep us waiting for ever.
async fn within<T>(limit: Duration, statement: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, StoreError> {
    match tokio::time::timeout(limit, statement).await {
        Ok(answer) => answer.map_err(|source| StoreError::postgres(ACTION, source)),
        Err(late) => Err(StoreError::unavailable(ACTION, late)),
    }
}
