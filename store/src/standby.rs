//! What a synchronous standby has to hold before it is acknowledged.
//!
//! With `synchronous_standby_names` set, a commit waits until a standby has it. A wait that is ended from outside, or by a
//! crash of the primary, leaves a commit that the primary shows and no standby has. So what was found by looking it up is
//! acknowledged only after [`Database::confirm`]: one record in the write-ahead log, committed after the look-up. A standby that
//! has that record has all before it.
//!
//! `statement_timeout` does not end such a wait, and a session that waits is not ended from here. While a standby is away,
//! each further commit would leave one more session that waits, until Postgres takes no connections. So after a commit that
//! was not answered, commits are refused at once until one that was sent as a test is answered.

use std::time::Duration;

use sqlx::{Executor, PgConnection};
use tokio::time::timeout;

use crate::database::Database;
use crate::error::{StoreError, is_no_answer};
use crate::session::Session;

/// Writes only where commits wait for a standby: elsewhere what is visible is durable already.
const RECORD: &str = "SELECT CASE WHEN current_setting('synchronous_standby_names') <> ''
    THEN pg_logical_emit_message(true, 'causerie', 'confirmed') END";

const ACTION: &str = "waiting until the synchronous standby has a commit";
const RETRY: Duration = Duration::from_millis(250);

impl Database {
    /// Waits until everything that this server has shown by now is where an acknowledged commit has to be. One round trip
    /// where no synchronous standby is configured.
    pub async fn confirm(&self) -> Result<(), StoreError> {
        self.commits_are_answered()?;
        let failed = |source| self.commit_failed(ACTION, source);
        self.pool().execute(RECORD).await.map(drop).map_err(failed)
    }

    /// An error while commits are not answered.
    pub(crate) fn commits_are_answered(&self) -> Result<(), StoreError> {
        if self.commits().are_stalled() {
            let reason = "an earlier commit was not answered; nothing was written";
            return Err(StoreError::unavailable(ACTION, reason));
        }
        Ok(())
    }

    /// The error of a commit, after which the next ones may be refused.
    pub(crate) fn commit_failed(&self, action: &'static str, source: sqlx::Error) -> StoreError {
        if is_no_answer(&source) {
            self.stall();
        }
        StoreError::postgres(action, source)
    }

    /// A commit was not answered: refuses further ones until one is.
    pub(crate) fn stall(&self) {
        if self.commits().stall() {
            return;
        }
        tracing::warn!("a commit was not answered (is the synchronous standby away?); refusing commands until one is");
        let database = self.clone();
        tokio::spawn(async move {
            while let Err(error) = database.commit_test().await {
                tracing::debug!(error = &error as &dyn std::error::Error, "commits are not answered yet");
                tokio::time::sleep(RETRY).await;
            }
            database.commits().resume();
            tracing::info!("commits are answered again");
        });
    }

    /// One session waits for as long as it takes, or until its server is not the one that answers any more.
    async fn commit_test(&self) -> Result<(), StoreError> {
        let failed = |source| StoreError::postgres(ACTION, source);
        let mut connection = self.connection().await?;
        let session = Session::of(self, ACTION, &mut connection).await?;
        session.run(self, ACTION, connection.execute(RECORD)).await?.map(drop).map_err(failed)
    }
}

/// As [`Database::confirm`], on a connection of the caller's, who limits how long it may take.
pub(crate) async fn confirm_on(connection: &mut PgConnection, limit: Duration) -> Result<(), StoreError> {
    let recorded = timeout(limit, connection.execute(RECORD)).await;
    recorded
        .map_err(|late| StoreError::unavailable(ACTION, late))?
        .map(drop)
        .map_err(|source| StoreError::postgres(ACTION, source))
}
