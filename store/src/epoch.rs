//! The epoch of the log: which cluster and timeline it is appended on (docs/adr/0022).
//!
//! A process enters an epoch when it first needs one, and works in it until an append or a look at versions says that the log
//! is in another one ([`StoreErrorKind::EpochEnded`]). What it caches may then hold events that the log lost, so it drops its
//! caches, enters the new epoch and decides again.

use sqlx::PgExecutor;
use uuid::Uuid;

use crate::database::Database;
use crate::error::{StoreError, StoreErrorKind};

impl Database {
    /// The epoch that this process works in; enters the log's where it has not yet.
    pub async fn epoch(&self) -> Result<u16, StoreError> {
        match self.entered_epoch().get() {
            Some(epoch) => Ok(epoch),
            None => self.enter_epoch().await,
        }
    }

    /// Enters the epoch of the server that this process is connected to, and begins one where the log comes from another
    /// cluster or timeline. What the process caches of an earlier epoch must be dropped before it decides again.
    pub async fn enter_epoch(&self) -> Result<u16, StoreError> {
        let epoch = enter(self.pool()).await?;
        if let Some(before) = self.entered_epoch().set(epoch)
            && before != epoch
        {
            tracing::warn!(before, epoch, "the log is in another epoch; this process has entered it");
        }
        Ok(epoch)
    }

    /// Begins an epoch on the same cluster and timeline: an operator accepts that the log lost events.
    pub async fn accept_log(&self) -> Result<u16, StoreError> {
        let accept = sqlx::query_scalar("SELECT accept_log($1)").bind(Uuid::now_v7());
        let epoch = read(accept.fetch_one(self.pool()).await)?;
        self.entered_epoch().set(epoch);
        Ok(epoch)
    }
}

/// The epoch of the server; begins one where the log comes from another cluster or timeline.
pub(crate) async fn enter(executor: impl PgExecutor<'_>) -> Result<u16, StoreError> {
    read(sqlx::query_scalar("SELECT enter_log_epoch($1)").bind(Uuid::now_v7()).fetch_one(executor).await)
}

/// The newest epoch that the log has begun.
pub(crate) async fn newest(executor: impl PgExecutor<'_>) -> Result<u16, StoreError> {
    read(sqlx::query_scalar("SELECT coalesce(max(epoch), 0) FROM log_epochs").fetch_one(executor).await)
}

fn read(epoch: Result<i32, sqlx::Error>) -> Result<u16, StoreError> {
    let epoch = epoch.map_err(|source| StoreError::postgres("entering the epoch of the log", source))?;
    u16::try_from(epoch).map_err(|source| StoreError::new(StoreErrorKind::Corrupt, "reading an epoch", source))
}
