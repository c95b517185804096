//! The epoch of the log: which cluster and timeline it is appended on (docs/adr/0022).
//!
//! A process enters an epoch when it first needs one, and uses it until an append or a check of
//! versions returns that the log is in another one ([`StoreErrorKind::EpochEnded`]). Its caches may
//! then contain events that the log lost, so it drops them, enters the new epoch and decides again.

use sqlx::PgExecutor;
use uuid::Uuid;

use crate::database::Database;
use crate::error::{StoreError, StoreErrorKind};

impl Database {
    /// The epoch of this process, which enters that of the log first if necessary.
    pub async fn epoch(&self) -> Result<u16, StoreError> {
        match self.entered_epoch().get() {
            Some(epoch) => Ok(epoch),
            None => self.enter_epoch().await,
        }
    }

    /// Enters the epoch of the server, and begins one if the log is from another cluster or
    /// timeline. The caller must drop what it cached in an earlier epoch before it decides again.
    pub async fn enter_epoch(&self) -> Result<u16, StoreError> {
        let epoch = enter(self.pool()).await?;
        if let Some(before) = self.entered_epoch().set(epoch)
            && before != epoch
        {
            tracing::warn!(before, epoch, "the log is in another epoch; this process has entered it");
        }
        Ok(epoch)
    }

    /// Begins an epoch on the same cluster and timeline: an operator accepts that the log lost
    /// events.
    pub async fn accept_log(&self) -> Result<u16, StoreError> {
        let accept = sqlx::query_scalar("SELECT accept_log($1)").bind(Uuid::now_v7());
        let epoch = read(accept.fetch_one(self.pool()).await)?;
        self.entered_epoch().set(epoch);
        Ok(epoch)
    }
}

/// The epoch of the server. Begins one if the log is from another cluster or timeline.
pub(crate) async fn enter(executor: impl PgExecutor<'_>) -> Result<u16, StoreError> {
    read(sqlx::query_scalar("SELECT enter_log_epoch($1)").bind(Uuid::now_v7()).fetch_one(executor).await)
}

pub(crate) async fn newest(executor: impl PgExecutor<'_>) -> Result<u16, StoreError> {
    read(sqlx::query_scalar("SELECT coalesce(max(epoch), 0) FROM log_epochs").fetch_one(executor).await)
}

fn read(epoch: Result<i32, sqlx::Error>) -> Result<u16, StoreError> {
    let epoch = epoch.map_err(|source| StoreError::postgres("entering the epoch of the log", source))?;
    u16::try_from(epoch).map_err(|source| StoreError::new(StoreErrorKind::Corrupt, "reading an epoch", source))
}
