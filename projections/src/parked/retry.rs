//! Applies parked events in order: those of a key up to the first one that still cannot be applied.

use causerie_events::{LogEvent, Position};
use causerie_store::reader::read_log;
use sqlx::{Connection, PgConnection, Row};

use crate::checkpoint::{number, signed};
use crate::parked::{ParkedEvent, ParkedKeys, try_apply};
use crate::projector::{ApplyError, Projector};

/// Per transaction, during which the projector waits.
const PAGE_EVENTS: i64 = 200;

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct RetryOutcome {
    pub applied: u64,
    /// Events that still wait behind a parked one.
    pub waiting: u64,
    /// Events that still cannot be applied.
    pub refused: Vec<ParkedEvent>,
}

/// Applies parked events. Safe while the projector and other retries run.
pub async fn retry<P: Projector>(projector: &P, connection: &mut PgConnection) -> Result<RetryOutcome, ApplyError> {
    let (mut retried, mut held, mut reached) = (RetryOutcome::default(), ParkedKeys::default(), 0);
    loop {
        let mut transaction = connection.begin().await?;
        // As in `apply_batch`, locks the checkpoint first: the projector neither applies nor parks events
        // meanwhile.
        sqlx::query("SELECT 1 FROM read_models.projection_checkpoints WHERE projection = $1 FOR UPDATE")
            .bind(P::NAME)
            .execute(&mut *transaction)
            .await?;
        let page = parked(&mut transaction, P::NAME, reached).await?;
        let Some(last) = page.last() else { return Ok(retried) };
        reached = last.log_number;
        for event in &page {
            if held.holds(event) {
                retried.waiting += 1;
                continue;
            }
            let error = try_apply(projector, &mut transaction, std::slice::from_ref(event)).await?;
            settle(&mut transaction, P::NAME, event, error.as_deref()).await?;
            match error {
                None => retried.applied += 1,
                Some(error) => {
                    held.add(event);
                    retried.refused.push(ParkedEvent::new(event, error));
                }
            }
        }
        transaction.commit().await?;
    }
}

async fn parked(connection: &mut PgConnection, projection: &str, after: u64) -> Result<Vec<LogEvent>, ApplyError> {
    let rows = sqlx::query(
        "SELECT log_number, epoch, transaction_id::text AS xid, position AS pos FROM read_models.projection_parked
          WHERE projection = $1 AND log_number > $2 ORDER BY log_number LIMIT $3",
    )
    .bind(projection)
    .bind(signed(after))
    .bind(PAGE_EVENTS)
    .fetch_all(&mut *connection)
    .await?;
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let place = crate::checkpoint::of_row(&row)?.position;
        let before = Position { position: place.position - 1, ..place };
        let found = read_log(&mut *connection, before, 1).await?.into_iter().next();
        let recorded = found.filter(|recorded| recorded.position == place).ok_or(sqlx::Error::RowNotFound)?;
        events.push(LogEvent::new(number(row.try_get("log_number")?)?, recorded));
    }
    Ok(events)
}

async fn settle(
    connection: &mut PgConnection,
    projection: &str,
    event: &LogEvent,
    error: Option<&str>,
) -> Result<(), sqlx::Error> {
    let statement = match error {
        None => {
            "DELETE FROM read_models.projection_parked WHERE projection = $1 AND log_number = $2 AND $3::text IS NULL"
        }
        Some(_) => "UPDATE read_models.projection_parked SET error = $3 WHERE projection = $1 AND log_number = $2",
    };
    sqlx::query(statement).bind(projection).bind(signed(event.log_number)).bind(error).execute(connection).await?;
    Ok(())
}
