//! Waits until a read model has reached a position, so that callers can read their writes.

use std::time::Duration;

use causerie_events::Position;
use causerie_store::follower::Checkpoint;
use causerie_store::{Pool, StoreError};
use tokio::time::Instant;

use crate::checkpoint;
use crate::error::ReadError;

const POLL_INTERVAL: Duration = Duration::from_millis(5);

#[derive(Debug, thiserror::Error)]
pub enum WaitError {
    /// It did not reach the position within the limit.
    #[error("the read model {0} is behind")]
    Behind(String),
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl From<WaitError> for StoreError {
    fn from(error: WaitError) -> Self {
        match error {
            WaitError::Behind(_) => Self::unavailable("waiting for a read model", error),
            WaitError::Read(error) => error.into(),
        }
    }
}

pub async fn wait_for(pool: &Pool, projection: &str, position: Position, limit: Duration) -> Result<(), WaitError> {
    wait_until(pool, projection, limit, |checkpoint| checkpoint.position >= position).await
}

/// Waits until the projection's checkpoint satisfies the condition.
pub async fn wait_until(
    pool: &Pool,
    projection: &str,
    limit: Duration,
    reached: impl Fn(Checkpoint) -> bool,
) -> Result<(), WaitError> {
    let deadline = Instant::now() + limit;
    loop {
        if reached(checkpoint::load(pool, projection).await?) {
            return Ok(());
        }
        if Instant::now() + POLL_INTERVAL > deadline {
            return Err(WaitError::Behind(projection.to_owned()));
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// Waits until each of these projections has applied the event with this log number.
pub async fn wait_for_all(
    pool: &Pool,
    projections: &[&str],
    log_number: u64,
    limit: Duration,
) -> Result<(), WaitError> {
    let deadline = Instant::now() + limit;
    for projection in projections {
        let left = deadline.saturating_duration_since(Instant::now());
        wait_until(pool, projection, left, |checkpoint| checkpoint.log_number >= log_number).await?;
    }
    Ok(())
}
