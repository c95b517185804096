//! Waiting until a read model has got to a position: read your writes, when the caller asks for it.

use std::time::Duration;

use causerie_events::Position;
use causerie_store::Pool;
use causerie_store::follower::Checkpoint;
use tokio::time::Instant;

use crate::checkpoint;
use crate::error::ReadError;

const POLL: Duration = Duration::from_millis(5);

/// Whether the projection has got to the position within the limit.
pub async fn wait_for(pool: &Pool, projection: &str, position: Position, limit: Duration) -> Result<bool, ReadError> {
    wait_until(pool, projection, limit, |checkpoint| checkpoint.position >= position).await
}

/// Whether the projection's checkpoint satisfies the condition within the limit.
pub async fn wait_until(
    pool: &Pool,
    projection: &str,
    limit: Duration,
    reached: impl Fn(Checkpoint) -> bool,
) -> Result<bool, ReadError> {
    let deadline = Instant::now() + limit;
    loop {
        if reached(checkpoint::load(pool, projection).await?) {
            return Ok(true);
        }
        if Instant::now() + POLL > deadline {
            return Ok(false);
        }
        tokio::time::sleep(POLL).await;
    }
}
