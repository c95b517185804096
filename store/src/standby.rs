//! Waits for a synchronous standby before a write is acknowledged.
//!
//! With `synchronous_standby_names` set, a commit waits until a standby has it. If the wait is
//! ended from outside, or by a crash of the primary, the primary shows a commit that no standby
//! has. So what was found by a look-up is acknowledged only after [`Database::confirm`]: one record
//! in the write-ahead log, committed after the look-up. A standby that has that record has
//! everything before it.
//!
//! `statement_timeout` does not end such a wait, and a waiting session must not be ended. While a
//! standby is unreachable, each commit would leave one more waiting session, until Postgres accepts
//! no connections. So after a commit without a response, commits are rejected immediately until a
//! test commit succeeds.

use std::time::Duration;

use sqlx::{Executor, PgConnection};
use tokio::time::timeout;

use crate::database::Database;
use crate::error::{StoreError, is_no_response};
use crate::session::Session;

/// Writes only if commits wait for a standby: otherwise everything visible is durable.
const CONFIRMATION_RECORD: &str = "SELECT CASE WHEN current_setting('synchronous_standby_names') <> ''
    THEN pg_logical_emit_message(true, 'causerie', 'confirmed') END";

const ACTION: &str = "waiting for the synchronous standby";
const RETRY_DELAY: Duration = Duration::from_millis(250);

impl Database {
    /// Waits until the synchronous standby has everything that is visible on this server. One round
    /// trip if no synchronous standby is configured.
    pub async fn confirm(&self) -> Result<(), StoreError> {
        self.require_commits_responsive()?;
        let failed = |source| self.commit_failed(ACTION, source);
        self.pool().execute(CONFIRMATION_RECORD).await.map(drop).map_err(failed)
    }

    pub(crate) fn require_commits_responsive(&self) -> Result<(), StoreError> {
        if self.commits().are_stalled() {
            let reason = "an earlier commit received no response; nothing was written";
            return Err(StoreError::unavailable(ACTION, reason));
        }
        Ok(())
    }

    /// The error of a commit, which may reject the next ones.
    pub(crate) fn commit_failed(&self, action: &'static str, source: sqlx::Error) -> StoreError {
        if is_no_response(&source) {
            self.stall();
        }
        StoreError::postgres(action, source)
    }

    /// After a commit without a response: rejects further ones until a test commit succeeds.
    pub(crate) fn stall(&self) {
        if self.commits().stall() {
            return;
        }
        tracing::warn!(
            "no response to a commit (is the synchronous standby reachable?); rejecting commands until a test commit succeeds"
        );
        let database = self.clone();
        tokio::spawn(async move {
            while let Err(error) = database.commit_test().await {
                tracing::debug!(error = &error as &dyn std::error::Error, "test commit failed; retrying");
                tokio::time::sleep(RETRY_DELAY).await;
            }
            database.commits().resume();
            tracing::info!("test commit succeeded; accepting commands again");
        });
    }

    /// One session waits without a limit, or until its server no longer responds to other
    /// connections.
    async fn commit_test(&self) -> Result<(), StoreError> {
        let failed = |source| StoreError::postgres(ACTION, source);
        let mut connection = self.connection().await?;
        let session = Session::of(self, ACTION, &mut connection).await?;
        session.run(self, ACTION, connection.execute(CONFIRMATION_RECORD)).await?.map(drop).map_err(failed)
    }
}

/// As [`Database::confirm`], on a connection of the caller and within a limit.
pub(crate) async fn confirm_on(connection: &mut PgConnection, limit: Duration) -> Result<(), StoreError> {
    let recorded = timeout(limit, connection.execute(CONFIRMATION_RECORD)).await;
    recorded
        .map_err(|late| StoreError::unavailable(ACTION, late))?
        .map(drop)
        .map_err(|source| StoreError::postgres(ACTION, source))
}
