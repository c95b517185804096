//! Events that cannot be applied are parked with their error. Later events of the same key wait
//! behind them in order; all others are applied. An error is logged, `status` counts them, and
//! [`retry()`] applies them after the cause is fixed.

mod key;
mod retry;

use causerie_events::LogEvent;
use sqlx::{Connection, PgConnection};

use crate::checkpoint::{signed, sql_epoch};
use crate::projector::{ApplyError, Projector};
use key::key;

pub(crate) use key::ParkedKeys;
pub use retry::{RetryOutcome, retry};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedEvent {
    pub log_number: u64,
    /// The conversation, member or site that the event belongs to.
    pub key: String,
    /// Type and version of the event.
    pub what: String,
    /// Without content of the event.
    pub error: String,
}

impl ParkedEvent {
    fn new(event: &LogEvent, error: String) -> Self {
        let recorded = &event.recorded;
        let what = format!("{}.v{}", recorded.event_type, recorded.event_version);
        Self { log_number: event.log_number, key: key(recorded), what, error }
    }

    pub(crate) fn alarm(&self, projection: &'static str) {
        let Self { log_number, key, what, error } = self;
        tracing::error!(
            projection,
            log_number,
            event = what,
            key,
            error,
            "event cannot be applied: parked it, and later events of the same key wait; fix the cause and run \
             `causerie projections retry`"
        );
    }
}

/// Applies what can be applied and parks the rest, within the transaction of the caller. Halves a
/// failing batch until the failing event is alone: one in 5,000 events costs as much as three
/// batches.
pub(crate) async fn apply_in_parts<P: Projector>(
    projector: &P,
    transaction: &mut PgConnection,
    mut parked_keys: ParkedKeys,
    events: &[LogEvent],
) -> Result<Vec<ParkedEvent>, ApplyError> {
    let mut parked = Vec::new();
    let mut pieces: Vec<Vec<LogEvent>> = vec![events.iter().filter(|event| P::reads(event)).cloned().collect()];
    while let Some(piece) = pieces.pop() {
        let (waiting, mut piece): (Vec<_>, Vec<_>) = piece.into_iter().partition(|event| parked_keys.holds(event));
        for event in &waiting {
            park(transaction, P::NAME, event, None).await?;
        }
        let Some(error) = try_apply(projector, transaction, &piece).await? else { continue };
        if let [event] = piece.as_slice() {
            park(transaction, P::NAME, event, Some(&error)).await?;
            parked_keys.add(event);
            parked.push(ParkedEvent::new(event, error));
        } else {
            let later = piece.split_off(piece.len() / 2);
            pieces.extend([later, piece]);
        }
    }
    Ok(parked)
}

/// Returns why these events cannot be applied, if one of them is the cause; then none is applied.
async fn try_apply<P: Projector>(
    projector: &P,
    transaction: &mut PgConnection,
    events: &[LogEvent],
) -> Result<Option<String>, ApplyError> {
    let mut attempt = transaction.begin().await?;
    match projector.apply(&mut attempt, events).await {
        Ok(()) => {
            attempt.commit().await?;
            Ok(None)
        }
        Err(error) => {
            let why = error.of_the_event().ok_or(error)?;
            attempt.rollback().await?;
            Ok(Some(why))
        }
    }
}

async fn park(
    transaction: &mut PgConnection,
    projection: &str,
    event: &LogEvent,
    error: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO projection_parked (projection, log_number, epoch, transaction_id, position, key, error)
         VALUES ($1, $2, $7, $3::text::xid8, $4, $5, $6)",
    )
    .bind(projection)
    .bind(signed(event.log_number))
    .bind(event.recorded.position.transaction_id.to_string())
    .bind(event.recorded.position.position)
    .bind(key(&event.recorded))
    .bind(error)
    .bind(sql_epoch(event.recorded.position))
    .execute(transaction)
    .await?;
    Ok(())
}
