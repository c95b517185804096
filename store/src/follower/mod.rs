//! Follows the log: every event after a checkpoint, once, in order. Events arrive from JetStream
//! for latency; gaps are filled from Postgres, the source of truth. Projections and the live hub
//! read through it.
//!
//! A stream may contain events that the log does not, when Postgres was restored to an older copy.
//! Therefore the messages of a new consumer are looked up in the log until it has delivered all
//! that existed at its start.
//!
//! If the relay of this process leads, it delivers events first, and there is no consumer
//! ([`crate::feed`]).
//!
//! Events that JetStream skips, or has not delivered for a moment, are read from Postgres, so
//! without NATS a reader is only a moment behind. A reader that is far behind reads pages from
//! Postgres.

mod consumer;
mod last_read;

use std::time::Duration;

use causerie_events::{LogEvent, Position};
use tokio::time::Instant;

use crate::database::Database;
use crate::error::{StoreError, StoreErrorKind};
use crate::feed::{self, Feed, FeedMessage};
use crate::headers::request_id;
use crate::nats::Nats;
use consumer::{Consumer, Delivered};

pub use last_read::LastRead;

/// After this time without a new event from JetStream, Postgres is queried. A healthy stream is
/// faster, so this costs an idle reader four short statements a second and a busy one none.
const SILENCE_TIMEOUT: Duration = Duration::from_millis(250);
const POLL_INTERVAL_WITHOUT_CONSUMER: Duration = Duration::from_millis(100);
/// With more pending events, whole pages from Postgres are faster.
const FAR_BEHIND_EVENTS: u64 = 5_000;

/// A place in the log: the number and the position of the last event read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Checkpoint {
    pub log_number: u64,
    pub position: Position,
}

impl Checkpoint {
    #[must_use]
    pub fn after(event: &LogEvent) -> Self {
        Self { log_number: event.log_number, position: event.recorded.position }
    }
}

pub struct Follower {
    database: Database,
    consumer: Consumer,
    relay: feed::FeedReceiver,
    checkpoint: Checkpoint,
    /// Whether to read whole pages from Postgres.
    far_behind: bool,
    last_read: LastRead,
}

impl std::fmt::Debug for Follower {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Follower").field("checkpoint", &self.checkpoint).finish_non_exhaustive()
    }
}

impl Follower {
    /// Follows from right after the checkpoint.
    #[must_use]
    pub fn new(database: Database, nats: Nats, feed: &Feed, checkpoint: Checkpoint) -> Self {
        // How far behind the checkpoint is, the first page from Postgres shows.
        Self {
            database,
            consumer: Consumer::new(nats),
            relay: feed.listen(),
            checkpoint,
            far_behind: true,
            last_read: LastRead::default(),
        }
    }

    /// Records there when the log last responded.
    #[must_use]
    pub fn noting(self, last_read: LastRead) -> Self {
        Self { last_read, ..self }
    }

    /// Waits for the next events and returns at least one and at most `limit`. Cancel-safe. After
    /// an error the next call starts after the last event returned.
    pub async fn next_batch(&mut self, limit: usize) -> Result<Vec<LogEvent>, StoreError> {
        let batch = self.await_batch(limit).await?;
        self.last_read.mark();
        trace(&batch);
        Ok(batch)
    }

    async fn await_batch(&mut self, limit: usize) -> Result<Vec<LogEvent>, StoreError> {
        if self.far_behind {
            let page = self.page(limit).await?;
            if !page.is_empty() {
                return Ok(page);
            }
        }
        let mut poll_at = Instant::now() + self.poll_delay();
        loop {
            // Only new events postpone the query: a stream that is refilled delivers old ones for a
            // long time.
            let relayed_here = self.relay.leads();
            if relayed_here {
                self.consumer.close();
            }
            tokio::select! {
                message = self.relay.next() => {
                    let batch = self.receive_relayed(message, limit).await?;
                    if !batch.is_empty() {
                        return Ok(batch);
                    }
                }
                delivered = self.consumer.next(self.checkpoint.log_number + 1), if !relayed_here => {
                    let batch = self.receive_delivered(delivered, limit).await?;
                    if !batch.is_empty() {
                        return Ok(batch);
                    }
                }
                () = tokio::time::sleep_until(poll_at) => {
                    let page = self.page(limit).await?;
                    if !page.is_empty() {
                        return Ok(page);
                    }
                    poll_at = Instant::now() + self.poll_delay();
                }
            }
        }
    }

