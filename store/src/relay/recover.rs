//! Recovery after Postgres lost events in a failover or a restore that the stream still contains. An
//! operator accepts the log as it is: the lost events are listed, a new epoch begins, and the stream
//! is recreated, which the next relay fills from the log.

use std::collections::HashMap;
use std::pin::pin;

use async_nats::jetstream::stream::Stream;
use causerie_events::{EventId, Position};
use futures::{StreamExt, TryStreamExt};
use sqlx::PgConnection;

use super::tail::{LOOK_BACK_MESSAGES, StoredMessage, last_sequence, message, stored};
use super::{stream, try_lock};
use crate::database::Database;
use crate::epoch;
use crate::error::StoreError;
use crate::headers::event_of;
use crate::nats::Nats;

/// Attempts to lock the relay, one second apart. A diverged relay releases the lock after each check,
/// so a few attempts are enough.
const LOCK_ATTEMPTS: u32 = 5;
const READ_AHEAD_MESSAGES: usize = 64;
const EVENTS_PER_PAGE: u32 = 1_000;

/// A message of the stream that the log does not contain.
#[derive(Debug)]
pub struct LostEvent {
    /// Its number in the stream. After the recovery another event may get this number.
    pub log_number: u64,
    /// None if the message was not published by Causerie.
    pub event: Option<causerie_events::RecordedEvent>,
}

/// The difference between the stream and the log. Holds the lock of the relay until it is dropped.
#[derive(Debug)]
pub struct Recovery {
    database: Database,
    nats: Nats,
    _connection: PgConnection,
    /// Messages of the stream that the log does not contain, in order.
    pub lost: Vec<LostEvent>,
    /// Up to this number the log and the stream are equal.
    pub shared: u64,
    /// The number of the last event of the stream.
    pub last: u64,
}

impl Recovery {
    /// Compares the stream with the log; `progress` receives the number of compared messages and the total.
    /// None if a relay leads: then it has compared them itself.
    ///
    /// # Errors
    /// [`crate::StoreErrorKind::Refused`] if the stream contains nothing of this log.
    pub async fn prepare(
        database: &Database,
        nats: &Nats,
        progress: impl FnMut(u64, u64),
    ) -> Result<Option<Self>, StoreError> {
        let Some(mut connection) = lock(database).await? else { return Ok(None) };
        // A log that was restored into another cluster can be read only in an epoch of that cluster.
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
        let (start, after) = self.complete_prefix(stream).await?;
        let count = self.last - start;
        let log = self.event_ids(after, count).await?;
        let number_of: HashMap<EventId, u64> = log.into_iter().zip(start + 1..).collect();
        let messages = futures::stream::iter(start + 1..=self.last)
            .map(|number| async move { Ok((number, message(stream, number).await?)) })
            .buffered(READ_AHEAD_MESSAGES);
        let mut messages = pin!(messages);
        let mut is_own = start > 0;
        self.shared = self.last;
        while let Some((number, message)) = messages.try_next().await? {
            let stored = message.as_ref().and_then(|message| StoredMessage::at(number, message));
            let log_number = stored.and_then(|stored| number_of.get(&stored.event_id));
            if log_number != Some(&number) {
                self.shared = self.shared.min(number - 1);
            }
            if log_number.is_some() {
                is_own = true;
            } else if let Some(message) = message {
                let event = event_of(&message.subject, &message.headers, &message.payload).ok();
                self.lost.push(LostEvent { log_number: number, event: event.map(|event| (*event.recorded).clone()) });
            }
            progress(number - start, count);
        }
        if !is_own && !self.lost.is_empty() {
            return Err(stream::foreign());
        }
        Ok(())
    }

    /// A number up to which the log contains the whole stream, and its position. Lost events are at
    /// the end of the stream and span at most [`LOOK_BACK_MESSAGES`], so the log contains all events
    /// before two messages at this distance that it contains.
    async fn complete_prefix(&self, stream: &Stream<()>) -> Result<(u64, Position), StoreError> {
        let (mut number, mut contained_later) = (self.last, false);
        while number > 0 {
            let found = stored(stream, number).await?;
            let contained = match &found {
                Some(stored) => self.database.holds(stored.position, stored.event_id).await?,
                None => false,
            };
            if let Some(StoredMessage { position, .. }) = found.filter(|_| contained_later && contained) {
                return Ok((number, position));
            }
            contained_later = contained;
            number = number.saturating_sub(LOOK_BACK_MESSAGES);
        }
        Ok((0, Position::START))
    }

    /// The ids of at least `count` events of the log after a position, if there are so many.
    async fn event_ids(&self, after: Position, count: u64) -> Result<Vec<EventId>, StoreError> {
        let mut pages = self.database.pages(after, EVENTS_PER_PAGE);
        let mut ids = Vec::new();
        while (ids.len() as u64) < count
            && let Some(page) = pages.next().await
        {
            ids.extend(page?.iter().map(|event| event.event_id));
        }
        Ok(ids)
    }

    /// Begins an epoch, so that no later event gets the position of a lost one, and recreates the
    /// stream, which the next relay fills from the log. Returns the epoch.
    pub async fn accept(self) -> Result<u16, StoreError> {
        let epoch = self.database.accept_log().await?;
        if let Some(stream) = stream::existing(&self.nats.jetstream).await? {
            stream::recreate(&self.nats.jetstream, &stream).await?;
        }
        Ok(epoch)
    }
}

/// Locks the relay. None if a relay leads.
async fn lock(database: &Database) -> Result<Option<PgConnection>, StoreError> {
    let mut connection = database.connection().await?;
    for _ in 0..LOCK_ATTEMPTS {
        if try_lock(&mut connection).await? {
            return Ok(Some(connection));
        }
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }
    Ok(None)
}
