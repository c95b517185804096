//! After a failover or a restore that lost events, the stream holds what the log does not. An operator decides that the log
//! is right: what was lost is listed, an epoch begins, and the stream is recreated and refilled from the log.

use sqlx::PgConnection;

use super::tail::{Stored, last_sequence};
use super::{STREAM_NAME, stream, try_lock};
use crate::database::Database;
use crate::error::{Cause, StoreError, StoreErrorKind};
use crate::headers::event_of;
use crate::nats::Nats;

/// How often to try for the lock of the relay, one second apart: a relay that has diverged holds it for a moment only.
const TRIES: u32 = 5;

/// A message of the stream that the log does not contain.
#[derive(Debug)]
pub struct LostEvent {
    /// Its number in the stream. After the recovery another event may have it.
    pub log_number: u64,
    /// The event; none where the message is not one of ours.
    pub event: Option<causerie_events::RecordedEvent>,
}

/// The stream against the log, while no relay leads.
#[derive(Debug)]
pub struct Recovery {
    database: Database,
    nats: Nats,
    // The lock of the relay is this connection's.
    _connection: PgConnection,
    /// What the stream holds and the log does not, in order.
    pub lost: Vec<LostEvent>,
    /// How many events the log and the stream share.
    pub shared: u64,
}

impl Recovery {
    /// Looks for what the stream holds and the log does not; reports to `progress` how many messages it has looked at. None
    /// when a relay leads: it has compared the stream with the log.
    ///
    /// # Errors
    /// [`StoreErrorKind::Refused`] when the stream holds nothing of this log.
    pub async fn prepare(
        database: &Database,
        nats: &Nats,
        mut progress: impl FnMut(u64),
    ) -> Result<Option<Self>, StoreError> {
        let Some(connection) = lock(database).await? else { return Ok(None) };
        let mut lost = Vec::new();
        let mut shared = 0;
        if let Some(stream) = stream::existing(&nats.jetstream).await? {
            let mut number = last_sequence(&stream).await?;
            while number > 0 {
                let message = stream.get_raw_message(number).await.map_err(unavailable)?;
                let stored = Stored::of(&message).filter(|stored| stored.log_number == number);
                if let Some(Stored { position, event_id, .. }) = stored
                    && database.holds(position, event_id).await?
                {
                    break;
                }
                let event = event_of(&message.subject, &message.headers, &message.payload).ok();
                lost.push(LostEvent { log_number: number, event: event.map(|event| (*event.recorded).clone()) });
                progress(lost.len() as u64);
                number -= 1;
            }
            shared = number;
        }
        lost.reverse();
        if shared == 0 && !lost.is_empty() {
            let foreign = format!(
                "the stream {STREAM_NAME} holds nothing of this log: it belongs to another installation, or Postgres was \
                 replaced by an empty one. If it may go, delete it by hand: nats stream rm {STREAM_NAME}"
            );
            return Err(StoreError::new(StoreErrorKind::Refused, "comparing the stream with the log", foreign));
        }
        Ok(Some(Self { database: database.clone(), nats: nats.clone(), _connection: connection, lost, shared }))
    }

    /// Accepts the log as it is: begins an epoch, so that no position of a lost event ever names another one, and recreates
    /// the stream, which the next relay fills from the log. Returns the epoch.
    pub async fn accept(self) -> Result<u16, StoreError> {
        let epoch = self.database.accept_log().await?;
        if let Some(stream) = stream::existing(&self.nats.jetstream).await? {
            stream::recreate(&self.nats.jetstream, &stream).await?;
        }
        Ok(epoch)
    }
}

/// The lock of the relay; none where a relay keeps it.
async fn lock(database: &Database) -> Result<Option<PgConnection>, StoreError> {
    let mut connection = database.connection().await?;
    for _ in 0..TRIES {
        if try_lock(&mut connection).await? {
            return Ok(Some(connection));
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    Ok(None)
}

fn unavailable(source: impl Into<Cause>) -> StoreError {
    StoreError::unavailable("comparing the stream with the log", source)
}
