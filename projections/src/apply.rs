//! Writes the rows and the checkpoint of a batch of events in one transaction.

use causerie_events::LogEvent;
use causerie_store::follower::Checkpoint;
use sqlx::{Connection, PgConnection, Postgres, Transaction};

use crate::checkpoint;
use crate::parked::{ParkedEvent, ParkedKeys, apply_in_parts};
use crate::projector::{ApplyError, Projector};

/// Applies one batch atomically. Events that cannot be applied are parked and logged as errors; an
/// error that is not caused by an event is returned.
pub async fn apply_batch<P: Projector>(
    projector: &P,
    connection: &mut PgConnection,
    from: Checkpoint,
    events: &[LogEvent],
) -> Result<Checkpoint, ApplyError> {
    let (to, parked) = apply_or_park(projector, connection, from, events).await?;
    for parked in &parked {
        parked.alarm(P::NAME);
    }
    Ok(to)
}

/// As [`apply_batch`], but returns the parked events and does not log them.
pub(crate) async fn apply_or_park<P: Projector>(
    projector: &P,
    connection: &mut PgConnection,
    from: Checkpoint,
    events: &[LogEvent],
) -> Result<(Checkpoint, Vec<ParkedEvent>), ApplyError> {
    let Some(last) = events.last() else { return Ok((from, vec![])) };
    let to = Checkpoint::after(last);
    let mut transaction = begin::<P>(connection, from, to).await?;
    let parked_keys = ParkedKeys::load(&mut transaction, P::NAME).await?;
    if parked_keys.is_empty() {
        match projector.apply(&mut transaction, events).await {
            Ok(()) => {
                transaction.commit().await?;
                return Ok((to, vec![]));
            }
            Err(error) if error.of_the_event().is_none() => return Err(error),
            Err(_) => transaction.rollback().await?,
        }
        // Again in parts, with savepoints. They cost time, so the first attempt has none.
        transaction = begin::<P>(connection, from, to).await?;
    }
    let parked = apply_in_parts(projector, &mut transaction, parked_keys, events).await?;
    transaction.commit().await?;
    Ok((to, parked))
}

/// Advances the checkpoint first. The lock on its row makes another projector wait, and a projector
/// with an older checkpoint fails before it changes a row.
async fn begin<P: Projector>(
    connection: &mut PgConnection,
    from: Checkpoint,
    to: Checkpoint,
) -> Result<Transaction<'_, Postgres>, ApplyError> {
    let mut transaction = connection.begin().await?;
    if checkpoint::advance(&mut transaction, P::NAME, from, to).await? {
        Ok(transaction)
    } else {
        Err(ApplyError::CheckpointChanged)
    }
}
