//! Applying events: rows and checkpoint in one transaction.

use causerie_events::LogEvent;
use causerie_store::follower::Checkpoint;
use sqlx::{Connection, PgConnection, Postgres, Transaction};

use crate::checkpoint;
use crate::parked::{Blocked, Parked, apply_apart};
use crate::projector::{ApplyError, Projector};

/// Applies one batch: rows and checkpoint together, or nothing. What cannot be applied is parked, with an alarm.
pub async fn step<P: Projector>(
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

/// As [`step`], leaving the alarm to the caller.
pub(crate) async fn apply_or_park<P: Projector>(
    projector: &P,
    connection: &mut PgConnection,
    from: Checkpoint,
    events: &[LogEvent],
) -> Result<(Checkpoint, Vec<Parked>), ApplyError> {
    let Some(last) = events.last() else { return Ok((from, vec![])) };
    let to = Checkpoint::after(last);
    let mut transaction = begin::<P>(connection, from, to).await?;
    let blocked = Blocked::load(&mut transaction, P::NAME).await?;
    if blocked.is_empty() {
        match projector.apply(&mut transaction, events).await {
            Ok(()) => {
                transaction.commit().await?;
                return Ok((to, vec![]));
            }
            Err(error) if error.of_the_event().is_none() => return Err(error),
            Err(_) => transaction.rollback().await?,
        }
        // Once more, piece by piece: what savepoints cost is paid only then.
        transaction = begin::<P>(connection, from, to).await?;
    }
    let parked = apply_apart(projector, &mut transaction, blocked, events).await?;
    transaction.commit().await?;
    Ok((to, parked))
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