    /// Returns the events of a message of the relay, and of all further messages that have arrived.
    async fn receive_relayed(&mut self, message: FeedMessage, limit: usize) -> Result<Vec<LogEvent>, StoreError> {
        let mut batch = Vec::new();
        let mut message = match message {
            FeedMessage::Batch(events) => Some(events),
            FeedMessage::Lagged => return self.page(limit).await,
            FeedMessage::LeadershipChanged => None,
        };
        while let Some(events) = message {
            for event in events.iter() {
                let expected = self.checkpoint.log_number + 1;
                if event.log_number > expected || batch.len() == limit {
                    // The rest comes from Postgres.
                    self.far_behind = true;
                    return if batch.is_empty() { self.page(limit).await } else { Ok(batch) };
                }
                // The relay reads older events again if JetStream has lost them.
                if event.log_number == expected {
                    self.checkpoint = Checkpoint::after(event);
                    batch.push(event.clone());
                }
            }
            message = self.relay.next_now();
        }
        Ok(batch)
    }

    fn poll_delay(&self) -> Duration {
        if self.consumer.is_open() || self.relay.leads() { SILENCE_TIMEOUT } else { POLL_INTERVAL_WITHOUT_CONSUMER }
    }

    /// Returns a delivered event and all further ones that have arrived; skipped ones are read from
    /// Postgres.
    async fn receive_delivered(&mut self, delivered: Delivered, limit: usize) -> Result<Vec<LogEvent>, StoreError> {
        let mut batch = Vec::new();
        let mut delivered = Some(delivered);
        let mut expected = self.checkpoint.log_number + 1;
        let mut still_to_come = 0;
        while let Some(Delivered { event, pending }) = delivered {
            if event.log_number > expected {
                // The next consumer starts after what Postgres returns.
                self.consumer.give_up();
                return if batch.is_empty() {
                    self.page(limit).await
                } else {
                    self.accept(batch, u64::MAX, limit).await
                };
            }
            if event.log_number == expected {
                expected += 1;
                still_to_come = pending;
                batch.push(event);
            }
            if batch.len() == limit {
                break;
            }
            delivered = self.consumer.next_now();
        }
        self.accept(batch, still_to_come, limit).await
    }

    /// Returns the batch if the log contains it too. The checkpoint advances only then, so that
    /// dropping the future before loses no event.
    async fn accept(
        &mut self,
        batch: Vec<LogEvent>,
        still_to_come: u64,
        limit: usize,
    ) -> Result<Vec<LogEvent>, StoreError> {
        let Some(last) = batch.last() else { return Ok(batch) };
        if !self.consumer.is_trusted() {
            let recorded = &last.recorded;
            let (database, after, count) = (&self.database, self.checkpoint.position, batch.len() as u64);
            if !database.holds(recorded.position, recorded.event_id).await?
                || database.count(after, recorded.position).await? != count
            {
                // The same line for all readers: it concerns the stream. The relay logs which
                // events.
                tracing::error!(
                    parent: None,
                    "DIVERGED: JetStream contains events that are not in the log; reading from Postgres only"
                );
                self.consumer.give_up();
                return self.page(limit).await;
            }
            if still_to_come == 0 {
                self.consumer.trust();
            }
        }
        self.checkpoint = Checkpoint::after(last);
        self.far_behind = still_to_come > FAR_BEHIND_EVENTS;
        if self.far_behind {
            self.consumer.close();
        }
        Ok(batch)
    }

    /// The next events from Postgres. A full page means that there may be more.
    async fn page(&mut self, limit: usize) -> Result<Vec<LogEvent>, StoreError> {
        let Checkpoint { log_number, position } = self.checkpoint;
        let recorded = self.database.read_log(position, u32::try_from(limit).unwrap_or(u32::MAX)).await?;
        // An event of a later epoch has the next number only if the log still contains the
        // checkpoint.
        if recorded.first().is_some_and(|next| next.position.epoch != position.epoch)
            && !self.database.has(position).await?
        {
            let lost = format!("position {position} is no longer in the log");
            return Err(StoreError::new(StoreErrorKind::PositionLost, "following the log", lost));
        }
        self.last_read.mark();
        let page: Vec<_> = LogEvent::numbered_after(log_number, recorded).collect();
        if let Some(last) = page.last() {
            self.checkpoint = Checkpoint::after(last);
        }
        self.far_behind = page.len() == limit;
        if self.far_behind {
            self.consumer.close();
        }
        Ok(page)
    }
}

/// Makes a request traceable by its id; the span around it names the reader.
fn trace(batch: &[LogEvent]) {
    for LogEvent { log_number, recorded } in batch {
        tracing::debug!(log_number, event_type = recorded.event_type, request_id = request_id(recorded), "followed");
    }
}
