//! After a failover or a restore that lost events, the stream holds what the log does not. An operator decides that the log
//! is right: what was lost is listed, an epoch begins, and the stream is recreated and refilled from the log.

use std::collections::HashMap;
use std::pin::pin;

use async_nats::jetstream::stream::Stream;
use causerie_events::{EventId, Position};
use futures::{StreamExt, TryStreamExt};
use sqlx::PgConnection;

use super::tail::{LOOK_BACK, Stored, last_sequence, message, stored};
use super::{stream, try_lock};
use crate::database::Database;
use crate::epoch;
use crate::error::StoreError;
use crate::headers::event_of;
use crate::nats::Nats;

/// How often to try for the lock of the relay, one second apart: a relay that has diverged holds it for a moment only.
const TRIES: u32 = 5;
/// Messages asked for at once.
const READ_AHEAD: usize = 64;
/// Events read from the log at once.
const PAGE: u32 = 1_000;

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
    /// Up to this number the log has the same events at the same places.
    pub shared: u64,
    /// The number of the stream's last event.
    pub last: u64,
}

impl Recovery {
    /// Looks for what the stream holds and the log does not; reports to `progress` how many messages it has compared, and of
    /// how many. None when a relay leads: it has compared the stream with the log.
    ///
    /// # Errors
    /// [`crate::StoreErrorKind::Refused`] when the stream holds nothing of this log.
    pub async fn prepare(
        database: &Database,
        nats: &Nats,
        progress: impl FnMut(u64, u64),
    ) -> Result<Option<Self>, StoreError> {
        let Some(mut connection) = lock(database).await? else { return Ok(None) };
        // As each process that starts: in a cluster that has not written it, the log is read whole only then.
        epoch::enter(&mut connection).await?;
        let (database, nats) = (database.clone(), nats.clone());
        let mut recovery = Self { database, nats, _connection: connection, lost: Vec::new(), shared: 0, last: 0 };
        if let Some(stream) = stream::existing(&recovery.nats.jetstream).await? {
            recovery.compare(&stream, progress).await?;
        }
        Ok(Some(recovery))
    }

    async fn compare(&mut self, stream: &Stream<()>, mut progress: impl FnMut(u64, u64)) -> Result<(), StoreError> {
        self.last = last_sequence(stream).await?;
        let (start, after) = self.whole_part(stream).await?;
        let count = self.last - start;
        let log = self.events(after, count).await?;
        let places: HashMap<EventId, u64> = log.into_iter().zip(start + 1..).collect();
        let messages = futures::stream::iter(start + 1..=self.last)
            .map(|number| async move { Ok((number, message(stream, number).await?)) })
            .buffered(READ_AHEAD);
        let mut messages = pin!(messages);
        self.shared = self.last;
        while let Some((number, message)) = messages.try_next().await? {
            let stored = message.as_ref().and_then(|message| Stored::at(number, message));
            let place = stored.and_then(|stored| places.get(&stored.event_id));
            if place != Some(&number) {
                self.shared = self.shared.min(number - 1);
            }
            if place.is_none()
                && let Some(message) = message
            {
                let event = event_of(&message.subject, &message.headers, &message.payload).ok();
                self.lost.push(LostEvent { log_number: number, event: event.map(|event| (*event.recorded).clone()) });
            }
            progress(number - start, count);
        }
        if self.last > 0 && self.lost.len() as u64 == self.last {
            return Err(stream::foreign());
        }
        Ok(())
    }

    /// A number of the stream up to which the log holds everything, and its position. What is lost stands at the end, and as
    /// far before that as [`LOOK_BACK`].
    async fn whole_part(&self, stream: &Stream<()>) -> Result<(u64, Position), StoreError> {
        let (mut number, mut held) = (self.last, false);
        while number > 0 {
            let found = stored(stream, number).await?;
            let there = match &found {
                Some(stored) => self.database.holds(stored.position, stored.event_id).await?,
                None => false,
            };
            if let Some(Stored { position, .. }) = found.filter(|_| held && there) {
                return Ok((number, position));
            }
            held = there;
            number = number.saturating_sub(LOOK_BACK);
        }
        Ok((0, Position::START))
    }

    /// The ids of the next events of the log.
    async fn events(&self, after: Position, count: u64) -> Result<Vec<EventId>, StoreError> {
        let mut pages = self.database.pages(after, PAGE);
        let mut ids = Vec::new();
        while (ids.len() as u64) < count
            && let Some(page) = pages.next().await
        {
            ids.extend(page?.iter().map(|event| event.event_id));
        }
        Ok(ids)
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
