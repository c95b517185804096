//! Feeding a projector: follow the log, apply a batch, commit rows and checkpoint in one transaction.

use std::time::Duration;

use causerie_events::{DecodeError, LogEvent};
use causerie_store::follower::{Checkpoint, Follower};
use causerie_store::{Database, Nats, StoreError};
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

use crate::checkpoint;
use crate::error::ReadError;

/// The most events in one transaction. Under load batches grow to this by themselves: what has arrived meanwhile is taken
/// together.
const BATCH: usize = 500;
/// How long to wait after a failure.
const RETRY: Duration = Duration::from_millis(250);

/// Why a batch could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// Postgres failed.
    #[error("the read model could not be written")]
    Database(#[from] sqlx::Error),
    /// The checkpoint could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The log could not be followed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An event could not be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Another process has moved the checkpoint.
    #[error("another projector has taken over")]
    TakenOver,
}

/// What turns events into rows.
pub trait Projector: Send + Sync {
    /// The read model's name, also that of its checkpoint.
    const NAME: &'static str;

    /// Applies events in the log's order.
    fn apply(
        &self,
        connection: &mut PgConnection,
        events: &[LogEvent],
    ) -> impl Future<Output = Result<(), ApplyError>> + Send;
}

/// Keeps a read model up to date until told to stop. Every failure is logged and tried again from the checkpoint.
pub async fn run<P: Projector>(projector: P, database: Database, nats: Nats, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match stop.run_until_cancelled(follow(&projector, &database, &nats)).await {
            None => return,
            Some(Ok(never)) => match never {},
            Some(Err(ApplyError::TakenOver)) => {
                tracing::info!(projection = P::NAME, "another projector has taken over; standing by");
            }
            Some(Err(error)) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(projection = P::NAME, error, "projection interrupted; goes on from its checkpoint");
            }
        }
        stop.run_until_cancelled(tokio::time::sleep(RETRY)).await;
    }
}

async fn follow<P: Projector>(
    projector: &P,
    database: &Database,
    nats: &Nats,
) -> Result<std::convert::Infallible, ApplyError> {
    let mut connection = database.connection().await?;
    prepare(&mut connection).await?;
    let mut checkpoint = checkpoint::load(&mut connection, P::NAME).await?;
    let mut follower = Follower::new(database.clone(), nats.clone(), checkpoint);
    loop {
        let events = follower.next_batch(BATCH).await?;
        checkpoint = step(projector, &mut connection, checkpoint, &events).await?;
    }
}

/// Settings of a connection that a projector writes on.
pub async fn prepare(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    // Rows and checkpoint are lost together and applied again: the projector need not wait for the disk.
    sqlx::query("SET synchronous_commit = off").execute(&mut *connection).await?;
    // A plan kept from when the tables were empty goes on reading them from end to end until Postgres happens to look at
    // them anew (tried: 70 ms a batch of 100 messages with 100,000 conversations, 6 ms with plans of today).
    sqlx::query("SET plan_cache_mode = force_custom_plan").execute(connection).await?;
    Ok(())
}

/// Applies one batch: rows and checkpoint together, or nothing.
pub async fn step<P: Projector>(
    projector: &P,
    connection: &mut PgConnection,
    from: Checkpoint,
    events: &[LogEvent],
) -> Result<Checkpoint, ApplyError> {
    let Some(last) = events.last() else { return Ok(from) };
    let to = Checkpoint::after(last);
    let mut transaction = connection.begin().await?;
    // First the checkpoint: it holds off another projector, and one that comes too late learns it before it touches a row.
    if !checkpoint::advance(&mut transaction, P::NAME, from, to).await? {
        return Err(ApplyError::TakenOver);
    }
    projector.apply(&mut transaction, events).await?;
    transaction.commit().await?;
    Ok(to)
}
