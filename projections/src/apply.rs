//! Applying events: rows and checkpoint in one transaction.

use causerie_events::{AggregateType, DecodeError, LogEvent};
use causerie_store::StoreError;
use causerie_store::follower::Checkpoint;
use sqlx::{Connection, PgConnection, Postgres, Transaction};

use crate::checkpoint;
use crate::error::ReadError;

/// Why events could not be applied.
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
    /// The checkpoint is not where this projector left it: another works, or a rebuild was put in place.
    #[error("the checkpoint was moved by another process")]
    Moved,
}

/// What turns events into rows.
pub trait Projector: Send + Sync {
    /// The read model's name, also that of its checkpoint.
    const NAME: &'static str;
    /// Its tables: all that it writes.
    const TABLES: &'static [&'static str];
    /// The aggregates whose events it reads. All others change none of its rows.
    const READS: &'static [AggregateType];

    /// Applies events in the log's order.
    fn apply(
        &self,
        connection: &mut PgConnection,
        events: &[LogEvent],
    ) -> impl Future<Output = Result<(), ApplyError>> + Send;

    /// Whether the event is one of those it reads.
    #[must_use]
    fn reads(event: &LogEvent) -> bool {
        Self::READS.contains(&event.recorded.stream.aggregate_type())
    }
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
    let mut transaction = begin::<P>(connection, from, to).await?;
    projector.apply(&mut transaction, events).await?;
    transaction.commit().await?;
    Ok(to)
}

/// First the checkpoint: it holds off another projector, and one that comes too late learns it before it touches a row.
async fn begin<P: Projector>(
    connection: &mut PgConnection,
    from: Checkpoint,
    to: Checkpoint,
) -> Result<Transaction<'_, Postgres>, ApplyError> {
    let mut transaction = connection.begin().await?;
    if checkpoint::advance(&mut transaction, P::NAME, from, to).await? {
        Ok(transaction)
    } else {
        Err(ApplyError::Moved)
    }
}
