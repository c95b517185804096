//! Events that cannot be applied. They are parked with their error, and later events of the same key wait behind them, in
//! order; everything else goes on. Nothing is skipped in silence: an alarm in the log, a number in `status`, and
//! [`retry()`] when what was wrong has been mended.

mod key;
mod retry;

use causerie_events::LogEvent;
use sqlx::{Connection, PgConnection};

use crate::checkpoint::{signed, sql_epoch};
use crate::projector::{ApplyError, Projector};
use key::key;

pub(crate) use key::Blocked;
pub use retry::{Retried, retry};

/// An event that could not be applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// Which.
    pub log_number: u64,
    /// What it belongs to.
    pub key: String,
    /// Its type and version.
    pub what: String,
    /// Why: never what stands in it.
    pub error: String,
}

impl Parked {
    fn new(event: &LogEvent, error: String) -> Self {
        let recorded = &event.recorded;
        let what = format!("{}.v{}", recorded.event_type, recorded.event_version);
        Self { log_number: event.log_number, key: key(recorded), what, error }
    }

    /// Says so in the log of the process.
    pub(crate) fn alarm(&self, projection: &'static str) {
        let Self { log_number, key, what, error } = self;
        tracing::error!(
            projection,
            log_number,
            event = what,
            key,
            error,
            "an event cannot be applied: it is parked and what comes after it for the same key waits; once mended, run \
             `causerie projections retry`"
        );
    }
}

/// Applies what can be applied and parks the rest, within the caller's transaction. Halves a batch that fails until what
/// fails stands alone: with one such event in 5,000 that is the work of three batches.
pub(crate) async fn apply_apart<P: Projector>(
    projector: &P,
    transaction: &mut PgConnection,
    mut blocked: Blocked,
    events: &[LogEvent],
) -> Result<Vec<Parked>, ApplyError> {
    let mut parked = Vec::new();
    let mut pieces: Vec<Vec<LogEvent>> = vec![events.iter().filter(|event| P::reads(event)).cloned().collect()];
    while let Some(piece) = pieces.pop() {
        let (waiting, mut piece): (Vec<_>, Vec<_>) = piece.into_iter().partition(|event| blocked.holds(event));
        for event in &waiting {
            park(transaction, P::NAME, event, None).await?;
        }
        let Some(error) = try_apply(projector, transaction, &piece).await? else { continue };
        if let [event] = piece.as_slice() {
            park(transaction, P::NAME, event, Some(&error)).await?;
            blocked.add(event);
            parked.push(Parked::new(event, error));
        } else {
            let later = piece.split_off(piece.len() / 2);
            pieces.extend([later, piece]);
        }
    }
    Ok(parked)
}

/// Why these events cannot be applied, if it is for what they are; then nothing of them is.
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
